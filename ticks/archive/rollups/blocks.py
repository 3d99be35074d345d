"""The rows of one step, block by block: those of its indexed files, and those that were written last."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ticks.archive import files, gaps, index
from ticks.archive.frame import Frame, frame_of
from ticks.archive.layout import ACTIVE
from ticks.archive.lines import Lines
from ticks.archive.opened import opened
from ticks.models import Segment
from ticks.tick import MAX_T


@dataclass(frozen=True, slots=True)
class Range:
    """Behind `after_t`, to `through_t`; made at `from_ts` or later, before `to_ts` (UNIX seconds)."""

    after_t: int = -1
    through_t: int = MAX_T
    from_ts: float = -math.inf
    to_ts: float = math.inf

    def between(self, after_t: int, through_t: int) -> Range:
        return replace(self, after_t=after_t, through_t=min(through_t, self.through_t))

    def meets(self, of: Segment | Frame, step: int) -> bool:
        """Whether any of it can be of this time: rows are named after where their step begins."""
        return of.max_ts + step >= self.from_ts and of.min_ts < self.to_ts


class Block(NamedTuple):
    """Lines that are read at once. They cover what is behind `prev_t`, through `last_t`."""

    prev_t: int
    last_t: int
    read: Callable[[], Lines | None] | None = None
    """Gives None where they are damaged. It is not there where they are of another time than was asked for."""


def blocks(archive: Path, name: str, epoch: str, step: int, asked: Range) -> Iterator[Block]:
    """Those behind `asked.after_t`, in order; some may cover what one before did.

    The active file is read first, but comes last: what does not stand there any more is indexed.
    """
    active = _active(archive / name / epoch / ACTIVE)
    at = asked.after_t
    for row in index.segments(name, epoch).filter(last_t__gt=asked.after_t).order_by("first_t"):
        yield from _of_file(archive, row, step, asked) if asked.meets(row, step) else [Block(row.prev_t, row.last_t)]
        at = row.last_t
    if active is not None:
        data, frame = active
        holes = [hole.through_t for hole in gaps.unarchived(archive / name / epoch) if hole.through_t < frame.first_t]
        read = (lambda: Lines(data)) if asked.meets(frame, step) else None
        yield Block(max([at, *holes]), frame.last_t, read)


def _of_file(archive: Path, row: Segment, step: int, asked: Range) -> Iterator[Block]:
    try:
        with opened(archive / row.path) as file:
            last_t = row.prev_t
            for frame in files.frames(file, row):
                read = partial(files.lines, file, frame) if asked.meets(frame, step) else None
                # Behind what can't be read nobody knows what the first row covers: it is left out.
                yield Block(last_t if frame.prev_t == last_t else frame.first_t, frame.last_t, read)
                last_t = frame.last_t
    except FileNotFoundError:
        sealed = index.segments(row.stream, row.epoch).filter(first_t__lte=row.first_t, last_t__gte=row.last_t)
        now = sealed.exclude(path=row.path).first()
        yield from _of_file(archive, now, step, asked) if now else [Block(row.prev_t, row.last_t, lambda: None)]


def _active(path: Path) -> tuple[bytes, Frame] | None:
    """The whole lines of it; None where there are none."""
    try:
        data = path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        return whole, frame_of(whole, -1, 0, 0, len(whole))
    except (FileNotFoundError, ValueError):
        return None
