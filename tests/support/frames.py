"""WebSocket frames built by hand, right or wrong in any part."""

from __future__ import annotations

import os

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASKED = 0x80


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = None,
    is_masked: bool = True,
    width: int | None = None,
    length: int | None = None,
) -> bytes:
    """A client's frame. `width` is that of the extended length in bytes (0, 2, 8), `length` what it says.

    Both are those of the payload if absent; a `mask` of zeros shows the payload on the wire.
    """
    told = len(payload) if length is None else length
    if width is None:
        width = 0 if told < 126 else 2 if told < 65536 else 8
    first = bytes([fin << 7 | rsv << 4 | opcode])
    second = bytes([(MASKED if is_masked else 0) | {0: told, 2: 126, 8: 127}[width]])
    head = first + second + (told.to_bytes(width, "big") if width else b"")
    if not is_masked:
        return head + payload
    key = os.urandom(4) if mask is None else mask
    return head + key + _masked(payload, key)


def fragments(opcode: int, *pieces: bytes) -> list[bytes]:
    """One message in so many frames."""
    last = len(pieces) - 1
    return [frame(CONTINUATION if number else opcode, piece, fin=number == last) for number, piece in enumerate(pieces)]


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


def _masked(payload: bytes, key: bytes) -> bytes:
    repeated = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")
