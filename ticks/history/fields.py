"""The fields that a stream is known to have. Blocking."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import orjson
import redis

from ticks.archive.rollups.values import Values
from ticks.live.store import Store
from ticks.models import Field
from ticks.tick import head


def known(store: Store) -> list[Field]:
    """By their paths in order: those that are indexed, and those of the newest tick, perhaps without `first_ts` yet."""
    found = {field.path: field for field in Field.objects.filter(stream=store.stream)}
    for field in _newest(store):
        indexed = found.setdefault(field.path, field)
        indexed.last_ts = max(indexed.last_ts, field.last_ts)
    return [found[path] for path in sorted(found)]


def unknown(store: Store, paths: Sequence[str]) -> list[str]:
    """Those of which no number is known."""
    numbers = Field.objects.filter(stream=store.stream, path__in=paths).exclude(kind=Field.Kind.TEXT)
    lacking = set(paths) - set(numbers.values_list("path", flat=True))
    if lacking:
        lacking -= {field.path for field in _newest(store) if field.kind != Field.Kind.TEXT}
    return [path for path in paths if path in lacking]


def _newest(store: Store) -> list[Field]:
    newest = None
    with suppress(redis.RedisError):
        newest = store.newest()
    if newest is None:
        return []
    line = newest.records[-1]
    ts, values = head(line).ts, Values()
    with suppress(orjson.JSONDecodeError):
        values.add({key: value for key, value in orjson.loads(line).items() if key not in ("t", "ts")})
    kinds = values.take()[1]
    return [Field(stream=store.stream, path=path, kind=kind, last_ts=ts) for path, kind in kinds.items()]
