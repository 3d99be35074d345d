"""Figures in the words of the admin's tables."""

from __future__ import annotations

NOTHING = "–"


def rate(count: int, min_ts: float, max_ts: float) -> str:
    """So many ticks between these times (UNIX seconds), a second."""
    if count < 2 or max_ts <= min_ts:
        return NOTHING
    return f"{(count - 1) / (max_ts - min_ts):,.3g}"
