"""The zstd seekable format: a table behind independent frames tells where each of them is. Pure.

Format: facebook/zstd, contrib/seekable_format, version 0.1.0. All integers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

SKIPPABLE = 0x184D2A50
"""Begins a frame that readers of zstd pass over; the low four bits are free."""
TABLE = 0x184D2A5E
MAGIC = 0x8F92EAB1
"""The last four bytes of a file that has a table."""
HAS_CHECKSUMS = 0x80
RESERVED = 0x7C
EMPTY_CHECKSUM = 0x51D8E999
"""The low half of XXH64 of nothing."""

_HEADER = struct.Struct("<II")
_ENTRY = struct.Struct("<III")
_FOOTER = struct.Struct("<IBI")
FOOTER_BYTES = _FOOTER.size


class NotSeekable(ValueError):
    """The end of a file is no seek table; the message says why."""


class Entry(NamedTuple):
    """A frame: its bytes in the file, the bytes that it holds, and the low half of their XXH64."""

    size: int
    raw: int
    checksum: int


def skippable(data: bytes) -> bytes:
    """A frame that holds `data` and that readers of zstd pass over."""
    return _HEADER.pack(SKIPPABLE, len(data)) + data


def content(frame: bytes) -> bytes:
    """What a skippable frame holds. Raises `NotSeekable`."""
    if len(frame) < _HEADER.size:
        raise NotSeekable("a skippable frame is cut off")
    magic, size = _HEADER.unpack_from(frame)
    if magic & ~0xF != SKIPPABLE or len(frame) != _HEADER.size + size:
        raise NotSeekable("there is no skippable frame where one should be")
    return frame[_HEADER.size :]


def checksum_of(frame: bytes) -> int:
    """The one that a zstd frame that was written with its checksum ends with."""
    return int.from_bytes(frame[-4:], "little")


def pack(entries: Sequence[Entry]) -> bytes:
    """As they stand in a table."""
    return b"".join(_ENTRY.pack(*entry) for entry in entries)


def table(entries: Sequence[Entry]) -> bytes:
    """The last frame of a file of these."""
    size = len(entries) * _ENTRY.size + _FOOTER.size
    return _HEADER.pack(TABLE, size) + pack(entries) + _FOOTER.pack(len(entries), HAS_CHECKSUMS, MAGIC)


def table_bytes(footer: bytes) -> int:
    """How long the table is, by the last `FOOTER_BYTES` of its file. Raises `NotSeekable`."""
    if len(footer) != _FOOTER.size:
        raise NotSeekable("the file is too short for a seek table")
    frames, descriptor, magic = _FOOTER.unpack(footer)
    if magic != MAGIC:
        raise NotSeekable("the file does not end with a seek table")
    if descriptor & RESERVED or not descriptor & HAS_CHECKSUMS:
        raise NotSeekable(f"the seek table's descriptor is {descriptor:#04x}")
    return _HEADER.size + int(frames) * _ENTRY.size + _FOOTER.size


def parse_table(frame: bytes) -> list[Entry]:
    """The entries of a table, which is given whole. Raises `NotSeekable`."""
    if len(frame) < _HEADER.size or table_bytes(frame[-_FOOTER.size :]) != len(frame):
        raise NotSeekable("the seek table is cut off")
    magic, size = _HEADER.unpack_from(frame)
    if magic != TABLE or size != len(frame) - _HEADER.size:
        raise NotSeekable("the seek table does not begin where it should")
    return [Entry(*fields) for fields in _ENTRY.iter_unpack(frame[_HEADER.size : -_FOOTER.size])]
