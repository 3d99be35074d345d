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
    return known_with(store.stream, newest_line(store))


def known_with(stream: str, newest: bytes | None) -> list[Field]:
    """The same, for who has the newest tick's line."""
    found = {field.path: field for field in Field.objects.filter(stream=stream)}
    for field in _fields_of(stream, newest):
        indexed = found.setdefault(field.path, field)
        indexed.last_ts = max(indexed.last_ts, field.last_ts)
    return [found[path] for path in sorted(found)]


def unknown(store: Store, paths: Sequence[str]) -> list[str]:
    """Those of which no number is known."""
    numbers = Field.objects.filter(stream=store.stream, path__in=paths).exclude(kind=Field.Kind.TEXT)
    lacking = set(paths) - set(numbers.values_list("path", flat=True))
    if lacking:
        newest = _fields_of(store.stream, newest_line(store))
        lacking -= {field.path for field in newest if field.kind != Field.Kind.TEXT}
    return [path for path in paths if path in lacking]


def newest_line(store: Store) -> bytes | None:
    """None where there is no tick, or nobody can say which is the newest."""
    newest = None
    with suppress(redis.RedisError):
        newest = store.newest()
    return newest.records[-1] if newest is not None else None


def _fields_of(stream: str, line: bytes | None) -> list[Field]:
    if line is None:
        return []
    ts, values = head(line).ts, Values()
    with suppress(orjson.JSONDecodeError):
        values.add({key: value for key, value in orjson.loads(line).items() if key not in ("t", "ts")})
    kinds = values.take()[1]
    return [Field(stream=stream, path=path, kind=kind, last_ts=ts) for path, kind in kinds.items()]
