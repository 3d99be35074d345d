"""The rows of one step of an epoch against what they were made of: one look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ticks.archive.index import segments
from ticks.archive.layout import ACTIVE
from ticks.archive.rollups import levels
from ticks.archive.rollups.blocks import Range, blocks
from ticks.archive.rollups.pieces import TICKS, Piece, pieces
from ticks.archive.rollups.row import MAX_FIELDS, NoRow, Row, row_of, start_of
from ticks.archive.verify.compare import unlike
from ticks.archive.verify.finding import Tally
from ticks.archive.verify.remade import OF_TICKS, Gathered, Remade
from ticks.archive.verify.stored import WHOLE, Place, Stored, fault_of_active, stored
from ticks.models import Field, Segment
from ticks.tick import MAX_T

Doubt = tuple[Place, str]
"""A row, and what is wrong with it."""


class MadeOf:
    def __init__(self, archive: Path, stream: str, epoch: str, step: int, tally: Tally) -> None:
        self._archive, self._stream, self._epoch, self._step, self._tally = archive, stream, epoch, step, tally
        self._name, self._finer = levels.name(stream, step), levels.finer(step)
        self._gathered = Gathered(is_full=Field.objects.filter(stream=stream).count() > MAX_FIELDS)
        self._made: Remade | None = None

    def doubts(self, after_t: int) -> Iterator[Doubt]:
        """What is wrong with the rows behind this `t`. Raises `OSError`."""
        fault = fault_of_active(self._archive / self._name / self._epoch)
        if fault:
            yield WHOLE, f"the rows of {ACTIVE} can't be read: {fault}"
        reach = self._reach()
        for one in stored(self._archive, self._stream, self._epoch, self._step, after_t):
            self._tally.step(len(one.line))
            problem = self._problem(one, is_kept=one.place.prev_t >= reach)
            if problem:
                yield one.place, f"the row of t={one.place.t} {problem}"

    def _problem(self, one: Stored, *, is_kept: bool) -> str:
        """`is_kept`: what it was made of."""
        try:
            row = row_of(one.line)
        except NoRow as error:
            return f"can't be read: {error}"
        if not is_kept:
            return "" if row.ts == start_of(row.ts, self._step) else f"has ts {row.ts}, where no step begins"
        self._tally.compared += 1
        made, whose = self._remade(one.place, row)
        difference = unlike(row, made, whose, may_lack=self._gathered.is_full and whose == OF_TICKS)
        return difference and f"has {difference}"

    def _remade(self, place: Place, row: Row) -> tuple[Row, str]:
        if self._made is None or self._made.at != place.prev_t:
            self._made = Remade(self._pieces(place.prev_t), self._step, place.prev_t, self._gathered)
        return self._made.row(place.t, row.ts)

    def _pieces(self, after_t: int) -> Iterator[Piece]:
        for piece in pieces(self._archive, self._stream, self._epoch, self._finer, Range(after_t)):
            self._tally.step(len(piece.lines))
            yield piece

    def _reach(self) -> int:
        """Behind which `t` all that rows are made of is kept: files of ticks, and of finer rows, may go earlier."""
        first = segments(self._stream, self._epoch).order_by("first_t").first()
        reach = MAX_T if first is None else _begins_behind(first)
        if self._finer in (TICKS, levels.STEPS[0]):
            return reach  # of the finest rows there are only some
        name = levels.name(self._stream, self._finer)
        begun = next(blocks(self._archive, name, self._epoch, self._finer, Range()), None)
        return reach if begun is None else min(reach, begun.prev_t)


def _begins_behind(first: Segment) -> int:
    """Its row may not know that there were ticks before, where the index was made anew."""
    return -1 if first.n == 1 and first.first_t <= 1 else first.first_t - 1
