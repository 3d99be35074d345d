"""When to sample: planned times that never drift, whatever a run takes. Pure; the caller reads the clocks."""

from __future__ import annotations

import math
from typing import NamedTuple


class Deadline(NamedTuple):
    """A planned run: `at` in monotonic seconds, and how many planned ones before it were missed."""

    at: float
    missed: int


class Schedule:
    """Deadlines at `start + k × interval` on the monotonic clock, the first on a whole interval of wall time.

    A run that takes longer than the interval makes the deadlines that it covered coalesce into the next
    one: they are counted, and never made up for by a burst. A step of the wall clock changes nothing.
    """

    def __init__(self, interval: float, *, wall: float, monotonic: float) -> None:
        """`interval` in seconds, 0.001 to 3600; `wall` and `monotonic` are the two clocks, read together."""
        if not 0.001 <= interval <= 3600:
            raise ValueError(f"an interval of {interval} s is outside 0.001 to 3600 s")
        self.interval = interval
        self._start = monotonic + math.ceil(wall / interval) * interval - wall
        self._k = -1

    def next(self, now: float) -> Deadline:
        """The next planned run, given the monotonic time at which the last one ended.

        A deadline that has just passed is still the next one as long as the one after it has not.
        """
        latest = math.floor((now - self._start) / self.interval)
        k = max(self._k + 1, latest)
        missed = k - self._k - 1
        self._k = k
        return Deadline(self._start + k * self.interval, missed)
