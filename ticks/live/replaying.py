"""A replay: the past at a pace of its own, until it has caught up with what is live."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.live.feed import Feed
from ticks.live.reader import Reader
from ticks.pacing import Pace
from ticks.tick import head

TOGETHER_S = 0.02
"""Ticks that are due within so long travel together, as live ones do."""


class Replay:
    """Like a `Reader`, at `speed` times the pace at which the ticks were made.

    Wait until `due` before `next`, which then gives what is due by then.
    """

    def __init__(
        self, feed: Feed, cursor: Cursor, form: Form[Any], speed: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._feed = feed
        self._form = form
        self._reader = Reader(feed, cursor, None)
        self._clock = clock
        self._pace = Pace(speed, clock())
        self._rest: Batch | None = None
        """What was read and is not sent yet, and when each tick of it is due."""
        self._times: list[float] = []

    @property
    def cursor(self) -> Cursor:
        """Where it is, once it has caught up."""
        return self._reader.cursor

    async def due(self) -> None:
        """Return when the next tick is due; at once while it is not known."""
        if self._times:
            await asyncio.sleep(max(0.0, self._times[0] - self._clock()))

    async def next(self) -> Batch | Gap | None:
        """What is due, after the cursor; None where the replay has caught up. Nothing of a batch may be due yet."""
        if self._rest is None:
            owed = await self._reader.next()
            if not isinstance(owed, Batch):
                return owed
            # Unpacking and looking at 500 ticks takes less than a hop to a thread.
            self._rest = owed
            self._times = self._pace.all_due(head(line).ts for line in owed.records)
            await self.due()
        return await self._feed.encoded(self._take(), self._form)

    def _take(self) -> Batch:
        assert self._rest is not None
        count = max(1, bisect_right(self._times, self._clock() + TOGETHER_S))
        part = self._rest.part(0, count)
        self._rest = self._rest.after(part.last_t) if part.last_t < self._rest.last_t else None
        del self._times[: part.count]
        return part
