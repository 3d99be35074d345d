"""Ticks in, rows of all steps out. Pure.

The finest rows are made of ticks, each coarser one of those of the step before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import orjson

from ticks.archive.rollups import levels
from ticks.archive.rollups.levels import STEPS
from ticks.archive.rollups.row import Row, merged, start_of
from ticks.archive.rollups.values import Values


class Seen(NamedTuple):
    """A field that was seen: of what kind, and from when to when (UNIX seconds, to the finest step)."""

    kind: str
    first_ts: float
    last_ts: float


class Cascade:
    """The rows of an epoch, made as its ticks come."""

    def __init__(self, finest: int = STEPS[0], through: Mapping[int, int] | None = None) -> None:
        """`finest`: the step of the finest rows that are made. `through`: by step, up to which `t` they were before."""
        self.finest = finest
        self._through = through or {}
        self.made: list[tuple[int, Row]] = []
        """Complete rows with their steps, for whoever takes them from here."""
        self.seen: dict[str, Seen] = {}
        """Fields, for whoever takes them from here."""
        self._open: dict[int, list[Row]] = {step: [] for step in STEPS}
        """What the next row of a step is made of."""
        self._values = Values()
        self._count, self._t, self._first_ts, self._last_ts = 0, -1, 0.0, 0.0
        self._start = float("nan")

    def feed(self, lines: bytes) -> None:
        """The next ticks."""
        finest, values = self.finest, self._values
        for line in lines.splitlines():
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue  # damaged in a closed file, which has no checksum
            t, ts = record.pop("t"), record.pop("ts")
            if ts // finest != self._start:
                self._turn(ts)
            values.add(record)
            self._count += 1
            self._t = t
            self._last_ts = ts

    def resume(self, step: int, row: Row) -> None:
        """A finer row that belongs to the next ones of this step: tell those of the coarsest step first."""
        self._hand_over(step, row)

    def refine(self, finest: int) -> None:
        """From here on make no finer rows than of this step."""
        self._gather()
        if finest > self.finest:
            self._complete(self.finest)
        self.finest, self._start = finest, float("nan")

    def finish(self) -> None:
        """No tick follows: what is open is complete."""
        self._gather()
        for step in self._steps():
            self._complete(step)

    def _steps(self) -> tuple[int, ...]:
        return STEPS[STEPS.index(self.finest) :]

    def _turn(self, ts: float) -> None:
        """A tick that was made at `ts` comes next: complete the rows to which it does not belong."""
        self._gather()
        for step in self._steps():
            rows = self._open[step]
            if rows and start_of(rows[-1].ts, step) == start_of(ts, step):
                break
            self._complete(step)
        self._start, self._first_ts = ts // self.finest, ts

    def _gather(self) -> None:
        if not self._count:
            return
        stats, kinds = self._values.take()
        self._hand_over(self.finest, Row(self._t, start_of(self._last_ts, self.finest), self._count, stats))
        self._count = 0
        for path, kind in kinds.items():
            before = self.seen.get(path)
            first_ts = min(before.first_ts, self._first_ts) if before else self._first_ts
            last_ts = max(before.last_ts, self._last_ts) if before else self._last_ts
            self.seen[path] = Seen(before.kind if before else kind, first_ts, last_ts)

    def _complete(self, step: int) -> None:
        rows = self._open[step]
        if rows:
            row = merged(rows, step)
            self._open[step] = []
            self.made.append((step, row))
            coarser = levels.coarser(step)
            if coarser is not None:
                self._hand_over(coarser, row)

    def _hand_over(self, step: int, row: Row) -> None:
        """To be part of the next row of this step, unless it is of one that was made before."""
        if row.t > self._through.get(step, -1):
            rows = self._open[step]
            if rows and start_of(rows[-1].ts, step) != start_of(row.ts, step):
                self._complete(step)
            self._open[step].append(row)


def rows_of(lines: bytes, step: int) -> list[Row]:
    """The rows of this step that ticks make."""
    cascade = Cascade(step)
    cascade.feed(lines)
    cascade.finish()
    return [row for made, row in cascade.made if made == step]
