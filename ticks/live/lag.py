"""How far a reader is behind what its stream has shown. Pure."""

from __future__ import annotations

from ticks.batch import Batch
from ticks.cursor import Cursor


def lag_ticks(newest: Batch | None, place: Cursor | None) -> int | None:
    """How many ticks up to the newest one it has not got yet; None where that is not known, as in an older epoch."""
    if newest is None or place is None or newest.epoch != place.epoch:
        return None
    if place.t >= newest.last_t:
        return 0
    return newest.last_n - place.n if place.n is not None else None
