"""How much files hold, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

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


def when(ts: float) -> str:
    """UNIX seconds as a date; one that no calendar has, as they are."""
    try:
        return f"{datetime.fromtimestamp(ts, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"ts={ts:g}"
