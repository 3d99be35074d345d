"""Reading the indexed files of the archive by cursor. Files: call it from a thread, never from an event loop.

What is gone or damaged is passed over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from django.db.models import Q

from ticks.archive import files, sealed
from ticks.archive.frame import Frame
from ticks.archive.index import segments
from ticks.archive.layout import is_sealed
from ticks.archive.opened import Damaged, Opened, opened
from ticks.archive.turns import in_order, in_turn
from ticks.batch import MAX_BYTES, MAX_TICKS, Batch
from ticks.cursor import Cursor
from ticks.models import Segment


def after(
    archive: Path, stream: str, epoch: str, t: int, *, max_bytes: int = MAX_BYTES, max_ticks: int = MAX_TICKS
) -> Batch | None:
    """The first ticks after `t` in an epoch, a batch of up to so many; None beyond the end.

    Where `batch.prev_t > t`, ticks are missing between. A whole frame is not taken apart into its lines.
    """
    known = _found.row(archive, stream, epoch, t)
    if known is not None:
        with suppress(FileNotFoundError), opened(archive / known.path) as file:
            batch = _after(file, known, t, max_bytes, max_ticks)
            if batch is not None:
                return batch
    rows = segments(stream, epoch).filter(last_t__gt=t).order_by("last_t")
    for row, file in in_turn(archive, rows, lambda row: Q(last_t__gt=row.last_t)):
        batch = _after(file, row, t, max_bytes, max_ticks)
        if batch is not None:
            _found.keep(archive, row)
            return batch
    return None


def _after(file: Opened, row: Segment, t: int, max_bytes: int, max_ticks: int) -> Batch | None:
    for frame in files.frames(file, row):
        if frame.last_t > t and (lines := files.lines(file, frame)) is not None:
            if t < frame.first_t and lines.size <= max_bytes and frame.count <= max_ticks:
                return files.whole(row.epoch, frame, lines)
            start = lines.after(t)
            return files.batch(row.epoch, frame, lines, start, list(lines.read(start, max_bytes, max_ticks)))
    return None


class Stored(NamedTuple):
    """Whole frames of a sealed file, one behind the other as they stand there, and the cursor of their last tick."""

    frames: bytes
    cursor: Cursor


def stored_after(
    archive: Path, stream: str, epoch: str, t: int, is_wanted: Callable[[Frame], bool], max_bytes: int
) -> Stored | None:
    """The frames that begin with the tick behind `t`, as many as are wanted and `max_bytes` hold, but one at least.

    None where none does, as in a closed file: read on with `after`. They are not unpacked, and their lines not checked.
    """
    row = _found.row(archive, stream, epoch, t)
    if row is None:
        row = segments(stream, epoch).filter(last_t__gt=t).order_by("last_t").first()
    if row is None or row.prev_t > t or not is_sealed(Path(row.path)):
        return None
    with suppress(FileNotFoundError, Damaged), opened(archive / row.path) as file:
        run = _run(sealed.facts(file).frames, t, is_wanted, max_bytes)
        if run:
            _found.keep(archive, row)
            first, last = run[0], run[-1]
            data = file.read(first.offset, last.offset + last.size)
            if all(sealed.may_be(frame, data, first.offset) for frame in run):
                return Stored(data, Cursor(epoch, last.last_t, last.n + last.count - 1))
    return None


def _run(frames: Sequence[Frame], t: int, is_wanted: Callable[[Frame], bool], max_bytes: int) -> list[Frame]:
    """Of a sealed file, whose frames lack nothing between them."""
    start = bisect_right(frames, t, key=lambda frame: frame.prev_t) - 1
    if start < 0 or not frames[start].prev_t <= t < frames[start].first_t:
        return []
    run, room = list[Frame](), max_bytes
    for frame in takewhile(is_wanted, frames[start:]):
        room -= frame.size
        if run and room < 0:
            break
        run.append(frame)
    return run


class Found:
    """The files that were read from last: who reads on, reads on in one of them, and need not ask the index.

    A row is as good as its file: while that is there it holds the same ticks, whatever the index says by now.
    """

    KEPT = 64

    def __init__(self) -> None:
        self._rows: dict[tuple[Path, str], Segment] = {}

    def row(self, archive: Path, stream: str, epoch: str, t: int) -> Segment | None:
        """That of the file with the first tick after `t`, if it is known."""
        for (where, _), row in list(self._rows.items()):
            if row.prev_t <= t < row.last_t and (where, row.stream, row.epoch) == (archive, stream, epoch):
                return row
        return None

    def keep(self, archive: Path, row: Segment) -> None:
        self._rows[archive, row.path] = row
        while len(self._rows) > self.KEPT:
            self._rows.pop(next(iter(self._rows)), None)


_found = Found()


def seek(archive: Path, stream: str, ts: float) -> Cursor | None:
    """The cursor from which reading begins at the first tick made at `ts` (UNIX seconds) or later.

    None where the archive holds none so young.
    """
    rows = segments(stream).filter(max_ts__gte=ts).order_by("epoch", "first_t")
    for row, file in in_turn(archive, rows, lambda row: in_order(row, "gt")):
        for frame in files.frames(file, row):
            if frame.max_ts >= ts and (lines := files.lines(file, frame)) is not None:
                start = lines.since(ts)
                return Cursor(row.epoch, lines.t_before(start) if start else frame.prev_t)
    return None


def last(archive: Path, stream: str) -> Batch | None:
    """The newest indexed tick, as a batch of one."""
    rows = segments(stream).order_by("-epoch", "-first_t")
    for row, file in in_turn(archive, rows, lambda row: in_order(row, "lt")):
        for frame in reversed(files.frames(file, row)):
            if (lines := files.lines(file, frame)) is not None:
                start = lines.line_start(lines.size - 1)
                return files.batch(row.epoch, frame, lines, start, lines.between(start, lines.size))
    return None
