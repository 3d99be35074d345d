"""The rows of one step of an epoch against what they were made of.

What differs is a doubt at first (see `Epoch`): archiver and pruning may be at it, and rollups be made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ticks.archive.index import segments
from ticks.archive.rollups import levels
from ticks.archive.rollups.blocks import Range, blocks
from ticks.archive.rollups.pieces import TICKS, Piece, pieces
from ticks.archive.rollups.row import start_of
from ticks.archive.rollups.values import MAX_FIELDS
from ticks.archive.verify.compare import NoRow, row_of, unlike
from ticks.archive.verify.finding import Finding, Tally
from ticks.archive.verify.remade import Gathered, Remade
from ticks.archive.verify.stored import Place, fault_of_active, finding, stored
from ticks.models import Field
from ticks.tick import MAX_T

MAX_FINDINGS = 20
"""Of a step of an epoch; of the others it is told how many they are."""
MAX_DOUBTS = 10_000
"""With so many of them the rest of the step is not looked at."""

Doubt = tuple[Place, str]


class Deep:
    def __init__(self, archive: Path, stream: str, step: int, epoch: str, tally: Tally) -> None:
        self._archive, self._stream, self._step, self._epoch = archive, stream, step, epoch
        self._name, self._finer = levels.name(stream, step), levels.finer(step)
        self._tally = tally
        self._told = 0
        self.doubts: list[Doubt] = []

    def look(self) -> None:
        """Compare all rows."""
        self.doubts = self._look(-1)

    def look_again(self) -> Iterator[Finding]:
        """What was a doubt, and still is; `doubts` is then what is new."""
        before = set(self.doubts)
        found = self._look(min(place.prev_t for place, _ in before))
        self.doubts = [doubt for doubt in found if doubt not in before]
        certain = [doubt for doubt in found if doubt in before]
        for place, problem in certain[: max(0, MAX_FINDINGS - self._told)]:
            self._told += 1
            yield finding(self._archive, self._name, self._epoch, place, problem)
            certain.remove((place, problem))
        if certain:
            yield self._more(certain, is_all=len(before) < MAX_DOUBTS)

    def _more(self, untold: list[Doubt], *, is_all: bool) -> Finding:
        first_t, last_t = untold[0][0].prev_t + 1, untold[-1][0].t
        problem = f"and {len(untold)} more rows{'' if is_all else '; what is behind them was not compared'}"
        path = f"{self._name}/{self._epoch}"
        return Finding(stream=self._name, epoch=self._epoch, path=path, first_t=first_t, last_t=last_t, problem=problem)

    def _look(self, after_t: int) -> list[Doubt]:
        """What differs behind `after_t`."""
        found = []
        try:
            for doubt in self._compare(after_t):
                found.append(doubt)
                if len(found) == MAX_DOUBTS:
                    break
        except OSError as error:
            found.append((Place(after_t, MAX_T), f"not all of it was compared: {error.strerror}"))
        return found

    def _compare(self, after_t: int) -> Iterator[Doubt]:
        fault = fault_of_active(self._archive / self._name / self._epoch)
        if fault:
            yield Place(after_t, MAX_T), f"its rows can't be read: {fault}"
        gathered = Gathered(is_full=Field.objects.filter(stream=self._stream).count() > MAX_FIELDS)
        reach, made = self._reach(), None
        for place, line in stored(self._archive, self._stream, self._epoch, self._step, after_t):
            self._tally.step(len(line))
            if place.prev_t < reach:
                problem = _by_itself(line, self._step)
            else:
                if made is None or made.at != place.prev_t:
                    made = Remade(self._below(place.prev_t), self._step, place.prev_t, gathered)
                problem = _against(line, place, made, gathered)
                self._tally.compared += 1
            if problem:
                yield place, f"the row of t={place.t} {problem}"

    def _below(self, after_t: int) -> Iterator[Piece]:
        for piece in pieces(self._archive, self._stream, self._epoch, self._finer, Range(after_t)):
            self._tally.step(len(piece.lines))
            yield piece

    def _reach(self) -> int:
        """Behind which `t` all that rows are made of is kept: files of ticks, and finer rows, go earlier."""
        first = segments(self._stream, self._epoch).order_by("first_t").first()
        reach = MAX_T if first is None else first.prev_t
        if self._finer in (TICKS, levels.STEPS[0]):
            return reach
        name = levels.name(self._stream, self._finer)
        begun = next(blocks(self._archive, name, self._epoch, self._finer, Range()), None)
        return reach if begun is None else min(reach, begun.prev_t)


def _by_itself(line: bytes, step: int) -> str:
    try:
        row = row_of(line)
    except NoRow as error:
        return f"can't be read: {error}"
    return "" if row.ts == start_of(row.ts, step) else f"has ts {row.ts}, at which no step begins"


def _against(line: bytes, place: Place, made: Remade, gathered: Gathered) -> str:
    try:
        row = row_of(line)
    except NoRow as error:
        made.row(place.t, 0.0)
        return f"can't be read: {error}"
    found, whose = made.row(place.t, row.ts)
    difference = unlike(row, found, whose, may_lack=gathered.is_full) if place.is_sure or row.ticks == 1 else ""
    return difference and f"has {difference}"
