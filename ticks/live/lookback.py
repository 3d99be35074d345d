"""What is stored of a stream around a cursor, looked at by who reads backward: the archive and the hot log.

Blocking; raises `redis.RedisError` where the hot log is asked and can't be reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ticks.archive import backward, index, reader
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live.hotlog import HotLog
from ticks.tick import head


@dataclass(frozen=True, slots=True)
class Lookback:
    archive: Path
    hotlog: HotLog
    stream: str
    max_ticks: int
    max_bytes: int

    def archived(self, cursor: Cursor) -> Batch | None:
        """The last ticks up to the cursor that are in indexed files."""
        limits = {"max_ticks": self.max_ticks, "max_bytes": self.max_bytes}
        return backward.before(self.archive, self.stream, cursor.epoch, cursor.t + 1, **limits)

    def archived_after(self, cursor: Cursor) -> Batch | None:
        return reader.after(self.archive, self.stream, cursor.epoch, cursor.t, max_bytes=1)

    def hot(self, cursor: Cursor) -> Batch | None:
        """The last ticks up to the cursor that are in the hot log."""
        batch = self.hotlog.before(cursor.epoch, cursor.t)
        if batch is None or (batch.last_t <= cursor.t and batch.count <= self.max_ticks):
            return batch
        lines = batch.records
        end = sum(head(line).t <= cursor.t for line in lines)
        start = max(0, end - self.max_ticks)
        prev_t = head(lines[start - 1]).t if start else batch.prev_t
        return Batch.of(batch.epoch, prev_t, batch.n + start, lines[start:end])

    def last(self, cursor: Cursor) -> Batch | None:
        """The last ticks up to the cursor. What the hot log has forgotten when the archive is asked was indexed."""
        found = (self.hot(cursor), self.archived(cursor))
        return max((one for one in found if one is not None), key=lambda one: one.last_t, default=None)

    def following(self, cursor: Cursor) -> Batch | None:
        """What begins with the first tick after the cursor."""
        hot = [batch.after(cursor.t) for batch in self.hotlog.after(cursor.epoch, cursor.t, 1)]
        found = (*hot, self.archived_after(cursor))
        return min((one for one in found if one is not None), key=lambda one: one.first_t, default=None)

    def unindexed(self) -> Iterator[Batch]:
        """What is in the hot log alone, and perhaps a little before it: of the present epoch."""
        present = self.hotlog.head()
        if present is None:
            return
        row = index.newest(self.stream, present.tip.epoch)
        t = row.last_t if row is not None else -1
        while batches := self.hotlog.after(present.tip.epoch, t, 1):
            yield batches[0]
            t = batches[0].last_t
