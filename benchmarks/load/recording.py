"""What a load generator received, kept to be sent again."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

from benchmarks.load import wire
from benchmarks.load.loop import Loop

RECORD = struct.Struct("<dI")


class Recorded(NamedTuple):
    at: float
    """When it came first, UNIX seconds."""
    payload: bytes


def record(loop: Loop, file: Path) -> None:
    """The payload of each frame with ticks, once."""
    reference, begin, at = loop.reference, 0, 0.0
    first = dict[int, float]()
    for when, end in zip(loop.log.at, loop.log.end, strict=True):
        first.setdefault(end, when)
    with file.open("wb") as to:
        for end in reference.ends:
            frame = bytes(reference.data[begin - reference.base : end - reference.base])
            begin, at = end, first.get(end, at)
            if head := wire.head(frame, 0):
                to.write(RECORD.pack(at, head.stop - head.start) + frame[head.start : head.stop])


def recorded(file: Path) -> list[Recorded]:
    data, at, found = file.read_bytes(), 0, list[Recorded]()
    while at < len(data):
        when, size = RECORD.unpack_from(data, at)
        at += RECORD.size
        found.append(Recorded(when, data[at : at + size]))
        at += size
    return found
