"""Which columns a range of ticks has as a table. Blocking."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from ticks.csv import Columns
from ticks.history.backward import Backward
from ticks.history.bounds import Bounds
from ticks.history.forward import Forward
from ticks.leaves import ordered, paths_of
from ticks.live.store import Store
from ticks.models import Field
from ticks.tick import head

MAX_COLUMNS = 2000
AT_ENDS, SAMPLES = 200, 16
"""So many of the first and of the last ticks are looked at, and so many between them."""
TRIES = 4
"""A tick may lie behind a gap or two."""


def columns_of(store: Store, bounds: Bounds, fields: Sequence[str] | None = None) -> Columns:
    """Those of all leaves that are known, by the index and by some ticks; what else a tick has is in `other`.

    With `fields` just these, in this order, and in the place of an array or object the known leaves below it.
    """
    return _chosen(_known(store, bounds), fields)


def columns_of_page(store: Store, bounds: Bounds, lines: Sequence[bytes], fields: Sequence[str] | None) -> Columns:
    """The same for some of the ticks within bounds, whose leaves are known: no others are looked at."""
    indexed = Field.objects.filter(stream=store.stream)
    if math.isfinite(bounds.to_ts):
        indexed = indexed.filter(first_ts__lt=bounds.to_ts)
    if math.isfinite(bounds.from_ts):
        indexed = indexed.filter(last_ts__gte=bounds.from_ts)
    return _chosen(ordered(_paths(indexed) | set(paths_of(lines))), fields)


def _chosen(known: Sequence[str], fields: Sequence[str] | None) -> Columns:
    if fields is None:
        return Columns(known[:MAX_COLUMNS])
    there = sorted(known)
    chosen = [path for field in fields for path in _meant(field, there)]
    return Columns(chosen[:MAX_COLUMNS], rest=False)


def _paths(indexed: QuerySet[Field]) -> set[str]:
    """Of an array that is none of numbers its own leaves are looked for in ticks."""
    return set(indexed.exclude(kind=Field.Kind.LENGTH).values_list("path", flat=True))


def _meant(field: str, there: Sequence[str]) -> list[str]:
    """`there` is sorted."""
    start, end = bisect_left(there, f"{field}."), bisect_left(there, f"{field}/")  # what sorts next to a dot
    below = ordered(there[start:end])
    at = bisect_left(there, field)
    is_there = at < len(there) and there[at] == field
    return [field, *below] if is_there or not below else below


def _known(store: Store, bounds: Bounds) -> list[str]:
    ends = [*_some(Forward(store, bounds)), *_some(Backward(store, bounds))]
    if not ends:
        return []
    times = [head(line).ts for line in ends]
    start, end = min(times), max(times)
    indexed = Field.objects.filter(stream=store.stream, first_ts__lte=end, last_ts__gte=start)
    return ordered(_paths(indexed) | set(paths_of([*ends, *_between(store, bounds, start, end)])))


def _between(store: Store, bounds: Bounds, start: float, end: float) -> Iterator[bytes]:
    """As many seconds apart, since that is what the index knows without counting."""
    for part in range(1, SAMPLES + 1):
        since = start + (end - start) * part / (SAMPLES + 1)
        yield from _some(Forward(store, replace(bounds, from_ts=since, to_ts=math.inf)), 1)


def _some(reader: Forward | Backward, most: int = AT_ENDS) -> list[bytes]:
    """The first that it comes to, up to so many."""
    steps = (step for _ in range(TRIES) if (step := reader.read(most)) is not None)
    return next((step.lines for step in steps if step.text), [])
