"""A page of what lies within bounds: right while ticks arrive, since its ends are ticks, not counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import redis

from ticks.batch import MAX_TICKS
from ticks.cursor import Cursor, Gap
from ticks.history.backward import Backward
from ticks.history.bounds import Bounds
from ticks.history.forward import Forward
from ticks.history.step import Step
from ticks.live.store import Store
from ticks.tick import head

MAX_BYTES = 4 << 20
"""A page ends with what reaches so many bytes of records."""
MAX_STEPS = 200
"""Nor is more read for one, where the clock stepped so that ticks of other times lie between."""

Side = Literal["after", "before"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: with what comes `after` a tick, or ends: with what comes `before` it."""

    side: Side
    cursor: Cursor

    def __str__(self) -> str:
        return f"{self.side}:{self.cursor.epoch}:{self.cursor.t}"


@dataclass(slots=True)
class Page:
    """Lines of one epoch and gaps, in the order of the stream, and where the pages beside it are; None: nowhere."""

    items: Sequence[bytes | Gap]
    last: Cursor | None = None
    """The last tick of it, or how far was read where it has none; None where nothing is kept."""
    earlier: Place | None = None
    later: Place | None = None


def read(store: Store, bounds: Bounds, place: Place, limit: int) -> Page:
    """Up to `limit` ticks on that side of the place; fewer where they are large.

    Raises `redis.RedisError` where there may be some that can't be had just now, as the others do.
    """
    return _onward(store, bounds, place, limit) if place.side == "after" else _back(store, bounds, place, limit)


def first(store: Store, bounds: Bounds, limit: int) -> Page:
    """The first ticks, up to `limit`."""
    return _onward(store, bounds, None, limit)


def last(store: Store, bounds: Bounds, limit: int) -> Page:
    """The last ticks, up to `limit`."""
    return _back(store, bounds, None, limit)


def _onward(store: Store, bounds: Bounds, place: Place | None, limit: int) -> Page:
    reader = Forward(store, bounds, place.cursor if place is not None else None)
    steps = _steps(reader, limit)
    page = Page(_items(steps))
    page.last = reader.cursor if reader.cursor.epoch else None
    page.later = Place("after", reader.cursor) if _has_more(reader, steps) else None
    if place is not None:
        page.earlier = Place("before", _first_of(steps) or _beside(place.cursor, 1))
    return page


def _back(store: Store, bounds: Bounds, place: Place | None, limit: int) -> Page:
    reader = Backward(store, bounds, _beside(place.cursor, -1) if place is not None else None)
    steps = _steps(reader, limit)[::-1]
    page = Page(_items(steps))
    page.last = _last_of(steps) or (_beside(place.cursor, -1) if place is not None else bounds.after)
    page.earlier = Place("before", _beside(reader.cursor, 1)) if _has_more(reader, steps) else None
    if place is not None and page.last is not None:
        page.later = Place("after", page.last)
    return page


def _steps(reader: Forward | Backward, limit: int) -> list[Step]:
    steps, count, size = list[Step](), 0, 0
    while count < limit and size < MAX_BYTES and len(steps) < MAX_STEPS:
        at = reader.cursor
        try:
            step = reader.read(min(limit - count, MAX_TICKS))
        except redis.RedisError:
            if not count:
                raise
            break
        if step is None:
            break
        if count and step.gap is not None and step.gap.epoch is not None:
            reader.went(at)
            break
        steps.append(step)
        count, size = count + len(step.lines), size + len(step.text)
    return steps


def _has_more(reader: Forward | Backward, steps: Sequence[Step]) -> bool:
    """Where that can't be known, it is found out by who asks for it."""
    try:
        return reader.has_more()
    except redis.RedisError:
        if not steps:
            raise
        return True


def _items(steps: Sequence[Step]) -> list[bytes | Gap]:
    return [item for step in steps for item in ([step.gap] if step.gap is not None else step.lines)]


def _first_of(steps: Sequence[Step]) -> Cursor | None:
    return next((Cursor(step.cursor.epoch, head(step.lines[0]).t) for step in steps if step.text), None)


def _last_of(steps: Sequence[Step]) -> Cursor | None:
    return next((Cursor(step.cursor.epoch, head(step.lines[-1]).t) for step in reversed(steps) if step.text), None)


def _beside(cursor: Cursor, by: int) -> Cursor:
    return Cursor(cursor.epoch, cursor.t + by)
