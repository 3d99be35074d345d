"""How much a client may ask of a server."""

from __future__ import annotations


class Allowance:
    """So many things at once, and `rate` a second from then on. Pure: the clock is the caller's."""

    __slots__ = ("_burst", "_left", "_rate", "_since")

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left = float(burst)
        self._since = now

    def take(self, now: float) -> bool:
        """Take one of them at `now` (monotonic seconds); whether it was there."""
        self._left = min(self._burst, self._left + (now - self._since) * self._rate)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
