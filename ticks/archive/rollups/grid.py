"""Which buckets a range of time is shown in, and from which rows. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ticks.archive.rollups.levels import STEPS

TICKS_A_POINT = 6
"""So many ticks are read at most for each bucket that is asked for; of rows, which are faster, ten at most."""


@dataclass(frozen=True, slots=True)
class Grid:
    """`size` buckets of `width` seconds, from `start` (UNIX seconds) on. Rows of `step` fit in; 0 stands for ticks."""

    start: float
    width: float
    size: int
    step: int

    @property
    def end(self) -> float:
        return self.start + self.size * self.width


def grid(from_ts: float, to_ts: float, points: int, rate: float, slow: float) -> Grid:
    """Of at most so many buckets that hold this time, and of the coarsest step that serves.

    `rate`: how many ticks a second there are about; where they are no more than `slow`, there are no rows of 1 s.
    Buckets are whole steps, and begin at whole buckets since 1970: as time goes on, they stay the same.
    """
    seconds = to_ts - from_ts
    wanted = seconds / points
    allowed = TICKS_A_POINT * points
    base: float = max((step for step in STEPS if step <= wanted), default=0)
    if base == 0 and rate * seconds > allowed:
        base = STEPS[0]
    if base == STEPS[0] and rate <= slow and rate * seconds > allowed:
        base = STEPS[1]
    width = math.ceil(wanted / base) * base if base else wanted
    start = width * (from_ts // width)
    while base and math.ceil((to_ts - start) / width) > points:
        width += base
        start = width * (from_ts // width)
    if not base:
        start = from_ts
    step = max((step for step in STEPS if base and width % step == 0), default=0)
    size = math.ceil((to_ts - start) / width) if base else points
    return Grid(start, width, size, step)
