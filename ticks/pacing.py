"""When the ticks of a replay are due. Pure: the clock is the caller's."""

from __future__ import annotations

from collections.abc import Iterable

MAX_IDLE_S = 5.0
"""A longer time without a tick is made so long."""
MIN_SPEED, MAX_SPEED = 0.1, 1000.0


class Pace:
    """The times of ticks, one after the other, as a replay has them: at `speed` times the pace of their `ts`."""

    def __init__(self, speed: float, now: float) -> None:
        """The first tick is due at `now` (monotonic seconds)."""
        self._speed = speed
        self._ts: float | None = None
        self._due = now

    def due(self, ts: float) -> float:
        """When the next tick, made at `ts` (UNIX seconds), is due. A clock that was set back counts nothing."""
        if self._ts is not None:
            self._due += min(max(0.0, ts - self._ts), MAX_IDLE_S) / self._speed
        self._ts = ts
        return self._due

    def all_due(self, times: Iterable[float]) -> list[float]:
        return [self.due(ts) for ts in times]
