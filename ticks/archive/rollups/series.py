"""Series: what fields did over a range of time, in so many points. Files: call it from a thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.db.models import F, Q, Sum

from ticks.archive import index
from ticks.archive.layout import epochs
from ticks.archive.rollups import levels
from ticks.archive.rollups.blocks import Range
from ticks.archive.rollups.buckets import Buckets
from ticks.archive.rollups.grid import grid
from ticks.archive.rollups.pieces import TICKS, pieces
from ticks.archive.rollups.roller import FAST
from ticks.cursor import Cursor
from ticks.models import Segment
from ticks.tick import MAX_T


def series(
    archive: Path, stream: str, fields: Sequence[str], from_ts: float, to_ts: float, points: int
) -> tuple[Buckets, Cursor | None]:
    """What is indexed of the fields at `from_ts` or later, before `to_ts` (UNIX seconds), in at most so many buckets.

    And the cursor behind which nothing is: to be gone on from, with ticks that are not archived yet.
    """
    rate = rate_of(stream, from_ts, to_ts)
    found = Buckets(grid(from_ts, to_ts, points, rate, FAST), fields)
    end = index.newest(stream)
    if end is None:
        return found, None
    for epoch in _epochs(archive, stream, found.grid.start, found.grid.end):
        if epoch > end.epoch:
            break  # indexed since then: it comes behind the cursor
        through_t = end.last_t if end.epoch == epoch else MAX_T
        asked = Range(through_t=through_t, from_ts=found.grid.start, to_ts=found.grid.end)
        for step, lines in pieces(archive, stream, epoch, found.grid.step, asked):
            if step == TICKS:
                found.add_ticks(lines.splitlines())
            else:
                found.add_rows(lines)
    return found, Cursor(end.epoch, end.last_t, end.last_n)


def rate_of(stream: str, from_ts: float, to_ts: float) -> float:
    """About how many ticks a second there are in a range of time."""
    rows = index.segments(stream).filter(max_ts__gte=from_ts, min_ts__lt=to_ts)
    told = rows.aggregate(ticks=Sum("count"), seconds=Sum(F("max_ts") - F("min_ts")))
    return (told["ticks"] or 0) / (told["seconds"] or 1.0)


def _epochs(archive: Path, stream: str, from_ts: float, to_ts: float) -> list[str]:
    """Those that may have any of this time. Of the newest one rows may be kept that are in no index."""
    names = [stream, *levels.names(stream)]
    met = Q(max_ts__gte=from_ts - levels.STEPS[-1], min_ts__lt=to_ts, stream__in=names)
    found = set(Segment.objects.filter(met).order_by().values_list("epoch", flat=True).distinct())
    return sorted({*found, *epochs(archive / stream)[-1:]})
