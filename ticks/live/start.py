"""Where a reader begins. Blocking: call it from a thread."""

from __future__ import annotations

import time
from typing import NamedTuple

import redis

from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.live.store import Store
from ticks.query import Query

FIRST_TICK_S = 5.0
"""Who waits for a stream's first tick looks for it so often, also if nothing is announced."""


class Start(NamedTuple):
    """Where a reader begins, and what it is told first. `is_empty`: the stream has no tick at all yet."""

    cursor: Cursor | None
    gap: Gap | None = None
    is_empty: bool = False


def begin(query: Query, store: Store, newest: Batch | None) -> Start:
    """`newest` is the newest batch in memory."""
    if query.from_ts is not None:
        ts = query.from_ts if query.from_ts >= 0 else time.time() + query.from_ts
        return Start(_since(store, ts) or _tip(store))
    if query.from_t is None:
        return _before_newest(store, newest)
    epoch = query.epoch or store.epoch()
    if epoch is None:
        return Start(None)
    if query.from_t == -1:
        oldest = store.oldest(epoch)
        return Start(oldest.cursor if oldest is not None else Cursor(epoch, -1))
    return _at(Cursor(epoch, query.from_t), store)


def newest_stored(store: Store) -> Batch | None:
    """The newest tick, as a batch of one; None where there is none, or Redis can't be reached."""
    try:
        return store.newest()
    except redis.RedisError:
        return None


def _before_newest(store: Store, newest: Batch | None) -> Start:
    """Only memory or the hot log can know the newest."""
    try:
        newest = newest or store.newest()
    except redis.RedisError:
        return Start(None)
    if newest is None:
        return Start(None, is_empty=True)
    one = newest.copy().newest()
    return Start(Cursor(one.epoch, one.prev_t, one.n - 1))


def _at(cursor: Cursor, store: Store) -> Start:
    """A cursor is ahead only of a fresh tip: another numbering made it."""
    head = store.head()
    if head is None or head.tip.epoch != cursor.epoch or cursor.t <= head.newest_t:
        return Start(cursor)
    return Start(head.tip, Gap(cursor.t, head.tip.t + 1, 0, "epoch", head.tip, head.tip.epoch))


def _since(store: Store, ts: float) -> Cursor | None:
    try:
        return store.seek(ts)
    except redis.RedisError:
        return None


def _tip(store: Store) -> Cursor | None:
    newest = newest_stored(store)
    return newest.cursor if newest is not None else None
