"""A page of a stream's ticks: read by cursor, so it stays right while ticks arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ticks.batch import Batch
from ticks.cursor import EPOCH, Cursor, Gap
from ticks.live.store import Store
from ticks.protocol import gap_fields
from ticks.tick import MAX_T

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
MAX_BYTES = 4 << 20
"""A page ends with the batch that reaches so many bytes of records."""
PARAMETERS = ("after", "limit", "format")


class BadParameter(ValueError):
    """Names the parameter, its value and what is allowed."""


@dataclass(slots=True)
class Page:
    """Lines of ticks, the gaps among them, and the cursor from which the next page goes on."""

    cursor: Cursor
    lines: list[bytes] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)


def parse(query: Mapping[str, str]) -> tuple[Cursor | None, int]:
    """`after` (`<epoch>:<t>`, or a `t` of the present epoch; absent: from the oldest on) and `limit`."""
    for name in query:
        if name not in PARAMETERS:
            raise BadParameter(f"unknown parameter {name!r}: allowed are {', '.join(PARAMETERS)}")
    limit = query.get("limit", str(DEFAULT_LIMIT))
    if not (_is_number(limit, 4) and 1 <= int(limit) <= MAX_LIMIT):
        raise BadParameter(f"limit={limit!r} is not a whole number from 1 to {MAX_LIMIT}")
    return _cursor(query.get("after")), int(limit)


def _cursor(after: str | None) -> Cursor | None:
    if after is None:
        return None
    epoch, _, t = after.rpartition(":")
    if (not epoch or EPOCH.fullmatch(epoch)) and _is_number(t, 16) and int(t) <= MAX_T:
        return Cursor(epoch, int(t))
    raise BadParameter(f"after={after!r} is neither <epoch>:<t> nor a whole number up to {MAX_T}")


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


def read(store: Store, cursor: Cursor, limit: int) -> Page:
    """Up to `limit` ticks after `cursor`, over the ends of files and epochs; fewer where they are large."""
    page = Page(cursor)
    while len(page.lines) < limit and sum(map(len, page.lines)) < MAX_BYTES:
        owed = store.after(page.cursor)
        if owed is None:
            break
        if isinstance(owed, Gap):
            if page.cursor.epoch:
                page.gaps.append(gap_fields(owed))
            page.cursor = owed.cursor
        else:
            _take(page, owed, limit - len(page.lines))
    return page


def _take(page: Page, batch: Batch, room: int) -> None:
    taken = batch if batch.count <= room else Batch.of(batch.epoch, batch.prev_t, batch.n, batch.records[:room])
    page.lines.extend(taken.records)
    page.cursor = taken.cursor
