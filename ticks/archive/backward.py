"""Reading the indexed files of the archive backward: the mirror of `reader`, with the same rules."""

from __future__ import annotations

from pathlib import Path

from django.db.models import Q

from ticks.archive import files
from ticks.archive.index import segments
from ticks.archive.turns import in_order, in_turn
from ticks.batch import MAX_BYTES, MAX_TICKS, Batch
from ticks.cursor import Cursor


def before(
    archive: Path, stream: str, epoch: str, t: int, *, max_ticks: int = MAX_TICKS, max_bytes: int = MAX_BYTES
) -> Batch | None:
    """The last ticks with a smaller `t` in an epoch, oldest first, a batch of up to so many; None where there are none.

    Where `batch.last_t` is less than the `prev_t` of the tick `t`, and `batch.last_n` more than one less than its
    ordinal, ticks are missing between.
    """
    rows = segments(stream, epoch).filter(first_t__lt=t).order_by("-first_t")
    for row, file in in_turn(archive, rows, lambda row: Q(first_t__lt=row.first_t)):
        for frame in reversed(files.frames(file, row)):
            if frame.first_t < t and (lines := files.lines(file, frame)) is not None:
                end = lines.after(t - 1)
                start = lines.before(end, max_ticks, max_bytes)
                return files.batch(epoch, frame, lines, start, lines.between(start, end))
    return None


def seek_before(archive: Path, stream: str, ts: float) -> Cursor | None:
    """The cursor at the last tick, in the order of epoch and `t`, that was made before `ts` (UNIX seconds).

    It is the place behind that tick: reading backward from there begins with it. None where the archive holds none.
    """
    rows = segments(stream).filter(min_ts__lt=ts).order_by("-epoch", "-first_t")
    for row, file in in_turn(archive, rows, lambda row: in_order(row, "lt")):
        for frame in reversed(files.frames(file, row)):
            if frame.min_ts < ts and (lines := files.lines(file, frame)) is not None:
                return Cursor(row.epoch, lines.t_before(lines.made_before(ts)))
    return None


def epoch_before(stream: str, epoch: str) -> str | None:
    """The newest earlier epoch that has indexed files."""
    row = segments(stream).filter(epoch__lt=epoch).order_by("epoch").last()
    return row.epoch if row is not None else None
