"""Rows of a rollup against those that are made anew. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ticks.archive.rollups.row import Row, Stat

RELATIVE = 1e-9
"""So much may a sum be off: its parts were added in another order."""


def unlike(row: Row, made: Row, whose: str, *, may_lack: bool) -> str:
    """How a row differs from the one that was made anew, of what is `whose`; empty where it does not.

    `may_lack`: there were more fields than rollups keep, so which of them a row has is no matter.
    """
    if (row.ts, row.ticks) == (made.ts, made.ticks) and row.fields == made.fields:
        return ""
    found = list(_differences(row, made, whose, may_lack=may_lack))
    more = f"; {len(found) - 1} more of it differ" if len(found) > 1 else ""
    return found[0] + more if found else ""


def _differences(row: Row, made: Row, whose: str, *, may_lack: bool) -> Iterator[str]:
    if row.ticks != made.ticks:
        yield f"{row.ticks} ticks, where there are {made.ticks}"
    if row.ts != made.ts:
        yield f"ts {row.ts}, {whose} {made.ts}"
    for path in [*made.fields, *(path for path in row.fields if path not in made.fields)]:
        told, found = row.fields.get(path), made.fields.get(path)
        if told is not None and found is not None:
            if told != found and not (may_lack and told.number != found.number):
                yield from (f"{path} {difference}, {whose} {is_}" for difference, is_ in _of_stats(told, found))
        elif not may_lack:
            yield f"{path}, {whose} have none" if found is None else f"no {path}, {whose} have"


def _of_stats(told: Stat, found: Stat) -> Iterator[tuple[str, float]]:
    for name in ("min", "max", "number"):
        if getattr(told, name) != getattr(found, name):
            yield f"{name} {getattr(told, name)}", getattr(found, name)
    largest = max(abs(found.min), abs(found.max))
    if not math.isclose(told.sum, found.sum, rel_tol=RELATIVE, abs_tol=RELATIVE * largest * found.number):
        yield f"sum {told.sum}", found.sum
