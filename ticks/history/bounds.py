"""Which ticks of a stream are asked for. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.tick import head


@dataclass(frozen=True, slots=True)
class Bounds:
    """Those after one place and before another, made at `from_ts` or later and before `to_ts` (UNIX seconds).

    Epochs follow each other by their names. Neither end is in; None is no end.
    """

    after: Cursor | None = None
    before: Cursor | None = None
    from_ts: float = -math.inf
    to_ts: float = math.inf

    @property
    def has_times(self) -> bool:
        return math.isfinite(self.from_ts) or math.isfinite(self.to_ts)

    def within(self, batch: Batch) -> bytes:
        """The lines of a batch that are asked for, with newlines between them."""
        if not self.has_times and self._holds_all(batch):
            return batch.text
        lines = self._between(batch)
        return b"\n".join(lines if not self.has_times else [line for line in lines if self._is_in_time(line)])

    def _holds_all(self, batch: Batch) -> bool:
        first, last = (batch.epoch, batch.first_t), (batch.epoch, batch.last_t)
        return (self.after is None or place(self.after) < first) and (self.before is None or last < place(self.before))

    def _between(self, batch: Batch) -> Sequence[bytes]:
        if self._holds_all(batch):
            return batch.records
        records = batch.records

        def at(line: bytes) -> tuple[str, int]:
            return batch.epoch, head(line).t

        start = 0 if self.after is None else bisect_right(records, place(self.after), key=at)
        stop = None if self.before is None else bisect_left(records, place(self.before), key=at)
        return records[start:stop]

    def _is_in_time(self, line: bytes) -> bool:
        return self.from_ts <= head(line).ts < self.to_ts


def place(cursor: Cursor) -> tuple[str, int]:
    """By which places of a stream are in order."""
    return cursor.epoch, cursor.t
