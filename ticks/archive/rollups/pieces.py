"""What is kept of an epoch: rows of the step that is asked for, and where there are none, of finer ones, or ticks.

Rows hold back what is not complete, so the end of any step is read from the step below, and at last from the ticks.
So is what a damaged row covered. Files: call it from a thread.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.db.models import Q

from ticks.archive import files, index
from ticks.archive.lines import Lines
from ticks.archive.rollups import levels
from ticks.archive.rollups.blocks import Range, blocks
from ticks.archive.turns import in_turn

TICKS = 0
"""The step of what is no row of a rollup."""


class Piece(NamedTuple):
    """Whole lines: rows of a step, or ticks. Some may be of another time than was asked for."""

    step: int
    lines: bytes


def pieces(archive: Path, stream: str, epoch: str, step: int, asked: Range) -> Iterator[Piece]:
    """All that is asked for of an epoch, in the order of `t`, each tick once, as part of a row or as it is."""
    if step == TICKS:
        yield from _ticks(archive, stream, epoch, asked)
        return
    finer = levels.finer(step)
    at = asked.after_t
    for block in blocks(archive, levels.name(stream, step), epoch, step, asked):
        if block.prev_t >= asked.through_t:
            break
        if block.last_t <= at:
            continue
        if block.prev_t > at:
            yield from pieces(archive, stream, epoch, finer, asked.between(at, block.prev_t))
            at = block.prev_t
        if block.read is not None:
            lines = block.read()
            if lines is not None:
                yield from _cut(step, lines, at, asked.through_t)
                if block.last_t > asked.through_t:
                    at = max(at, _last_t(lines, asked.through_t))
                    break  # the row behind that covers ticks that are not asked for, as well as some that are
            else:
                yield from pieces(archive, stream, epoch, finer, asked.between(at, block.last_t))
        at = block.last_t
    if at < asked.through_t:
        yield from pieces(archive, stream, epoch, finer, asked.between(at, asked.through_t))


def _ticks(archive: Path, stream: str, epoch: str, asked: Range) -> Iterator[Piece]:
    rows = index.segments(stream, epoch).filter(last_t__gt=asked.after_t, first_t__lte=asked.through_t)
    if math.isfinite(asked.from_ts):
        rows = rows.filter(max_ts__gte=asked.from_ts)
    if math.isfinite(asked.to_ts):
        rows = rows.filter(min_ts__lt=asked.to_ts)
    at = asked.after_t
    for row, file in in_turn(archive, rows.order_by("last_t"), lambda row: Q(last_t__gt=row.last_t)):
        for frame in files.frames(file, row):
            if frame.last_t > at and frame.prev_t < asked.through_t and asked.meets(frame, TICKS):
                lines = files.lines(file, frame)
                if lines is not None:
                    yield from _cut(TICKS, lines, at, asked.through_t)
                at = frame.last_t


def _last_t(lines: Lines, through_t: int) -> int:
    """Of the last line up to there; -1 where there is none."""
    end = lines.after(through_t)
    return lines.t_before(end) if end else -1


def _cut(step: int, lines: Lines, after_t: int, through_t: int) -> Iterator[Piece]:
    found = lines.part(after_t, through_t)
    if found:
        yield Piece(step, found)
