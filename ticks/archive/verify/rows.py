"""The index of an epoch against its files."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from ticks.archive.layout import is_sealed
from ticks.archive.survey import Facts
from ticks.archive.verify.content import Content
from ticks.archive.verify.finding import differences
from ticks.models import Segment

YOUNG_S = 60.0
"""A file that was closed less than so long ago may have no row yet: a keeper looks after it every second."""


class Rows:
    """Those of an epoch, oldest first."""

    def __init__(self, archive: Path, rows: Sequence[Segment]) -> None:
        self._archive = archive
        self.all = rows
        self.paths = {row.path for row in rows}
        self._starts = [row.first_t for row in rows]

    def starting(self, first_t: int) -> Segment | None:
        row = self.holding(first_t)
        return row if row is not None and row.first_t == first_t else None

    def holding(self, t: int) -> Segment | None:
        """The one whose file should hold this tick."""
        at = bisect_right(self._starts, t) - 1
        return self.all[at] if at >= 0 and self.all[at].last_t >= t else None

    def may_lack(self, path: Path, first_t: int, facts: Facts | None) -> bool:
        """Whether it is no fault that a file has no row."""
        row = self.holding(first_t)
        try:
            closed_at = path.stat().st_ctime  # a slow stream's last line may be much older
        except FileNotFoundError:
            return True  # it was sealed or pruned since it was read
        if row is None:
            newest = self.all[-1].last_t if self.all else -1
            return first_t > newest and closed_at > time.time() - YOUNG_S
        if not is_sealed(path):  # what is left of those that were sealed
            return is_sealed(Path(row.path)) and (self._archive / row.path).exists()
        return facts is not None and self._still_closed(facts)

    def _still_closed(self, sealed: Facts) -> bool:
        """Whether the closed files that it was made of have their rows, all of them."""
        rows = [row for row in self.all if sealed.first_t <= row.first_t and row.last_t <= sealed.last_t]
        return sum(row.count for row in rows) == sealed.count and not any(is_sealed(Path(row.path)) for row in rows)


def wrong(row: Segment, content: Content, stored: int) -> str:
    """What a row says of its file, of `stored` bytes, that is not so."""
    if content.facts is None:
        return ""
    found: dict[str, object] = {**asdict(content.facts), "stored": stored}
    if content.place is not None:
        found |= {"prev_t": content.place.prev_t, "n": content.place.last_n + 1}
    return differences(_columns(row), found)


def _columns(row: Segment) -> Mapping[str, object]:
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields}
