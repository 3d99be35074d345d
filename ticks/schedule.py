"""When to sample: planned times that never drift, whatever a run takes. Pure; the caller reads the clocks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple


class Deadline(NamedTuple):
    """A planned run: `at` in monotonic seconds, and how many planned ones before it were missed."""

    at: float
    missed: int


def valid_interval(interval: float) -> float:
    """The same, in seconds. Raises `ValueError` where nothing can be planned by it."""
    if not 0.001 <= interval <= 3600:
        raise ValueError(f"an interval of {interval} s is outside 0.001 to 3600 s")
    return interval


class Schedule:
    """Deadlines at `start + k × interval` on the monotonic clock, the first on a whole interval of wall time.

    A run that takes longer than the interval makes the deadlines that it covered coalesce into the next
    one: they are counted, and never made up for by a burst. A step of the wall clock changes nothing.
    """

    def __init__(self, interval: float, *, wall: float, monotonic: float) -> None:
        """`interval` in seconds, 0.001 to 3600; `wall` and `monotonic` are the two clocks, read together."""
        self.interval = valid_interval(interval)
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


class Watch:
    """What the schedule says of itself in each tick, under `monitor`. All times are monotonic seconds."""

    def __init__(self) -> None:
        self._deadline = Deadline(0.0, 0)
        self._began = self._ended = 0.0
        self._missed = 0
        self._last: tuple[int, float] | None = None

    def begin(self, deadline: Deadline, now: float) -> None:
        """Sampling begins; what was missed counts until a tick tells it."""
        self._deadline, self._began = deadline, now
        self._missed += deadline.missed

    def sampled(self, now: float) -> None:
        self._ended = now

    def report(self, published_at: Callable[[int], float | None]) -> dict[str, Any]:
        """`late_ms` from plan to the start of sampling, `sample_ms`, `missed` deadlines since the last tick,
        and `published_ms` of the tick before, from its plan to its publication, where that is known."""
        report = {
            "late_ms": _ms(self._began - self._deadline.at),
            "sample_ms": _ms(self._ended - self._began),
            "missed": self._missed,
        }
        at = published_at(self._last[0]) if self._last is not None else None
        if self._last is None or at is None:
            return report
        return {**report, "published_ms": _ms(at - self._last[1])}

    def written(self, t: int) -> None:
        self._last = (t, self._deadline.at)
        self._missed = 0


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
