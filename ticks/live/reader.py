"""A reader: a cursor into a feed. It pulls what comes after it, at whatever pace its transport takes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from ticks.batch import MAX_BYTES, MAX_TICKS, Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.gathering import gather
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
        self._parts: list[Batch] = []
        """What follows, and is not enough yet."""
        self._made: list[Batch] = []

    async def _read(self) -> Batch | Gap | None:
        if not self._follows((*self._made, *self._parts)):
            self._made, self._parts = [], []
        while not self._made:
            at = self._parts[-1].cursor if self._parts else self.cursor
            owed = await self._feed.read(at, None)
            if isinstance(owed, Batch):
                self._parts.append(owed)
            elif not self._parts:
                return owed
            self._made, self._parts = gather(self._parts, self._gathering.n, all=self._is_all(owed))
            if owed is None and not self._made:
                return None
        return await self._feed.encoded(self._made.pop(0), self.form)

    def _follows(self, batches: Sequence[Batch]) -> bool:
        """Whether these come after the cursor; they do not where it was moved."""
        return bool(batches) and (batches[0].epoch, batches[0].prev_t) == (self.cursor.epoch, self.cursor.t)

    def _is_all(self, owed: Batch | Gap | None) -> bool:
        """Whether what there is goes out, be it enough or not."""
        if self._gathering.n:
            return isinstance(owed, Gap) or (owed is None and self._gathering.ms > 0)
        return not isinstance(owed, Batch) or _is_much(self._parts)


def _is_much(parts: list[Batch]) -> bool:
    """With another as large, it might be too much for one."""
    return 2 * sum(part.count for part in parts) > MAX_TICKS or 2 * sum(part.raw_bytes for part in parts) > MAX_BYTES


def reader(feed: Feed, cursor: Cursor, form: Form[Any], query: Query, *, was_at_tip: bool) -> Reader:
    """The one that a query asks for."""
    if query.gathering == Gathering():
        made = Reader(feed, cursor, form, query.slow)
    else:
        made = GatheringReader(feed, cursor, form, query.slow, query.gathering)
    made.was_at_tip = was_at_tip
    return made
