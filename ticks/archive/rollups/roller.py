"""Makes the rollups of an epoch from its indexed files, and goes on where it, or another, was."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from pathlib import Path

from ticks.archive.rollups import levels
from ticks.archive.rollups.blocks import Range
from ticks.archive.rollups.cascade import Cascade, Seen, rows_of
from ticks.archive.rollups.kept import Kept
from ticks.archive.rollups.levels import STEPS
from ticks.archive.rollups.pieces import TICKS, pieces
from ticks.archive.rollups.row import parse
from ticks.models import Segment

FAST, SLOW = 2.0, 1.5
"""Ticks a second: with more than the one, rows of 1 s are kept; with less than the other no longer."""
FINEST, NEXT = STEPS[:2]


class Roller:
    """Of one epoch. Finish or suspend it."""

    def __init__(self, archive: Path, stream: str, epoch: str) -> None:
        """Raises `OSError`."""
        self._archive, self._stream, self._epoch = archive, stream, epoch
        self._kept = {step: Kept(archive, levels.name(stream, step), epoch) for step in STEPS}
        through = {step: kept.last_t for step, kept in self._kept.items()}
        finest = FINEST if through[FINEST] > through[NEXT] else NEXT
        self._cascade = Cascade(finest, through)
        self._resume(through)
        self.through_t = through[finest]
        """The last tick that was taken up."""

    def roll(self, row: Segment) -> dict[str, Seen]:
        """Take up the ticks of an indexed file that follow; returns the fields that were seen.

        Raises `OSError` and what the database raises; then another one is to go on.
        """
        self._refine(row)
        asked = Range(self.through_t, row.last_t)
        for piece in pieces(self._archive, self._stream, self._epoch, TICKS, asked):
            self._cascade.feed(piece.lines)
        self.through_t = row.last_t
        return self._write()

    def finish(self) -> dict[str, Seen]:
        """No tick follows in this epoch: complete what is open. Raises as `roll`."""
        self._cascade.finish()
        seen = self._write()
        for kept in self._kept.values():
            kept.finish()
        return seen

    def suspend(self) -> None:
        """The next one goes on where this was."""
        for kept in self._kept.values():
            kept.suspend()

    def _resume(self, through: dict[int, int]) -> None:
        """Let the cascade have what it had: of each step the finer rows that are not part of one yet."""
        for step in reversed(STEPS[STEPS.index(self._cascade.finest) + 1 :]):
            finer = levels.finer(step)
            for piece in pieces(self._archive, self._stream, self._epoch, finer, Range(through[step], through[finer])):
                for row in parse(piece.lines) if piece.step else rows_of(piece.lines, finer):
                    self._cascade.resume(step, row)

    def _refine(self, row: Segment) -> None:
        """Let the rate of a file's ticks decide which rows are worth it."""
        seconds = row.max_ts - row.min_ts
        if not seconds:
            return
        rate = (row.count - 1) / seconds
        if rate > FAST and self._cascade.finest != FINEST:
            self._cascade.refine(FINEST)
            self._kept[FINEST].skip_to(self.through_t)
        elif rate < SLOW and self._cascade.finest == FINEST:
            self._cascade.refine(NEXT)

    def _write(self) -> dict[str, Seen]:
        made, self._cascade.made = self._cascade.made, []
        made.sort(key=itemgetter(0))
        for step, rows in groupby(made, key=itemgetter(0)):
            self._kept[step].append([row for _, row in rows])
        seen, self._cascade.seen = self._cascade.seen, {}
        return seen
