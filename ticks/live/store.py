"""What is stored of a stream, as one: the archive's indexed files and the hot log.

Blocking: call it from a thread. Every reader comes through here: a subscriber that is behind the ring,
the history API.
"""

from __future__ import annotations

from itertools import pairwise, takewhile
from pathlib import Path
from typing import NamedTuple

import redis
from django.db import close_old_connections

from ticks.archive import gaps, index, reader
from ticks.batch import MAX_BYTES, MAX_TICKS, Batch, merged
from ticks.cursor import Cursor, Gap
from ticks.live import backward
from ticks.live.hotlog import Head, HotLog
from ticks.models import Segment

TOGETHER = 32
"""So many batches of the hot log are read at once by who asks for many ticks."""


class Oldest(NamedTuple):
    """The oldest tick that is kept of an epoch, and the cursor before it."""

    first_t: int
    cursor: Cursor


class Store:
    """The stored ticks of one stream. While Redis can't be reached, what the archive holds is served."""

    def __init__(self, archive: Path, hotlog: HotLog, stream: str) -> None:
        self.archive = archive
        self.hotlog = hotlog
        self.stream = stream

    def after(self, cursor: Cursor, max_bytes: int = MAX_BYTES, max_ticks: int = MAX_TICKS) -> Batch | Gap | None:
        """What a reader at `cursor` is owed next; None where nothing newer is stored, or can be reached.

        With more than `MAX_TICKS` it is as much as is quickly had together, such as a whole frame of a file.
        A `Gap` is proven by the ordinals of the stored ticks around it. The archive is asked before the
        hot log, to spare Redis, and again after it: what the log has forgotten since was indexed before.
        """
        close_old_connections()
        try:
            return self._after(cursor, max_bytes, max_ticks)
        except redis.RedisError:
            return None  # it may hold what is not found elsewhere

    def _after(self, cursor: Cursor, max_bytes: int, max_ticks: int) -> Batch | Gap | None:
        stored = self._archived(cursor, max_bytes, max_ticks)
        if stored is not None and stored.prev_t <= cursor.t:
            return stored
        hot = self._hot(cursor, TOGETHER if max_ticks > MAX_TICKS else 1) if cursor.epoch else None
        if hot is not None and hot.prev_t <= cursor.t:
            return hot.after(cursor.t)
        stored = self._archived(cursor, max_bytes, max_ticks)
        if stored is not None and stored.prev_t <= cursor.t:
            return stored
        following = min((b for b in (stored, hot) if b is not None), key=lambda b: b.first_t, default=None)
        if following is None:
            return self._next_epoch(cursor)
        return self.missing(cursor, Cursor(following.epoch, following.prev_t, following.n - 1), following.first_t)

    def before(self, cursor: Cursor, max_ticks: int = MAX_TICKS, max_bytes: int = MAX_BYTES) -> Batch | Gap | None:
        """The last ticks up to `cursor`, that of its own `t` included; None where there are none, or they can't be had.

        A reader of a batch goes on at `Cursor(batch.epoch, batch.prev_t, batch.n - 1)`, and gets one that ends with
        that tick, or the `Gap` that `after` tells of; its `cursor` is the last tick before it. Where the reason is
        `epoch`, `after_t` counts in `epoch`, the earlier one, and `next_t` in that of the reader.
        """
        close_old_connections()
        try:
            return backward.before(self, cursor, max_ticks, max_bytes)
        except redis.RedisError:
            return None  # it may hold what is not found elsewhere

    def newest(self) -> Batch | None:
        """The newest tick, as a batch of one. Raises `redis.RedisError`: only the hot log can know it."""
        close_old_connections()
        head = self.hotlog.head()
        batches = self.hotlog.newest(head.tip.epoch, 1) if head else []
        return batches[0].newest() if batches else reader.last(self.archive, self.stream)

    def oldest(self, epoch: str) -> Oldest | None:
        """Where what is kept of an epoch begins; None where nothing is."""
        close_old_connections()
        row = index.segments(self.stream, epoch).order_by("first_t").first()
        try:
            hot = self._hot(Cursor(epoch, -1))
        except redis.RedisError:
            hot = None
        # The hot log may reach back further: what could not be archived stands only there.
        kept = min((one for one in (row, hot) if one is not None), key=lambda one: one.first_t, default=None)
        return Oldest(kept.first_t, Cursor(epoch, kept.prev_t, kept.n - 1)) if kept is not None else None

    def seek(self, ts: float) -> Cursor | None:
        """The cursor before the first tick made at `ts` (UNIX seconds) or later; None where there is none.

        Raises `redis.RedisError` where only the hot log can know.
        """
        close_old_connections()
        indexed = index.newest(self.stream)
        found = reader.seek(self.archive, self.stream, ts)
        if found is not None:
            return found
        hot = self._seek_hot(ts, indexed)
        return reader.seek(self.archive, self.stream, ts) or hot  # what the log has forgotten since was indexed before

    def seek_before(self, ts: float) -> Cursor | None:
        """The cursor at the last tick made before `ts` (UNIX seconds); None where there is none.

        Raises `redis.RedisError` where the archive ends before that: only the hot log can know what follows.
        """
        close_old_connections()
        return backward.seek_before(self, ts)

    def head(self) -> Head | None:
        """The hot log's; None while it is empty or can't be reached."""
        try:
            return self.hotlog.head()
        except redis.RedisError:
            return None

    def epoch(self) -> str | None:
        """The present epoch: the hot log's, or the newest in the archive while that is unknown."""
        close_old_connections()
        head = self.head()
        if head is not None:
            return head.tip.epoch
        row = index.newest(self.stream)
        return row.epoch if row is not None else None

    def _archived(self, cursor: Cursor, max_bytes: int, max_ticks: int) -> Batch | None:
        where = (self.archive, self.stream, cursor.epoch, cursor.t)
        return reader.after(*where, max_bytes=max_bytes, max_ticks=max_ticks)

    def _hot(self, cursor: Cursor, together: int = 1) -> Batch | None:
        """Up to so many batches of the log as one. Raises `redis.RedisError`."""
        batches = self.hotlog.after(cursor.epoch, cursor.t, together)
        follows = (after.prev_t == before.last_t for before, after in pairwise(batches))
        chain = 1 + sum(1 for _ in takewhile(bool, follows))
        return merged(batches[:chain]) if batches else None

    def _seek_hot(self, ts: float, indexed: Segment | None) -> Cursor | None:
        """Behind the newest row that there was before the archive was asked; that is little: it is read through."""
        head = self.hotlog.head()
        if head is None:
            return None
        last_t = indexed.last_t if indexed is not None and indexed.epoch == head.tip.epoch else -1
        cursor = Cursor(head.tip.epoch, last_t)
        while (batch := self._hot(cursor)) is not None:
            before = batch.before_ts(ts)
            if before is not None:
                return before
            cursor = batch.cursor
        return None

    def missing(self, cursor: Cursor, last: Cursor, next_t: int) -> Gap:
        """What is proven to be missing after `cursor`, up to `last`, which is just before the tick `next_t`."""
        rows = index.segments(self.stream, cursor.epoch).filter(last_t__lte=cursor.t)
        before = rows.order_by("last_t").last()
        last_n = cursor.n if cursor.n is not None else before.last_n if before is not None else 0
        return Gap(
            after_t=cursor.t,
            next_t=next_t,
            count=min((last.n or 0) - last_n, next_t - cursor.t - 1),
            reason=self._reason(cursor, last, next_t, is_first=before is None),
            cursor=last,
        )

    def _reason(self, cursor: Cursor, last: Cursor, next_t: int, *, is_first: bool) -> str:
        """`damaged` where a file that is there should hold them, `unarchived` where the writer noted it.

        Else `lost`, or `expired` where nothing older is kept.
        """
        if self._is_damaged(cursor, next_t):
            return "damaged"
        holes = gaps.unarchived(self.archive / self.stream / cursor.epoch)
        if is_first:
            noted = any(hole.after_t <= cursor.t and last.t <= hole.through_t for hole in holes)
            return "unarchived" if noted else "expired"
        noted = any(cursor.t < hole.through_t and hole.after_t <= last.t for hole in holes)
        return "unarchived" if noted else "lost"

    def _is_damaged(self, cursor: Cursor, next_t: int) -> bool:
        """Whether any of the missing ticks lie within an indexed file that is there."""
        rows = index.segments(self.stream, cursor.epoch).filter(last_t__gt=cursor.t, first_t__lt=next_t)
        return any((self.archive / row.path).exists() for row in rows)

    def knows(self, epoch: str) -> bool:
        """Whether any of an epoch is kept. Raises `redis.RedisError` where only the hot log can know."""
        return index.segments(self.stream, epoch).exists() or self.hotlog.holds(epoch)

    def _next_epoch(self, cursor: Cursor) -> Gap | None:
        """To the oldest later epoch that is kept; else to the present one, whatever its name."""
        later = index.segments(self.stream).filter(epoch__gt=cursor.epoch).order_by("epoch").first()
        head = self.head()
        if later is not None:
            epoch = later.epoch
        elif head is not None and (head.tip.epoch > cursor.epoch or not self.knows(cursor.epoch)):
            epoch = head.tip.epoch
        else:
            return None
        start = self.oldest(epoch)
        if start is None or epoch == cursor.epoch:
            return None
        missing = start.cursor.n or 0
        return Gap(cursor.t, start.first_t, missing, "epoch", start.cursor, epoch)
