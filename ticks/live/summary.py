"""What the fields of a stream did in its last five minutes: told to each new subscriber, made once for many."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Mapping
from typing import Any

import orjson
import redis
from django.db import close_old_connections

from ticks.archive.rollups.buckets import Column
from ticks.archive.rollups.lookup import value_of
from ticks.archive.rollups.values import Values
from ticks.live.series import series
from ticks.live.store import Store
from ticks.live.threads import in_reading_thread
from ticks.models import Field
from ticks.selection import Selection
from ticks.tick import head

logger = logging.getLogger(__name__)

PERIOD_S = 300.0
POINTS = 30
"""Of 10 s each: what is asked for begins so much too early at most."""
MAX_FIELDS = 100
FRESH_S, STALE_S = 5.0, 60.0
"""It is made anew when it is asked for after so long; after much longer it is waited for."""
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
        self._has_failed = False
        """Whether that was said in the log, which is enough."""

    async def of(self, selection: Selection) -> Stats | None:
        """The selected fields' that are numbers; None where nothing is known."""
        age_s = time.monotonic() - self._made_at
        if age_s > FRESH_S and (self._making is None or self._making.done()):
            self._making = asyncio.create_task(self._make())
        if age_s > STALE_S and self._making is not None:
            await asyncio.wait([self._making], timeout=WAIT_S)
        if self._stats is None:
            return None
        return {path: stats for path, stats in self._stats.items() if selection.has(path)}

    async def _make(self) -> None:
        try:
            self._stats = await in_reading_thread(summary, self._store)
        except Exception:
            if not self._has_failed:
                logger.exception("%s: no summary can be made", self._store.stream)
            self._stats, self._has_failed = None, True
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
    record, ts = _parsed(line), head(line).ts
    paths = _paths(store.stream, record, ts)
    found = series(store, paths, ts - PERIOD_S, math.nextafter(ts, math.inf), POINTS).buckets
    return {path: _stats(found.columns[path], value_of(path)(record)) for path in paths}


def _parsed(line: bytes) -> Any:
    """As the rollups have it: nothing of a tick with a number that no float can be."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}


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
    least, most, mean = (min(column.least), max(column.most), sum(column.sums) / number) if number else (last,) * 3
    stats = {"last": last, "min": least, "max": most, "mean": mean}
    return {name: one if one is not None and math.isfinite(one) else None for name, one in stats.items()}
