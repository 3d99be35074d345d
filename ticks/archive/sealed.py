"""Reading sealed segments: what they say of themselves, and their frames. Files: call it from a thread."""

from __future__ import annotations

from functools import lru_cache

import zstandard

from ticks.archive import seekable, segment
from ticks.archive.frame import Frame
from ticks.archive.opened import Damaged, Opened
from ticks.archive.seekable import NotSeekable
from ticks.archive.segment import Facts
from ticks.archive.walk import MAGIC, unpack

KEPT_FACTS = 256
KEPT_FRAMES = 32
"""Of the files and frames that were read last, so many stay in memory: about 8 MiB."""


@lru_cache(KEPT_FACTS)
def facts(file: Opened) -> Facts:
    """Of what stands behind its frames. Raises `Damaged`."""
    try:
        return read_ending(file)[0]
    except NotSeekable as error:
        raise Damaged(f"{file.path}, its end: {error}") from None


def read_ending(file: Opened) -> tuple[Facts, bytes]:
    """What stands behind its frames, read now: what it says, and its bytes. Raises `Damaged`, `NotSeekable`."""
    table_bytes = seekable.table_bytes(file.read(file.size - seekable.FOOTER_BYTES, file.size))
    table = file.read(file.size - table_bytes, file.size)
    entries = seekable.parse_table(table)
    known_bytes = entries[-1].size if entries else 0
    known = file.read(file.size - table_bytes - known_bytes, file.size - table_bytes)
    return segment.parse(known, entries), known + table


def may_be(frame: Frame, data: bytes, offset: int) -> bool:
    """Whether `data`, read from `offset` on, may have that frame: it is only seen how it begins and ends."""
    start = frame.offset - offset
    packed = memoryview(data)[start : start + frame.size]
    return packed[: len(MAGIC)] == MAGIC and int.from_bytes(packed[-4:], "little") == frame.checksum


@lru_cache(KEPT_FRAMES)
def lines(file: Opened, frame: Frame) -> bytes:
    """Those of a frame. Raises `Damaged`."""
    packed = file.read(frame.offset, frame.offset + frame.size)
    try:
        found, size = unpack(packed)
    except zstandard.ZstdError as error:
        raise Damaged(f"{file.path}, the frame of t={frame.first_t}: {error}") from None
    if (size, len(found)) != (frame.size, frame.raw) or seekable.checksum_of(packed) != frame.checksum:
        raise Damaged(f"{file.path}, the frame of t={frame.first_t} is another than the seek table names")
    return found
