"""Which files a page needs, so that a browser can ask for all of them at once, and whether they are others by now."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path, PurePosixPath
from posixpath import normpath

from django.conf import settings
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


@cache
def edition() -> str:
    """Another one after each change of the pages' files: who shows a page for months reloads it then."""
    digest = hashlib.sha256()
    for folder in (settings.BASE_DIR / "static", settings.BASE_DIR / "templates"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _text(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str), f"{name} is imported and not there"
    return Path(found).read_text()
