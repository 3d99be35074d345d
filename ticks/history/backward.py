"""Reading back, within bounds: the mirror of `forward`."""

from __future__ import annotations

import math
from dataclasses import replace

import redis

from ticks.batch import MAX_BYTES, MAX_TICKS, Batch
from ticks.cursor import Cursor, Gap
from ticks.history.bounds import Bounds, place
from ticks.history.kept import newest
from ticks.history.owed import Owed, owed
from ticks.history.since import since
from ticks.history.step import Step
from ticks.live.store import Store


class Backward:
    """Gives each tick that is asked for once, the last ones first, and tells of what is missing between them."""

    def __init__(self, store: Store, bounds: Bounds, cursor: Cursor | None = None) -> None:
        """Up to `cursor`, that tick included, or from the last on. Asks the store where times are given.

        Raises `redis.RedisError` where it can't be known whether there is any.
        """
        self.bounds = bounds
        self._store = store
        self._start = since(store, bounds.from_ts) if math.isfinite(bounds.from_ts) else None
        end = cursor or self._end()
        self.cursor = end or Cursor("", -1)
        """Up to where is still to be read."""
        self.is_over = end is None or (math.isfinite(bounds.from_ts) and self._start is None) or self._is_low(end)
        """Whether all that the bounds hold was read."""

    def read(self, max_ticks: int = MAX_TICKS, max_bytes: int = MAX_BYTES) -> Step | None:
        """What comes before, up to `max_ticks` at once; None where nothing more is stored.

        Raises `redis.RedisError` where that can't be known.
        """
        found = self._owed(max_ticks, max_bytes)
        if found is None:
            return None
        return self._pass(found) if isinstance(found, Gap) else self._take(found)

    def went(self, cursor: Cursor) -> None:
        """Go on from there."""
        self.cursor = cursor
        self.is_over = self._is_low(cursor)

    def has_more(self) -> bool:
        """Whether there is anything before what was read. Raises `redis.RedisError` where that can't be known."""
        found = self._owed(1, MAX_BYTES)
        if isinstance(found, Gap):
            return self._meets(found)
        return found is not None and not self._is_low(found.cursor)

    def _owed(self, max_ticks: int, max_bytes: int) -> Owed:
        if self.is_over:
            return None
        return owed(self._store, lambda: self._store.before(self.cursor, max_ticks, max_bytes))

    def _end(self) -> Cursor | None:
        """None where nothing is so old. While Redis is away it is the last one that is archived."""
        before = self.bounds.before
        end = Cursor(before.epoch, before.t - 1) if before is not None else newest(self._store)
        if end is None:
            self._store.hotlog.head()  # or it says that it is away, and may have some
            return None
        if not math.isfinite(self.bounds.to_ts):
            return end
        try:
            found = self._store.seek_before(self.bounds.to_ts)
        except redis.RedisError:
            return end  # all that is archived is older
        return min(found, end, key=place) if found is not None else None

    def _take(self, batch: Batch) -> Step:
        self.cursor = Cursor(batch.epoch, batch.prev_t, batch.n - 1)
        self.is_over = self._is_low(self.cursor)
        return Step(self.cursor, self.bounds.within(batch))

    def _pass(self, gap: Gap) -> Step | None:
        if not self._meets(gap):
            self.is_over = True
            return None
        told = gap if gap.epoch is None else replace(gap, epoch=self.cursor.epoch)
        self.cursor = gap.cursor
        self.is_over = self._is_low(gap.cursor)
        return Step(gap.cursor, gap=told)

    def _meets(self, gap: Gap) -> bool:
        """Whether any of what is missing, or of the epoch that it leads to, is asked for."""
        last = gap.cursor if gap.epoch is not None else Cursor(self.cursor.epoch, gap.next_t - 1)
        return not self._is_low(last)

    def _is_low(self, cursor: Cursor) -> bool:
        """Whether that tick, and so all before it, is not asked for."""
        return any(low is not None and place(cursor) <= place(low) for low in (self.bounds.after, self._start))
