"""What the fields of a stream did in its last five minutes: told to each new subscriber, made once for many."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping
from typing import Any

import redis
from django.db import close_old_connections

from ticks.archive.rollups.buckets import Column
from ticks.archive.rollups.lookup import value_of
from ticks.archive.rollups.values import Values
from ticks.live.series import series
from ticks.live.store import Store
from ticks.live.threads import in_reading_thread
from ticks.models import Field
from ticks.selection import Selection, loads
from ticks.tick import head

PERIOD_S = 300.0
POINTS = 30
"""Of 10 s each: what is asked for begins so much too early at most."""
MAX_FIELDS = 100
FRESH_S = 5.0
WAIT_S = 1.0
"""Nobody waits longer for it; then it is null, or what it was before."""

Stats = Mapping[str, Mapping[str, float | None]]
"""By path: `last`, `min`, `max`, `mean`."""


class Summary:
    """That of one stream. Call it on the event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stats: Stats | None = None
        self._made_at = -math.inf
        self._making: asyncio.Task[None] | None = None

    async def of(self, selection: Selection) -> Stats | None:
        """The selected fields' that are numbers; None where nothing is known."""
        if self._made_at + FRESH_S < time.monotonic():
            if self._making is None or self._making.done():
                self._making = asyncio.create_task(self._make())
            await asyncio.wait([self._making], timeout=WAIT_S)
        if self._stats is None:
            return None
        return {path: stats for path, stats in self._stats.items() if selection.has(path)}

    async def _make(self) -> None:
        self._stats = await in_reading_thread(summary, self._store)
        self._made_at = time.monotonic()


def summary(store: Store) -> Stats | None:
    """Blocking. None while the newest tick is not known."""
    close_old_connections()
    try:
        newest = store.newest()
    except redis.RedisError:
        return None
    if newest is None:
        return None
    line = newest.records[-1]
    record, ts = loads(line), head(line).ts
    paths = _paths(store.stream, record, ts)
    found = series(store, paths, ts - PERIOD_S, math.nextafter(ts, math.inf), POINTS)
    return {path: _stats(found.columns[path], value_of(path)(record)) for path in paths}


def _paths(stream: str, record: Mapping[str, Any], ts: float) -> list[str]:
    """Those of the newest tick first, then what others had in this time."""
    values = Values()
    values.add({key: value for key, value in record.items() if key not in ("t", "ts")})
    kinds = values.take()[1]
    numbers = [path for path, kind in kinds.items() if kind != Field.Kind.TEXT]
    known = Field.objects.filter(stream=stream, last_ts__gte=ts - PERIOD_S).exclude(kind=Field.Kind.TEXT)
    others = known.values_list("path", flat=True)[: 2 * MAX_FIELDS]
    return list(dict.fromkeys([*numbers, *others]))[:MAX_FIELDS]


def _stats(column: Column, last: float | None) -> Mapping[str, float | None]:
    number = sum(column.numbers)
    if not number:
        return {"last": last, "min": last, "max": last, "mean": last}
    return {
        "last": last,
        "min": min(column.least),
        "max": max(column.most),
        "mean": sum(column.sums) / number,
    }
