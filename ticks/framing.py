"""What a server writes, ready for the socket: WebSocket frames (RFC 6455, section 5.2) and HTTP chunks. Pure."""

from __future__ import annotations

from collections.abc import Iterable

TEXT, BINARY = 0x81, 0x82
"""The first byte of a whole message in one frame."""


def framed(message: str | bytes) -> bytes:
    """One message as one frame, not masked: text of a `str`, else binary."""
    if isinstance(message, str):
        payload = message.encode()
        return header(TEXT, len(payload)) + payload
    return header(BINARY, len(message)) + message


def framed_text(messages: Iterable[bytes]) -> bytes:
    """Messages of UTF-8, each a text frame of its own, to be written at once."""
    return b"".join([part for message in messages for part in (header(TEXT, len(message)), message)])


def chunk(data: bytes) -> bytes:
    """A piece of an answer that is sent in chunks (RFC 9112, section 7.1); none of no bytes, which would end it."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


def header(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    if length < 1 << 16:
        return b"%c\x7e%b" % (first, length.to_bytes(2, "big"))
    return b"%c\x7f%b" % (first, length.to_bytes(8, "big"))
