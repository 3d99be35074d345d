"""A message of `ticks.v1` as it came over the wire: text, or one gzip member. Pure."""

from __future__ import annotations

import json
import zlib
from typing import Any

MOST_BYTES = 64 << 20
"""The most that one message may unpack to: a broken one must not fill the memory."""
GZIP = 31
"""zlib's name for exactly a gzip member."""


class Broken(Exception):
    """A message that can't be read, or breaks a rule of the protocol; says how."""


def unpack(message: str | bytes, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """The object in a message; numbers of any size stay exact. Raises `Broken`."""
    text = message if isinstance(message, str) else gunzip(message, most_bytes)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Broken(f"a message is no JSON: {error}") from None
    if not isinstance(told, dict):
        raise Broken(f"a message is no object but {type(told).__name__}")
    return told


def gunzip(packed: bytes, most_bytes: int) -> bytes:
    """The content of exactly one gzip member. Raises `Broken`, also where that is more than `most_bytes`."""
    unpacking = zlib.decompressobj(GZIP)
    try:
        content = unpacking.decompress(packed, most_bytes)
    except zlib.error as error:
        raise Broken(f"a message can't be unpacked: {error}") from None
    if not unpacking.eof and (unpacking.unconsumed_tail or len(content) == most_bytes):
        raise Broken(f"a message unpacks to more than {most_bytes} bytes")
    if not unpacking.eof or unpacking.unused_data:
        raise Broken("a message is not exactly one gzip member")
    return content
