"""When a peer is given up: decided from what is seen of its connection now and then. No clock, no I/O."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from ticks.direct import STALL_S

PING_S = 10.0
"""A protocol ping so often: so there is always something that a peer's host has to acknowledge."""
FIRST_PING_S = 1.0
"""The first one comes sooner: it tells how long the way is."""
PING_BYTES = 4
SILENT_S = 30.0
"""Who has neither said nor taken anything for so long is cut off."""
CLOSE_S = 5.0
"""Who is still there so long after the close, or after having been given up, is cut off."""
DEAD_S = 15.0
DEAD_ATTEMPTS = 3
"""A host that acknowledged nothing for 15 s, and none of three attempts in a row, is gone."""


class Link(NamedTuple):
    """What the kernel knows of a TCP connection."""

    acknowledged: int
    """Bytes that the peer's host has taken, ever."""
    attempts: int
    """How often in a row the oldest bytes, or a probe of a closed window, were sent again without an answer."""
    silent_s: float
    """Since the last acknowledgement."""


class Sight(NamedTuple):
    """What a look at a connection shows."""

    waiting: int
    """Bytes in this process."""
    queued: int
    """Bytes in the kernel; 0 where `link` tells better."""
    heard: bool
    """Whether anything came since the last look."""
    closing: bool
    link: Link | None


class Verdict(Enum):
    PING = auto()
    """Say something that has to be answered."""
    STALLED = auto()
    """Given up: there is time for a last word. Said once."""
    LOST = auto()
    """Cut it off."""


class Vigil:
    """The watch over one connection; `pings` are for peers who answer them. Times are seconds of any one clock."""

    __slots__ = ("_heard_at", "_is_waiting", "_moved_at", "_over_at", "_pinged_at", "_pings", "_sent_pings", "_taken")

    def __init__(self, now: float, pings: bool) -> None:
        self._pings = pings
        self._heard_at = self._moved_at = now
        self._pinged_at = now - PING_S + FIRST_PING_S
        self._over_at: float | None = None
        self._is_waiting = False
        self._sent_pings = 0
        self._taken: int | None = None

    def look(self, now: float, sight: Sight) -> Verdict | None:
        """What is to be done about this connection now."""
        if sight.heard:
            self._heard_at = now
        if self._has_moved(sight):
            self._moved_at = now
        if sight.closing and self._over_at is None:
            self._over_at = now
        if _is_dead(sight.link):
            return Verdict.LOST
        if self._over_at is not None:
            return Verdict.LOST if now - self._over_at >= CLOSE_S else None
        if sight.waiting:
            return self._judge_waiting(now)
        self._is_waiting = False
        return self._judge_idle(now) if self._pings else None

    def _has_moved(self, sight: Sight) -> bool:
        """Whether the peer has taken a byte since the last look; its host takes pings even when it is stopped."""
        was = self._taken
        if sight.link is None:
            self._taken = -(sight.waiting + sight.queued)  # what came since may hide what was taken, for one look
        else:
            self._taken = sight.link.acknowledged - self._sent_pings * PING_BYTES
            if was is not None:
                self._taken = max(was, self._taken)  # a ping under way is no loss, and its arrival no gain
        return was is not None and self._taken > was

    def _judge_waiting(self, now: float) -> Verdict | None:
        if not self._is_waiting:
            self._is_waiting = True
            self._moved_at = now  # the time to take something begins when there is something to take
        if now - self._moved_at < STALL_S:
            return None
        self._over_at = now
        return Verdict.STALLED

    def _judge_idle(self, now: float) -> Verdict | None:
        if now - max(self._heard_at, self._moved_at) >= SILENT_S:
            return Verdict.LOST
        if now - self._pinged_at < PING_S:
            return None
        self._pinged_at = now
        self._sent_pings += 1
        return Verdict.PING


def _is_dead(link: Link | None) -> bool:
    return link is not None and link.attempts >= DEAD_ATTEMPTS and link.silent_s >= DEAD_S
