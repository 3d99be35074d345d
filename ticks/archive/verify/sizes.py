"""How much is to be read to compare rollups."""

from __future__ import annotations

from django.db.models import Sum

from ticks.archive.index import segments
from ticks.archive.rollups import levels


def compared_bytes(stream: str) -> int:
    """Of the lines that are read to compare a rollup with what it was made of, about."""
    of, step = levels.parted(stream)
    if not step:
        return 0
    finer = levels.finer(step)
    below = levels.name(of, finer) if finer else of
    return _bytes(stream) + (_bytes(below) or _bytes(of))


def _bytes(stream: str) -> int:
    return segments(stream).aggregate(bytes=Sum("bytes"))["bytes"] or 0
