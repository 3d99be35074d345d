"""A reader: a cursor into a feed. It pulls what comes after it, at whatever pace its transport takes it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.gathering import Gatherer
from ticks.query import Gathering, Query, Slow

if TYPE_CHECKING:
    from ticks.live.feed import Feed

RECHECK_S = 1.0
"""A reader that waits looks again after so long even if nothing was announced."""


class Reader:
    """What one subscriber is owed, in the form in which it is sent, if in one."""

    def __init__(self, feed: Feed, cursor: Cursor, form: Form[Any] | None, slow: Slow = "close") -> None:
        self.cursor = cursor
        self.form = form
        self._feed = feed
        self._skips = slow == "skip"
        self.was_at_tip = False
        """Who skips does so only then: what it asked for is sent whole."""

    async def next(self) -> Batch | Gap | None:
        """What comes after the cursor, which moves on; None while there is nothing.

        A batch's `prev_t` is the cursor, and its form is made.
        """
        owed = self._skipped() or await self._read()
        if owed is not None:
            self.cursor = owed.cursor
        else:
            self._note_tip()
        return owed

    async def _read(self) -> Batch | Gap | None:
        return await self._feed.read(self.cursor, self.form)

    def _note_tip(self) -> None:
        newest = self._feed.relay.ring.last_shown
        if newest is not None and (newest.epoch, newest.last_t) == (self.cursor.epoch, self.cursor.t):
            self.was_at_tip = True
            self.cursor = newest.cursor  # with its ordinal, by which a gap is counted

    def _skipped(self) -> Gap | None:
        """To the newest tick, where the reader fell out of memory after it had been there."""
        ring, at = self._feed.relay.ring, self.cursor
        newest = ring.last_shown
        fell_out = at.epoch == ring.epoch and at.t < ring.floor
        if newest is None or not (self._skips and self.was_at_tip and fell_out):
            return None
        one = newest.newest()
        last = Cursor(one.epoch, one.prev_t, one.n - 1)
        count = one.n - 1 - at.n if at.n is not None else one.first_t - at.t - 1
        return Gap(at.t, one.first_t, count, "slow", last)


class GatheringReader(Reader):
    """One that gathers batches anew, as those at the tip get them."""

    def __init__(self, feed: Feed, cursor: Cursor, form: Form[Any], slow: Slow, gathering: Gathering) -> None:
        super().__init__(feed, cursor, form, slow)
        self._gathering = gathering
        self._gatherer = Gatherer(gathering.n)
        self._made: deque[Batch] = deque()
        self._next = self._at = cursor
        """Where the cursor is when what is made now was sent, and up to where was read."""

    async def _read(self) -> Batch | Gap | None:
        if (self.cursor.epoch, self.cursor.t) != (self._next.epoch, self._next.t):
            self._gatherer, self._made = Gatherer(self._gathering.n), deque()
            self._at = self.cursor  # it was moved
        while not self._made:
            owed = await self._feed.read(self._at, None)
            if isinstance(owed, Batch):
                self._at = owed.cursor
                self._made += self._gatherer.add(owed)
            elif self._is_due(owed):
                self._made += self._gatherer.flush()
            if not self._gathering.n and self._gatherer.is_much:
                self._made += self._gatherer.flush()
            if not isinstance(owed, Batch) and not self._made:
                return owed
        made = self._made.popleft()
        self._next = made.cursor
        return await self._feed.encoded(made, self.form)

    def _is_due(self, owed: Gap | None) -> bool:
        """Whether what is left over goes out, be it enough or not."""
        return owed is not None or not self._gathering.n or self._gathering.ms > 0


def reader(feed: Feed, cursor: Cursor, form: Form[Any], query: Query, *, was_at_tip: bool) -> Reader:
    """The one that a query asks for."""
    if query.gathering == Gathering():
        made = Reader(feed, cursor, form, query.slow)
    else:
        made = GatheringReader(feed, cursor, form, query.slow, query.gathering)
    made.was_at_tip = was_at_tip
    return made
