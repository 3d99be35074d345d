"""The client's side of a WebSocket, as bytes."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
HEAD_END = b"\r\n\r\n"


class Where(NamedTuple):
    host: str
    port: int
    path: str
    """With the query."""


class Head(NamedTuple):
    opcode: int
    start: int
    """Where the payload begins."""
    stop: int
    """Where it ends."""
    end: int
    """Where the frame ends."""


def where(url: str) -> Where:
    parts = urlsplit(url)
    return Where(parts.hostname or "127.0.0.1", parts.port or 80, f"{parts.path or '/'}?{parts.query}".rstrip("?"))


def upgrade(at: Where, path: str, subprotocol: str) -> bytes:
    """The request that opens a WebSocket; no extension is offered, so that nothing is compressed by one."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {at.host}:{at.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *([f"Sec-WebSocket-Protocol: {subprotocol}"] if subprotocol else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def head(data: bytes, at: int) -> Head | None:
    """Of the frame that begins at `at`; None where it is not complete. Raises `ValueError` for parts of messages."""
    left = len(data) - at
    if left < 2:
        return None
    first, size = data[at], data[at + 1]
    if not first & 0x80 or size & 0x80:
        raise ValueError(f"a frame begins with {first:02x} {size:02x}: fragments and masks are not expected")
    start = at + 2
    if size >= 126:
        start += 2 if size == 126 else 8
        if left < start - at:
            return None
        size = int.from_bytes(data[at + 2 : start])
    end = start + size
    return Head(first & 0x0F, start, end, end) if left >= end - at else None


def frame(opcode: int, payload: bytes) -> bytes:
    """As a server sends it."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 1 << 16:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2) + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8) + payload


def masked(opcode: int, payload: bytes) -> bytes:
    """As a client sends it; at most 125 bytes."""
    mask = os.urandom(4)
    covered = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes((0x80 | opcode, 0x80 | len(payload))) + mask + covered
