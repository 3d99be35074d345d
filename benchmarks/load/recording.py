"""What a load generator received, kept to be sent again."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.load import wire
from benchmarks.load.loop import Loop
from benchmarks.load.messages import Ticks
from benchmarks.load.sockets import read_v1

RECORD = struct.Struct("<dI")


class Recorded(NamedTuple):
    at: float
    """When it came first, UNIX seconds."""
    payload: bytes


def record(loop: Loop, file: Path) -> None:
    """The payload of each frame of `ticks.v1` with ticks, once, of the longest stretch without a break.

    Who begins between two frames of the others gets one of its own.
    """
    stretches, last_t = list[list[bytes]](), None
    for at, payload in _frames(loop):
        ticks = read_v1(payload)
        assert isinstance(ticks, Ticks)
        if not stretches or ticks.prev_t != last_t:
            stretches.append([])
        stretches[-1].append(RECORD.pack(at, len(payload)) + payload)
        last_t = ticks.t[-1]
    file.write_bytes(b"".join(max(stretches, key=len, default=[])))


def _frames(loop: Loop) -> Iterator[Recorded]:
    reference, begin, at = loop.reference, 0, 0.0
    first = dict[int, float]()
    for when, end in zip(loop.log.at, loop.log.end, strict=True):
        first.setdefault(end, when)
    for end in reference.ends:
        frame = bytes(reference.data[begin - reference.base : end - reference.base])
        begin, at = end, first.get(end, at)
        if head := wire.head(frame, 0):
            yield Recorded(at, frame[head.start : head.stop])


def recorded(file: Path) -> list[Recorded]:
    data, at, found = file.read_bytes(), 0, list[Recorded]()
    while at < len(data):
        when, size = RECORD.unpack_from(data, at)
        at += RECORD.size
        found.append(Recorded(when, data[at : at + size]))
        at += size
    return found
