"""Which files a page needs, so that a browser can ask for all of them at once instead of finding them one by one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path, PurePosixPath
from posixpath import normpath

from django.contrib.staticfiles import finders
from django.templatetags.static import static

_IMPORT = re.compile(r'^(?:import|export)\s(?:[^";]*?\sfrom\s)?"(\.[^"]+)"', re.MULTILINE)


@cache
def modules(entry: str, *others: str) -> list[str]:
    """Addresses of all modules that a module needs, itself not among them; `entry`: its place below static/.

    What it asks for later by `import()` it does not need; `others` are had at once all the same, with what they need.
    """
    found: dict[str, None] = dict.fromkeys(others)
    left = [entry, *others]
    while left:
        name = left.pop()
        for imported in _IMPORT.findall(_text(name)):
            path = normpath(str(PurePosixPath(name).parent / imported))
            if path not in found and path != entry:
                found[path] = None
                left.append(path)
    return [static(path) for path in sorted(found)]


def _text(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str), f"{name} is imported and not there"
    return Path(found).read_text()
