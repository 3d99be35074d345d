"""What is missing behind the newest file of the index, as hot log and notes have it. Blocking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import redis

from ticks.archive.gaps import unarchived
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.history.missing import Missing, reason_before_all
from ticks.live.store import Store
from ticks.models import Segment
from ticks.tick import head


def behind(store: Store, newest: Segment | None) -> list[Missing]:
    """`newest`: that file, None where there is none. While Redis is away nothing is known."""
    found = list[Missing]()
    with suppress(redis.RedisError):
        present = store.hotlog.head()
        at = Cursor(newest.epoch, newest.last_t, newest.last_n) if newest is not None else None
        if at is None and present is not None:
            at = _beginning(store, present.tip.epoch, found)
        while at is not None:
            found += _within(store, at)
            at = _next_epoch(store, at, found) if present is not None and at.epoch < present.tip.epoch else None
    return found


def _beginning(store: Store, epoch: str, found: list[Missing]) -> Cursor | None:
    """Before the first tick of a stream of which nothing is archived."""
    oldest = store.oldest(epoch)
    if oldest is None:
        return None
    cursor = oldest.cursor
    if cursor.n:
        reason = reason_before_all(store.archive / store.stream / epoch, cursor.t)
        found.append(Missing(reason, epoch, -1, oldest.first_t, cursor.n, None, _ts_after(store, cursor)))
    return cursor


def _within(store: Store, at: Cursor) -> Iterator[Missing]:
    """Of an epoch, behind there. What could not be archived the hot log may have."""
    noted = {hole.after_t: hole for hole in unarchived(store.archive / store.stream / at.epoch)}
    for cursor in [at, *(Cursor(at.epoch, t) for t in noted if t > at.t)]:
        found, hole = store.after(cursor, max_ticks=1), noted.get(cursor.t)
        if isinstance(found, Batch) or (found is None and hole is None):
            continue
        times = (_ts_before(store, cursor), _ts_after(store, found.cursor) if found is not None else None)
        if found is not None and found.epoch is None:
            count = found.count if hole is None else min(found.count, hole.missing)
            yield Missing(found.reason, at.epoch, found.after_t, found.next_t, count, *times)
        elif hole is not None:
            yield Missing("unarchived", at.epoch, hole.after_t, hole.through_t + 1, hole.missing, *times)


def _next_epoch(store: Store, at: Cursor, found: list[Missing]) -> Cursor | None:
    """The cursor before its first tick, if there is a later one."""
    newest = store.hotlog.newest(at.epoch, 1)
    end = max([at, *(batch.cursor for batch in newest)], key=lambda cursor: cursor.t)
    gap = store.after(end, max_ticks=1)
    if not isinstance(gap, Gap) or gap.epoch is None or gap.epoch <= at.epoch:
        return None
    times = (_ts_before(store, end), _ts_after(store, gap.cursor))
    found.append(Missing("epoch", gap.epoch, gap.after_t, gap.next_t, gap.count, *times))
    return gap.cursor


def _ts_before(store: Store, cursor: Cursor) -> float | None:
    """When the tick at the cursor was made."""
    found = store.before(cursor, 1)
    return head(found.records[-1]).ts if isinstance(found, Batch) else None


def _ts_after(store: Store, cursor: Cursor) -> float | None:
    """When the first one behind it was made."""
    found = store.after(cursor, max_ticks=1)
    return head(found.records[0]).ts if isinstance(found, Batch) else None
