"""Reading onward, within bounds."""

from __future__ import annotations

import math

import redis

from ticks.batch import MAX_BYTES, MAX_TICKS, Batch
from ticks.cursor import Cursor, Gap
from ticks.history.bounds import Bounds, place
from ticks.history.owed import Owed, owed
from ticks.history.since import since
from ticks.history.step import Step
from ticks.live.store import Store

OLDEST = Cursor("", -1)
"""Before all that is kept."""


class Forward:
    """Gives each tick that is asked for once, and tells of what is missing between them.

    It ends with the newest one that there is when it is read, or the last that was within the bounds when it began.
    """

    def __init__(self, store: Store, bounds: Bounds, cursor: Cursor | None = None) -> None:
        """Behind `cursor`, or from the first on. Asks the store where times are given.

        Raises `redis.RedisError` where it can't be known whether there is a first one.
        """
        self.bounds = bounds
        self.is_over = False
        """Whether all that the bounds hold was read."""
        self._store = store
        self._end, is_empty = self._find_end()
        start = self._start() if cursor is None else max(cursor, bounds.after or OLDEST, key=place)
        self.cursor = start or bounds.after or OLDEST
        """How far was read."""
        self.is_over = start is None or is_empty or self._is_beyond(start)

    def read(self, max_ticks: int = MAX_TICKS, max_bytes: int = MAX_BYTES) -> Step | None:
        """What comes next, up to `max_ticks` at once; None where nothing more is stored.

        Raises `redis.RedisError` where that can't be known.
        """
        found = self._owed(max_ticks, max_bytes)
        if found is None:
            return None
        # What is hot comes in whole batches.
        return self._pass(found) if isinstance(found, Gap) else self._take(found.part(0, max_ticks))

    def went(self, cursor: Cursor) -> None:
        """Go on from there: what comes before was read elsewhere, without a gap."""
        self.cursor = cursor
        self.is_over = self._is_beyond(cursor)

    def has_more(self) -> bool:
        """Whether there is anything behind what was read. Raises `redis.RedisError` where that can't be known."""
        found = self._owed(1, MAX_BYTES)
        if isinstance(found, Gap):
            return self._meets(found)
        return found is not None and not self._is_before(Cursor(found.epoch, found.first_t))

    def _find_end(self) -> tuple[Cursor | None, bool]:
        """None where there is none, or nobody knows it: all that is there is read then; and whether all is younger."""
        if not math.isfinite(self.bounds.to_ts):
            return None, False
        try:
            end = self._store.seek_before(self.bounds.to_ts)
        except redis.RedisError:
            return None, False
        return end, end is None

    def _start(self) -> Cursor | None:
        """None where nothing is so young."""
        after = self._settled(self.bounds.after) if self.bounds.after is not None else OLDEST
        if not math.isfinite(self.bounds.from_ts):
            return after
        found = since(self._store, self.bounds.from_ts)
        return max(found, after, key=place) if found is not None else None

    def _owed(self, max_ticks: int, max_bytes: int) -> Owed:
        if self.is_over:
            return None
        return owed(self._store, lambda: self._store.after(self.cursor, max_bytes, max_ticks))

    def _settled(self, after: Cursor) -> Cursor:
        """Before the first tick of an epoch there are numbers without ticks: nothing is missing there."""
        oldest = self._store.oldest(after.epoch) if after.t < 0 and after.epoch else None
        return oldest.cursor if oldest is not None else after

    def _take(self, batch: Batch) -> Step:
        ends = (batch.cursor, self._last(), self._end)
        self.cursor = min((end for end in ends if end is not None), key=place)
        self.is_over = self._is_beyond(batch.cursor)
        return Step(self.cursor, self.bounds.within(batch))

    def _last(self) -> Cursor | None:
        """What lies beyond was not asked for, and is still to be had."""
        before = self.bounds.before
        return Cursor(before.epoch, before.t - 1) if before is not None else None

    def _pass(self, gap: Gap) -> Step | None:
        # Before an epoch's first tick there are numbers, and no ticks.
        is_told = self.cursor != OLDEST and (gap.count or gap.epoch is not None)
        self.is_over = not self._meets(gap) or self._is_beyond(gap.cursor)
        if not self._meets(gap):
            return None
        self.cursor = gap.cursor
        return Step(gap.cursor, gap=gap if is_told else None)

    def _meets(self, gap: Gap) -> bool:
        """Whether any of what is missing, or of the epoch that it leads to, is asked for."""
        first = Cursor(gap.epoch, gap.next_t) if gap.epoch is not None else Cursor(self.cursor.epoch, gap.after_t + 1)
        return not self._is_before(first) and not (self._end is not None and place(first) > place(self._end))

    def _is_before(self, tick: Cursor) -> bool:
        """Whether that is the end, or comes behind it."""
        return self.bounds.before is not None and place(tick) >= place(self.bounds.before)

    def _is_beyond(self, cursor: Cursor) -> bool:
        """Whether nothing behind this place is asked for."""
        if self.bounds.before is not None and (cursor.epoch, cursor.t + 1) >= place(self.bounds.before):
            return True
        return self._end is not None and place(cursor) >= place(self._end)
