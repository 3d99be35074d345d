"""The rows of the index in their order, some at a time: by the index, and without counting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.db.models import Q, QuerySet

from ticks.models import Segment

ORDER = ("stream", "epoch", "first_t")


class Key(NamedTuple):
    """Names a file, also when it is sealed."""

    stream: str
    epoch: str
    first_t: int

    @classmethod
    def of(cls, row: Segment) -> Key:
        return cls(row.stream, row.epoch, row.first_t)

    def __str__(self) -> str:
        return f"{self.stream}:{self.epoch}:{self.first_t}"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page begins: with what comes `after` a file, or ends: with what comes `before` it."""

    side: Literal["after", "before"]
    key: Key

    def __str__(self) -> str:
        return f"{self.side}:{self.key}"


class Page(NamedTuple):
    rows: list[Segment]
    later: Mark | None
    """None where there is none; as `earlier`."""
    earlier: Mark | None


def page(rows: QuerySet[Segment], mark: Mark | None, limit: int) -> Page:
    """Up to `limit` of these rows on that side of the mark."""
    is_back = mark is not None and mark.side == "before"
    found = list[Segment]()
    for part in _from(rows, mark):
        found += part[: limit + 1 - len(found)]
    has_more, found = len(found) > limit, found[:limit]
    if is_back:
        found.reverse()
    later = Mark("after", Key.of(found[-1])) if found and (is_back or has_more) else None
    earlier = Mark("before", Key.of(found[0])) if found and mark is not None and (not is_back or has_more) else None
    return Page(found, later, earlier)


def _from(rows: QuerySet[Segment], mark: Mark | None) -> Iterator[QuerySet[Segment]]:
    """One range of the index after the other: what is left of an epoch, then of a stream, then the other streams."""
    if mark is None:
        yield rows.order_by(*ORDER)
        return
    which, order = ("gt", ORDER) if mark.side == "after" else ("lt", tuple(f"-{name}" for name in ORDER))
    stream, epoch, first_t = mark.key
    for part in (
        Q(stream=stream, epoch=epoch, **{f"first_t__{which}": first_t}),
        Q(stream=stream, **{f"epoch__{which}": epoch}),
        Q(**{f"stream__{which}": stream}),
    ):
        yield rows.filter(part).order_by(*order)
