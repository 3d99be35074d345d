"""Static files, served before Django is asked: a page of ES modules needs a hundred of them at once.

Our own are packed once for all who accept gzip: there is no build step that would have done it.
"""

from __future__ import annotations

import gzip
import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from servestatic import ServeStaticASGI
from servestatic.responders import StaticFile

from monitor import sheets
from monitor.files import write_whole

LEVEL = 9
SUFFIXES = (".js", ".css", ".svg")
MAX_AGE_S = 60
"""After that a browser asks whether a file has changed."""


class Statics(ServeStaticASGI):  # type: ignore[misc]  # it has no types
    """What Django's finders find, from where it is; an application for all other addresses."""

    def __init__(self, application: Any) -> None:
        super().__init__(application, max_age=MAX_AGE_S, allow_all_origins=False, add_headers_function=_add)
        for finder in get_finders():
            for path, storage in finder.list(None):
                url = f"{settings.STATIC_URL}{getattr(storage, 'prefix', None) or ''}{path}"
                if url not in self.files:
                    self.add_file_to_dictionary(url, storage.path(path))

    def get_static_file(self, path: str, url: str, stat_cache: dict[str, os.stat_result] | None = None) -> StaticFile:
        source = sheets.folder() if Path(path).is_relative_to(sheets.folder()) else settings.BASE_DIR / "static"
        packed = _packed(Path(path), source, settings.MONITOR_HOME / "static")
        if packed is None:
            return super().get_static_file(path, url, stat_cache)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        _add(headers, path, url)
        return Small(path, headers.items(), encodings={"gzip": str(packed)})

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        file = self.files.get(scope["path"])
        if isinstance(file, Small):
            await file.answer(scope, send)
        else:
            await super().__call__(scope, receive, send)


class Small(StaticFile):  # type: ignore[misc]
    """A file that is read at once: the thread that ServeStatic starts for each takes longer than that."""

    async def answer(self, scope: dict[str, Any], send: Any) -> None:
        asked = {_wsgi(name): value.decode("latin-1") for name, value in scope["headers"]}
        response = self.get_response(scope["method"], asked)
        headers = [(name.lower().encode(), value.encode()) for name, value in response.headers if value is not None]
        await send({"type": "http.response.start", "status": int(response.status), "headers": headers})
        body = b""
        if response.file is not None:
            with response.file:
                body = response.file.read()
        await send({"type": "http.response.body", "body": body})


def _wsgi(header: bytes) -> str:
    return f"HTTP_{header.decode('latin-1').upper().replace('-', '_')}"


def _add(headers: Headers, path: str, url: str) -> None:
    """Pages of other sites may import the stream's client."""
    headers["Access-Control-Allow-Origin"] = "*"
    headers["X-Content-Type-Options"] = "nosniff"


def _packed(file: Path, source: Path, target: Path) -> Path | None:
    """The file in gzip, made anew where its source has changed; None for what is not ours, or cannot be written."""
    if file.suffix not in SUFFIXES or not file.is_relative_to(source) or not file.exists():
        return None
    packed = (target / file.relative_to(source)).with_suffix(f"{file.suffix}.gz")
    changed = file.stat().st_mtime_ns
    with suppress(OSError):
        if packed.stat().st_mtime_ns == changed:
            return packed
    try:
        write_whole(packed, gzip.compress(file.read_bytes(), LEVEL, mtime=0), changed)
    except OSError:
        return None
    return packed
