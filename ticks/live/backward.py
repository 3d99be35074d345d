"""Reading what is stored of a stream backward, with the proof that nothing was left out. See `Store.before`.

Blocking; raises `redis.RedisError` where only the hot log can know.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import redis
from django.db.models import Q

from ticks.archive import backward, index, reader
from ticks.batch import MAX_BYTES, MAX_TICKS, Batch
from ticks.cursor import Cursor, Gap
from ticks.live.lookback import Lookback
from ticks.tick import MAX_T, head

if TYPE_CHECKING:
    from ticks.live.store import Store


def before(store: Store, cursor: Cursor, max_ticks: int, max_bytes: int) -> Batch | Gap | None:
    """What needs no more proof is given at once, without Redis where it is archived."""
    if cursor.n == 0:
        return _earlier_epoch(store, cursor)
    look = _look(store, max_ticks, max_bytes)
    found = look.archived(cursor)
    if found is not None and (found.last_t == cursor.t or _is_next(found, look.archived_after(cursor))):
        return found
    found = look.hot(cursor)
    if found is not None and found.last_t == cursor.t:
        return found
    return _proven(store, look, cursor)


def seek_before(store: Store, ts: float) -> Cursor | None:
    """See `Store.seek_before`."""
    hot = None
    try:
        for batch in _look(store).unindexed():
            hot = _made_before(batch, ts) or hot
    except redis.RedisError:
        if reader.seek(store.archive, store.stream, ts) is None:
            raise
    found = (hot, backward.seek_before(store.archive, store.stream, ts))
    return max((one for one in found if one is not None), key=lambda one: (one.epoch, one.t), default=None)


def _made_before(batch: Batch, ts: float) -> Cursor | None:
    made = (tick for tick in map(head, reversed(batch.records)) if tick.ts < ts)
    tick = next(made, None)
    return Cursor(batch.epoch, tick.t) if tick is not None else None


def _look(store: Store, max_ticks: int = MAX_TICKS, max_bytes: int = MAX_BYTES) -> Lookback:
    return Lookback(store.archive, store.hotlog, store.stream, max_ticks, max_bytes)


def _is_next(found: Batch, following: Batch | None) -> bool:
    return following is not None and following.prev_t <= found.last_t


def _proven(store: Store, look: Lookback, cursor: Cursor) -> Batch | Gap | None:
    """What follows is asked first: all that was stored before it then is found after it."""
    following = look.following(cursor)
    found = look.last(cursor)
    last = found.cursor if found is not None else Cursor(cursor.epoch, -1, 0)
    end, next_t = _end(cursor, following)
    if end.n and end.t > last.t:
        is_settled = following is not None or _is_indexed(store, cursor)
        return replace(store.missing(last, end, next_t), cursor=last) if is_settled else None
    return found if found is not None else _earlier_epoch(store, cursor)


def _end(cursor: Cursor, following: Batch | None) -> tuple[Cursor, int]:
    """The last tick that there was up to the cursor, without `n` where nobody knows of any; and the `t` behind it."""
    if following is not None and following.prev_t <= cursor.t:
        return Cursor(cursor.epoch, following.prev_t, following.n - 1), following.first_t
    if following is not None and cursor.n is None:
        return replace(cursor, n=following.n - 1), cursor.t + 1
    return cursor, cursor.t + 1


def _is_indexed(store: Store, cursor: Cursor) -> bool:
    """What is not, while nothing follows it, the hot log may be refilled with."""
    behind = Q(epoch=cursor.epoch, last_t__gte=cursor.t) | Q(epoch__gt=cursor.epoch)
    return index.segments(store.stream).filter(behind).exists()


def _earlier_epoch(store: Store, cursor: Cursor) -> Gap | None:
    """To the last tick that can be read before this epoch."""
    epoch = _epoch_before(store, cursor.epoch)
    while epoch is not None:
        newest = _look(store, max_ticks=1).last(Cursor(epoch, MAX_T))
        if newest is not None:
            row = index.newest(store.stream, epoch)
            lacking = max(0, row.last_n - newest.last_n) if row is not None else 0
            return Gap(newest.last_t, cursor.t + 1, lacking + (cursor.n or 0), "epoch", newest.cursor, epoch)
        epoch = _epoch_before(store, epoch)
    return None


def _epoch_before(store: Store, epoch: str) -> str | None:
    present = store.hotlog.head()
    known = (backward.epoch_before(store.stream, epoch), present.tip.epoch if present is not None else None)
    return max((one for one in known if one is not None and one < epoch), default=None)
