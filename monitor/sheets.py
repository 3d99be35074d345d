"""The style sheets of a page as one file: a browser takes some milliseconds for each that it asks for.

They are put together when a process begins, like what is packed, and found like all other static files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from monitor.files import write_whole

_LOOK = ("ticks/styles/colors.css", "ticks/styles/monitor.css")
_FRAME = (*_LOOK, "ticks/styles/bar.css")
_CHART = "vendor/uplot/uPlot.min.css"


def _ours(names: str) -> tuple[str, ...]:
    return tuple(f"ticks/styles/{name}.css" for name in names.split())


SHEETS = {
    "frame": _FRAME,
    "pages": (*_FRAME, *_ours("pages")),
    "streams": (*_FRAME, *_ours("pages streams streamcard")),
    "api": (*_FRAME, *_ours("api chart")),
    "dashboard": (
        *_FRAME,
        _CHART,
        *_ours("card cardmenu board kpi states objects map fresh producer time replay share"),
    ),
    "kiosk": (*_LOOK, _CHART, *_ours("card board kpi states objects map fresh kiosk")),
}
"""By the name that a template asks for: `ticks/sheets/<name>.css`; in their order."""


def folder() -> Path:
    """Where they are kept."""
    home: Path = settings.MONITOR_HOME
    return home / "sheets"


class Finder(BaseFinder):
    """Finds the sheets, made anew where one of their parts has changed."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(folder())
        return ((_made(name).relative_to(folder()).as_posix(), storage) for name in SHEETS)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(_made(name)) for name in SHEETS if _path(name) == folder() / path]
        return found[0] if found and not find_all else found


def _path(name: str) -> Path:
    return folder() / f"ticks/sheets/{name}.css"


def _made(name: str) -> Path:
    parts = (settings.BASE_DIR / "static" / part for part in SHEETS[name])
    path, content = _path(name), b"\n".join(part.read_bytes() for part in parts)
    if not path.exists() or path.read_bytes() != content:
        write_whole(path, content)
    return path
