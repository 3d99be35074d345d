"""What a running producer has done so far, counted where it is done and read by whoever shows it."""

from __future__ import annotations

import time
from collections import deque

from ticks.histogram import Histogram, Recent

LATE_OVER_S = 60.0
RATE_OVER_S = 10.0


class Rate:
    """How fast a count goes up, from 0 at the start. For one reader: it is counted from one look to another."""

    def __init__(self) -> None:
        self._looks = deque([(time.monotonic(), 0)])

    def of(self, count: int) -> float:
        """A second over the last ten seconds, or since one looked last where that is longer ago."""
        now = time.monotonic()
        while len(self._looks) > 1 and self._looks[1][0] <= now - RATE_OVER_S:
            self._looks.popleft()
        at, before = self._looks[0]
        self._looks.append((now, count))
        return (count - before) / max(now - at, 1e-3)


class Tally:
    """Counting takes no lock and well under a microsecond: the source's thread counts, another one reads."""

    def __init__(self) -> None:
        self.ticks = 0
        self.skips = 0
        """Records that were no ticks."""
        self.misses: int | None = None
        """Planned times that were missed; None for a source that has no schedule."""
        self._late: Recent | None = None
        self._began = time.monotonic()
        self._rate = Rate()

    def wrote(self) -> None:
        self.ticks += 1

    def skipped(self) -> None:
        self.skips += 1

    def late(self, ms: float) -> None:
        """A planned tick began so many milliseconds after its time."""
        if self._late is None:
            self._late = Recent(LATE_OVER_S)
        self._late.add(ms, time.monotonic())

    def missed(self, deadlines: int) -> None:
        """So many planned times had passed before this one."""
        self.misses = (self.misses or 0) + deadlines

    def lateness(self) -> Histogram | None:
        """Of the last minute, in milliseconds; None for a source that plans nothing."""
        return self._late.read(time.monotonic()) if self._late else None

    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def rate(self) -> float:
        """Ticks a second; see `Rate`, for one reader."""
        return self._rate.of(self.ticks)
