"""Where the files of an index do not join: by a query, however many there are. Blocking."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Lag

from ticks.archive.index import segments
from ticks.archive.turns import in_order
from ticks.models import Segment

ORDER = ("epoch", "first_t")


class Joint(NamedTuple):
    """A file, by its first tick, and the last tick of the file before it.

    Of a stream's first file `before_epoch` is None, and the others of that kind mean nothing.
    """

    epoch: str
    first_t: int
    prev_t: int
    n: int
    min_ts: float
    before_epoch: str | None
    before_t: int
    before_n: int
    before_ts: float


class Around(NamedTuple):
    """The files that have ticks of some time, with the one before them and the one behind them: where these begin.

    None where there is none: no older one, no younger one.
    """

    low: Segment | None
    high: Segment | None


def around(stream: str, from_ts: float, to_ts: float) -> Around:
    """Of the ticks made at `from_ts` or later, before `to_ts` (UNIX seconds)."""
    rows = segments(stream).order_by(*ORDER)
    inside = rows.filter(max_ts__gte=from_ts, min_ts__lt=to_ts)
    first, last = inside.first(), inside.last()
    if first is None or last is None:
        low = rows.filter(max_ts__lt=from_ts).last()
        return Around(low, (rows.filter(in_order(low, "gt")) if low is not None else rows).first())
    return Around(rows.filter(in_order(first, "lt")).last(), rows.filter(in_order(last, "gt")).first())


def open_joints(stream: str, where: Around, most: int) -> list[Joint]:
    """In order, up to so many: files behind which ticks are missing, or another epoch begins; and a stream's first."""
    rows = _between(stream, where).annotate(
        before_epoch=_before("epoch"),
        before_t=_before("last_t"),
        before_n=_before(F("n") + F("count") - 1),
        before_ts=_before("max_ts"),
    )
    if where.low is not None:
        rows = rows.exclude(before_epoch=None)
    is_open = Q(before_epoch=None) | Q(epoch__gt=F("before_epoch")) | Q(n__gt=F("before_n") + 1)
    return [Joint(*row) for row in rows.filter(is_open).order_by(*ORDER).values_list(*Joint._fields)[:most]]


def _between(stream: str, where: Around) -> QuerySet[Segment]:
    rows = segments(stream)
    if where.low is not None:
        at = where.low
        rows = rows.filter(Q(epoch__gt=at.epoch) | Q(epoch=at.epoch, first_t__gte=at.first_t))
    if where.high is not None:
        at = where.high
        rows = rows.filter(Q(epoch__lt=at.epoch) | Q(epoch=at.epoch, first_t__lte=at.first_t))
    return rows


def _before(what: str | Combinable) -> Window:
    return Window(Lag(what), order_by=ORDER)
