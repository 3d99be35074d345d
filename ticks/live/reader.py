"""A reader: a cursor into a feed. It pulls what comes after it, at whatever pace its transport takes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.query import Slow

if TYPE_CHECKING:
    from ticks.live.feed import Feed

RECHECK_S = 1.0
"""A reader that waits looks again after so long even if nothing was announced."""


class Reader:
    """What one subscriber is owed, in the form in which it is sent."""

    def __init__(self, feed: Feed, cursor: Cursor, form: Form[Any], slow: Slow = "close") -> None:
        self.cursor = cursor
        self.form = form
        self._feed = feed
        self._skips = slow == "skip"
        self._was_at_tip = False

    async def next(self) -> Batch | Gap | None:
        """What comes after the cursor, which moves on; None while there is nothing.

        A batch's `prev_t` is the cursor, and its form is made.
        """
        owed = self._skipped() or await self._feed.read(self.cursor, self.form)
        if owed is not None:
            self.cursor = owed.cursor
        else:
            self._note_tip()
        return owed

    async def follow(self) -> AsyncIterator[Batch | Gap]:
        """Everything after the cursor, for ever."""
        fanout = self._feed.fanout
        while True:
            mark = fanout.mark
            owed = await self.next()
            if owed is None:
                await fanout.changed(mark, RECHECK_S)
            else:
                yield owed

    def _note_tip(self) -> None:
        newest = self._feed.relay.ring.last_shown
        if newest is not None and (newest.epoch, newest.last_t) == (self.cursor.epoch, self.cursor.t):
            self._was_at_tip = True
            self.cursor = newest.cursor  # with its ordinal, by which a gap is counted

    def _skipped(self) -> Gap | None:
        """To the newest tick, where the reader fell out of memory after it had been there."""
        ring, at = self._feed.relay.ring, self.cursor
        newest = ring.last_shown
        fell_out = at.epoch == ring.epoch and at.t < ring.floor
        if newest is None or not (self._skips and self._was_at_tip and fell_out):
            return None
        one = newest.newest()
        last = Cursor(one.epoch, one.prev_t, one.n - 1)
        count = one.n - 1 - at.n if at.n is not None else one.first_t - at.t - 1
        return Gap(at.t, one.first_t, count, "slow", last)
