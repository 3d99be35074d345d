"""How much files hold, and in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Count, Max, Min, Sum

from ticks.models import Segment


class Amount(NamedTuple):
    files: int
    ticks: int
    bytes: int
    """Stored ones."""
    min_ts: float
    max_ts: float

    @classmethod
    def of(cls, rows: Sequence[Segment]) -> Amount:
        """Of the files of these rows, at least one."""
        return cls(
            len(rows),
            sum(row.count for row in rows),
            sum(row.stored for row in rows),
            min(row.min_ts for row in rows),
            max(row.max_ts for row in rows),
        )

    def __str__(self) -> str:
        return f"{self.files:,} files, {self.ticks:,} ticks, {self.bytes:,} bytes"


def amounts(streams: Collection[str]) -> dict[str, Amount]:
    """What the archive has of each of these of which it has anything, in one query."""
    rows = Segment.objects.filter(stream__in=streams).order_by("stream").values("stream")
    found = rows.annotate(
        files=Count("pk"), ticks=Sum("count"), size=Sum("stored"), since=Min("min_ts"), to=Max("max_ts")
    )
    return {row["stream"]: Amount(row["files"], row["ticks"], row["size"], row["since"], row["to"]) for row in found}


def when(ts: float) -> str:
    """UNIX seconds as a date; one that no calendar has, as they are."""
    try:
        return f"{datetime.fromtimestamp(ts, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"ts={ts:g}"
