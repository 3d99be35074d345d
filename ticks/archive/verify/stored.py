"""The rows of a rollup as they are stored, and where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ticks.archive import index, sealed
from ticks.archive.frame import Frame, frame_of
from ticks.archive.layout import ACTIVE, is_sealed
from ticks.archive.opened import Damaged, opened
from ticks.archive.rollups.blocks import Range, blocks
from ticks.archive.rollups.levels import name
from ticks.archive.verify.finding import Finding
from ticks.models import Segment
from ticks.tick import MAX_T, head


class Place(NamedTuple):
    """A row covers what is behind `prev_t`, through `t`."""

    prev_t: int
    t: int


WHOLE = Place(-1, MAX_T)
"""Of what is wrong with more than a row."""


class Stored(NamedTuple):
    place: Place
    line: bytes


def stored(archive: Path, stream: str, epoch: str, step: int, after_t: int) -> Iterator[Stored]:
    """The lines behind `after_t` that can be read, in order."""
    at = after_t
    for block in blocks(archive, name(stream, step), epoch, step, Range(after_t)):
        if block.last_t <= at:
            continue
        lines = block.read() if block.read is not None else None
        if lines is not None:
            prev_t = max(at, block.prev_t)
            for line in lines.part(prev_t, block.last_t).splitlines():
                t = head(line).t
                yield Stored(Place(prev_t, t), line)
                prev_t = t
        at = block.last_t


def fault_of_active(folder: Path) -> str:
    """What is wrong with the order of its whole lines, which are in no index."""
    try:
        data = (folder / ACTIVE).read_bytes()
    except FileNotFoundError:
        return ""
    try:
        whole = data[: data.rfind(b"\n") + 1]
        if whole:
            frame_of(whole, -1, 0, 0, len(whole))
    except ValueError as error:
        return str(error)
    return ""


def finding(archive: Path, name: str, epoch: str, place: Place, problem: str) -> Finding:
    """With the file, and the frame of it, where the row is now."""
    if place == WHOLE:
        return Finding(stream=name, epoch=epoch, path=f"{name}/{epoch}", problem=problem)
    say = partial(Finding, stream=name, epoch=epoch, first_t=place.prev_t + 1, last_t=place.t, problem=problem)
    row = index.segments(name, epoch).filter(first_t__lte=place.t, last_t__gte=place.t).first()
    if row is None:
        return say(path=f"{name}/{epoch}/{ACTIVE}")
    number, frame = _frame(archive, row, place.t)
    if frame is None:
        return say(path=row.path)
    return say(path=row.path, frame=number, offset=frame.offset, end=frame.offset + frame.size)


def _frame(archive: Path, row: Segment, t: int) -> tuple[int, Frame | None]:
    if is_sealed(Path(row.path)):
        with suppress(OSError, Damaged), opened(archive / row.path) as file:
            for number, frame in enumerate(sealed.facts(file).frames):
                if frame.first_t <= t <= frame.last_t:
                    return number, frame
    return 0, None
