"""How a producer stands, as it says itself in Redis to whoever may read the stream."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

import redis

from ticks.producer import status
from ticks.producer.lease import RENEW_S, Lease
from ticks.producer.tally import Rate, Tally

TELL_S = RENEW_S / 2
"""How often it is told. A publisher that has nothing to do wakes up for that, and every other time renews its lease."""


class Writing(status.Writing, Protocol):
    @property
    def ticks(self) -> int: ...


class Work(NamedTuple):
    """What a writer is used for; whoever uses it says so where it is known."""

    source: str
    interval_s: float | None
    """Planned from one tick to the next; None for a source that plans nothing."""
    tally: Tally


class Standing:
    """Of one writer. For one thread, which is not the one that writes."""

    def __init__(self, writing: Writing, lease: Lease) -> None:
        self.work: Work | None = None
        self._writing, self._lease = writing, lease
        self._rate = Rate()
        self._started = round(time.time(), 6)
        self._due = 0.0

    def tell(self) -> None:
        """Say it, if that is due: once what was to be published is. Not while Redis can't be reached."""
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + TELL_S
        with suppress(redis.RedisError):
            self._lease.tell(self.look())

    def look(self) -> dict[str, Any]:
        """See docs/history.md; None of what only its user could know, and has not said."""
        writing, work = self._writing, self.work
        tally = work.tally if work is not None else None
        late = tally.lateness() if tally is not None else None
        return {
            "ts": round(time.time(), 6),
            "source": work.source if work is not None else None,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "started": self._started,
            "epoch": writing.epoch,
            "ticks": writing.ticks,
            "rate": round(self._rate.of(writing.ticks), 3),
            "interval_s": work.interval_s if work is not None else None,
            "late_ms": late.summary() if late is not None else None,
            "missed": tally.misses if tally is not None else None,
            "skipped": tally.skips if tally is not None else None,
            "owed": writing.owed,
            "unarchived": writing.unarchived,
            "raw_bytes": writing.raw_bytes,
            "stored_bytes": writing.stored_bytes,
        }
