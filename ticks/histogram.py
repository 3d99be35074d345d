"""Counts of values in buckets a twentieth wide: percentiles of any number of them, in little memory. Pure."""

from __future__ import annotations

import math
from collections import deque

WIDTH = 1.05
"""A bucket ends so many times higher than it begins; a percentile is off by half of that at most."""
LEAST = 0.001
"""What is smaller counts as 0."""
SLICES = 6
"""The last minute, say, is so many histograms, and the one that is being filled."""

_SCALE = 1 / math.log(WIDTH)


class Histogram:
    """One thread adds; any may read meanwhile."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self.count = 0
        self.max = 0.0

    def add(self, value: float) -> None:
        """Count a finite value of any unit."""
        bucket = int(math.log(value / LEAST) * _SCALE) if value >= LEAST else -1
        self._counts[bucket] = self._counts.get(bucket, 0) + 1
        self.count += 1
        if value > self.max:
            self.max = value

    def percentile(self, percent: float) -> float:
        """What `percent` (0 to 100) of the values do not exceed, to 2.5 % of it; 0 where there are none."""
        left = max(1.0, percent * self.count / 100)
        for bucket, count in sorted(self._counts.items()):
            left -= count
            if left <= 0:
                return min(_middle(bucket), self.max)
        return self.max

    def summary(self) -> dict[str, float]:
        """`p50`, `p99` and `max`, to a thousandth of the unit."""
        return {"p50": round(self.percentile(50), 3), "p99": round(self.percentile(99), 3), "max": round(self.max, 3)}

    def merge(self, other: Histogram) -> None:
        """Count all that `other` has counted."""
        for bucket, count in list(other._counts.items()):
            self._counts[bucket] = self._counts.get(bucket, 0) + count
        self.count += other.count
        self.max = max(self.max, other.max)


class Recent:
    """The values of the last `seconds`, and of at most a sixth of that before them.

    One thread adds; any may read meanwhile. `now` is in monotonic seconds.
    """

    def __init__(self, seconds: float) -> None:
        self._slice_s = seconds / SLICES
        self._kept_s = seconds + self._slice_s
        self._slices: deque[tuple[float, Histogram]] = deque(maxlen=SLICES + 1)
        self._newest = Histogram()
        self._ends_at = -math.inf

    def add(self, value: float, now: float) -> None:
        if now >= self._ends_at:
            self._newest = Histogram()
            self._slices.append((now, self._newest))
            self._ends_at = now + self._slice_s
        self._newest.add(value)

    def read(self, now: float) -> Histogram:
        """All of them, in a histogram of the reader's own."""
        merged = Histogram()
        for began, one in list(self._slices):
            if began > now - self._kept_s:
                merged.merge(one)
        return merged


def _middle(bucket: int) -> float:
    return LEAST * WIDTH ** (bucket + 0.5) if bucket >= 0 else 0.0
