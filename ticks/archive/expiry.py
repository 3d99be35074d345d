"""Which files of a stream are no longer kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import groupby, takewhile

from ticks.archive.index import segments
from ticks.models import Segment

DAY_S = 86400.0


def due(stream: str, days: float, stored: int) -> list[Segment]:
    """Of each epoch the oldest. The very newest file stays: the numbering goes on behind it."""
    rows = list(segments(stream).order_by("epoch", "first_t"))
    over = _over(rows, stored) if stored else 0
    old = _older(rows, time.time() - days * DAY_S) if days else set()
    return [row for at, row in enumerate(rows[:-1]) if at < over or row.pk in old]


def _over(rows: Sequence[Segment], stored: int) -> int:
    """How many of the oldest are too many, where the newest have so many bytes."""
    total = 0
    for younger, row in enumerate(reversed(rows)):
        total += row.stored
        if total > stored:
            return len(rows) - younger
    return 0


def _older(rows: Sequence[Segment], ts: float) -> set[int]:
    """Of each epoch those before its first file that has a younger tick: a hole in the middle would be a loss."""
    by_epoch = groupby(rows, key=lambda row: row.epoch)
    return {row.pk for _, files in by_epoch for row in takewhile(lambda row: row.max_ts < ts, files)}
