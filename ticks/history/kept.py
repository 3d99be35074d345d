"""What is kept of a stream. Blocking. While Redis is away it is what is archived."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ticks.archive import index
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.history.bounds import place
from ticks.live.hotlog import Head
from ticks.live.store import Store
from ticks.tick import head as head_of

RATE_S = 60.0

Epoch = Mapping[str, Any]
"""`epoch`, `oldest_t`, `newest_t`, `count`, and when these ticks were made: `oldest_ts`, `newest_ts` (UNIX seconds)."""


@dataclass(frozen=True, slots=True)
class Kept:
    epochs: list[Epoch]
    """Oldest first."""
    count: int
    rate: float
    """Ticks a second over the last minute."""


def kept(store: Store) -> Kept:
    head, epochs = store.head(), index.epochs_kept(store.stream)
    if head is not None:
        epochs = _with_hot(epochs, head, store)
    return Kept(epochs, sum(epoch["count"] for epoch in epochs), _rate(store, head))


def newest(store: Store) -> Cursor | None:
    """At the newest tick, as far as it is known; None where there is none."""
    head, row = store.head(), index.newest(store.stream)
    known = [head.tip] if head is not None else []
    if row is not None:
        known.append(Cursor(row.epoch, row.last_t, row.last_n))
    return max(known, key=place, default=None)


def first_since(store: Store, head: Head, ts: float) -> Batch | None:
    """The first tick made at `ts` (UNIX seconds) or later, as a batch of one; None where it is of no present epoch.

    Raises `redis.RedisError` where that can't be known.
    """
    cursor = store.seek(ts)
    first = store.after(cursor, max_ticks=1) if cursor is not None else None
    return first if isinstance(first, Batch) and first.epoch == head.tip.epoch else None


def _with_hot(epochs: list[Epoch], head: Head, store: Store) -> list[Epoch]:
    """With what is in the hot log alone."""
    tip, last = head.tip, epochs[-1] if epochs else None
    if last is None or last["epoch"] < tip.epoch:
        oldest = store.oldest(tip.epoch)
        found = store.after(oldest.cursor, max_ticks=1) if oldest is not None else None
        if not isinstance(found, Batch):
            return epochs
        first = head_of(found.records[0])
        counted = (tip.n or 0) - found.n + 1
        times = {"oldest_ts": first.ts, "newest_ts": _newest_ts(store, first.ts)}
        return [*epochs, {"epoch": tip.epoch, "oldest_t": first.t, "newest_t": tip.t, "count": counted, **times}]
    row = index.newest(store.stream, tip.epoch) if last["epoch"] == tip.epoch else None
    more = (tip.n or 0) - row.last_n if row is not None else 0
    if more <= 0:
        return epochs
    grown = {"newest_t": tip.t, "count": last["count"] + more, "newest_ts": _newest_ts(store, last["newest_ts"])}
    return [*epochs[:-1], {**last, **grown}]


def _newest_ts(store: Store, otherwise: float) -> float:
    newest = store.newest()
    return head_of(newest.records[-1]).ts if newest is not None else otherwise


def _rate(store: Store, head: Head | None) -> float:
    if head is None:
        return 0.0
    now = time.time()
    first = first_since(store, head, now - RATE_S)
    if first is None:
        return 0.0
    # A stream that is younger than that has its own age.
    seconds = min(RATE_S, max(1.0, now - head_of(first.records[0]).ts)) if first.n == 1 else RATE_S
    return ((head.tip.n or 0) - first.n + 1) / seconds
