"""Ticks that a stream has not, and why, as the files around them and the notes of writers tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from ticks.archive.gaps import unarchived
from ticks.archive.layout import begins_between


@dataclass(frozen=True, slots=True)
class Missing:
    """`count` ticks between `after_t` and `next_t`. Where an epoch begins `after_t` counts in the one before."""

    reason: str
    epoch: str
    """In which `next_t` counts."""
    after_t: int
    next_t: int
    count: int
    from_ts: float | None
    """When the tick before was made, and the one behind (UNIX seconds); None where none is kept."""
    to_ts: float | None

    def meets(self, from_ts: float, to_ts: float) -> bool:
        """Whether any of it lies at `from_ts` or later and before `to_ts`; the clock may step back meanwhile."""
        start = -math.inf if self.from_ts is None else self.from_ts
        end = math.inf if self.to_ts is None else self.to_ts
        return min(start, end) < to_ts and max(start, end) >= from_ts


def reason_between(folder: Path, after_t: int, prev_t: int) -> str:
    """Why those up to `prev_t` are not in the index: a file in the epoch's folder that it left out is `damaged`."""
    if begins_between(folder, after_t, prev_t + 1):
        return "damaged"
    noted = any(after_t < hole.through_t and hole.after_t <= prev_t for hole in unarchived(folder))
    return "unarchived" if noted else "lost"


def reason_before_all(folder: Path, prev_t: int) -> str:
    """Why those up to `prev_t`, with which the epoch began, are not there."""
    noted = any(hole.after_t < 0 and prev_t <= hole.through_t for hole in unarchived(folder))
    return "unarchived" if noted else "expired"
