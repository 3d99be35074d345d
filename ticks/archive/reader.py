"""Reading the indexed files of the archive by cursor. Files: call it from a thread, never from an event loop."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ticks.archive.index import segments
from ticks.batch import MAX_BYTES, MAX_TICKS, Batch
from ticks.cursor import Cursor
from ticks.models import Segment
from ticks.tick import head


def after(archive: Path, stream: str, epoch: str, t: int, *, max_bytes: int = MAX_BYTES) -> Batch | None:
    """The first ticks after `t` in an epoch, a batch of up to `max_bytes`; None beyond the end.

    Where `batch.prev_t > t`, ticks are missing between. A file that is gone is passed over.
    """
    rows = segments(stream, epoch).filter(last_t__gt=t).order_by("last_t")
    return next((batch for row in rows.iterator() if (batch := _after(archive, row, t, max_bytes))), None)


def seek(archive: Path, stream: str, ts: float) -> Cursor | None:
    """The cursor from which reading begins at the first tick made at `ts` (UNIX seconds) or later.

    None where the archive holds none so young.
    """
    rows = segments(stream).filter(max_ts__gte=ts).order_by("epoch", "first_t")
    return next((cursor for row in rows.iterator() if (cursor := _seek(archive, row, ts))), None)


def last(archive: Path, stream: str) -> Batch | None:
    """The newest indexed tick, as a batch of one."""
    rows = segments(stream).order_by("-epoch", "-first_t")
    return next((batch for row in rows.iterator() if (batch := _last(archive, row))), None)


def _after(archive: Path, row: Segment, t: int, max_bytes: int) -> Batch | None:
    with suppress(FileNotFoundError), _Lines(archive / row.path) as lines:
        start = lines.after(t)
        records = list(lines.read(start, max_bytes))
        skipped = lines.count(start, row)
        prev_t = lines.t_before(start) if start else row.prev_t
        return Batch.of(row.epoch, prev_t, row.n + skipped, records)
    return None


def _seek(archive: Path, row: Segment, ts: float) -> Cursor | None:
    prev_t = row.prev_t
    with suppress(FileNotFoundError), (archive / row.path).open("rb") as file:
        for line in file:
            tick = head(line)
            if tick.ts >= ts:
                return Cursor(row.epoch, prev_t)
            prev_t = tick.t
    return None


def _last(archive: Path, row: Segment) -> Batch | None:
    with suppress(FileNotFoundError), _Lines(archive / row.path) as lines:
        start = lines.line_start(lines.size - 1)
        prev_t = lines.t_before(start) if start else row.prev_t
        return Batch.of(row.epoch, prev_t, row.last_n, list(lines.read(start, 1)))
    return None


class _Lines:
    """A closed file in memory, found in by bisection: its lines are in the order of their `t`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> _Lines:
        with self._path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.size = len(self._map)
        return self

    def __exit__(self, *_: object) -> None:
        self._map.close()

    def line_start(self, at: int) -> int:
        """Where the line begins that holds the byte `at`."""
        return self._map.rfind(b"\n", 0, at) + 1

    def after(self, t: int) -> int:
        """Where the first line with a larger `t` begins."""
        low, high = 0, self.size
        while low < high:
            start = self.line_start((low + high) // 2)
            if head(self._map[start : start + 64]).t > t:
                high = start
            else:
                low = self._map.find(b"\n", start) + 1
        return low

    def t_before(self, start: int) -> int:
        before = self.line_start(start - 1)
        return head(self._map[before : before + 64]).t

    def count(self, start: int, row: Segment) -> int:
        """How many lines stand before `start`."""
        if row.count == row.last_t - row.first_t + 1 and start < self.size:
            return head(self._map[start : start + 64]).t - row.first_t
        return self._map[:start].count(b"\n")

    def read(self, start: int, max_bytes: int) -> Iterator[bytes]:
        """Lines from `start` on: one, and as many more of a batch's as `max_bytes` hold."""
        stop = start + max_bytes
        for _ in range(MAX_TICKS):
            end = self._map.find(b"\n", start)
            yield self._map[start:end]
            start = end + 1
            if start >= self.size or self._map.find(b"\n", start) > stop:
                return
