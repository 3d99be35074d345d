"""The client's side of HTTP, as bytes: an answer without an end is cut into chunks or events, others stand for one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from benchmarks.load.wire import CLOSE, HEAD_END, TEXT, Head, Where

LINE_BYTES = 18
"""Of the longest line that says how long a chunk is."""
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
OK = b"HTTP/1.1 200"


def get(at: Where, path: str, headers: Sequence[str] = ()) -> bytes:
    """A request."""
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {at.host}:{at.port}", *headers, "", ""]).encode()


def chunk(data: bytes, at: int) -> Head | None:
    """Of a chunk (RFC 9112, section 7.1); the last one is a close."""
    line_end = data.find(b"\r\n", at, at + LINE_BYTES)
    if line_end < 0:
        return None
    size, start = int(data[at:line_end], 16), line_end + 2
    stop = start + size
    return Head(TEXT if size else CLOSE, start, stop, stop + 2) if len(data) >= stop + 2 else None


def event(data: bytes, at: int) -> Head | None:
    """Of a server-sent event where the answer comes without chunks, as Nchan's do."""
    end = data.find(b"\n\n", at) + 2
    return Head(TEXT, at, end, end) if end >= 2 else None


def whole(data: bytes, at: int) -> Head | None:
    """Of a whole answer, whose body is the payload. Raises `ConnectionError` for any but 200."""
    start = data.find(HEAD_END, at) + len(HEAD_END)
    if start < len(HEAD_END):
        return None
    length = LENGTH.search(data, at, start)
    if not data.startswith(OK, at) or length is None:
        raise ConnectionError(f"refused: {data[at : at + 1000].decode('latin1')}")
    stop = start + int(length[1])
    return Head(TEXT, start, stop, stop) if len(data) >= stop else None
