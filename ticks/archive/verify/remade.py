"""Rows made anew, of what a finer step and the ticks have. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from ticks.archive.rollups.pieces import TICKS, Piece
from ticks.archive.rollups.row import Row, merged, parse, start_of
from ticks.archive.rollups.values import Values

OF_TICKS, OF_ROWS = "its ticks", "the finer rows"

Tick = tuple[int, float, dict[str, Any]]
"""`t`, `ts`, and the rest."""


class Gathered:
    """The values of an epoch's ticks, kept from row to row."""

    def __init__(self, *, is_full: bool) -> None:
        self.values = Values()
        self.is_full = is_full
        """Whether there ever were more fields than rollups keep: which these are depends on what was before."""

    def take(self, t: int, ts: float, ticks: int) -> Row:
        self.is_full = self.is_full or self.values.is_full
        return Row(t, ts, ticks, self.values.take()[0])


class Remade:
    """The rows of a step, asked for in order."""

    def __init__(self, found: Iterable[Piece], step: int, after_t: int, gathered: Gathered) -> None:
        """`found`: what there is behind `after_t`."""
        self.step, self.at = step, after_t
        """Through which `t` they were asked for."""
        self._gathered = gathered
        self._parts = _parts(found)
        self._next = next(self._parts, None)

    def row(self, t: int, ts: float) -> tuple[Row, str]:
        """The next one, through `t`, and of what it was made.

        Where not all of that lies in the step of `ts`, it has the `ts` of what does not.
        """
        rows: list[Row] = []
        values, step, start, other = self._gathered.values, self.step, ts // self.step, None
        ticks, part, parts = 0, self._next, self._parts
        while part is not None and part[0] <= t:
            if part[1] // step != start:
                other = part[1]
            if isinstance(part, Row):
                rows.append(part)
            else:
                values.add(part[2])
                ticks += 1
            part = next(parts, None)
        self._next, self.at = part, t
        whose = OF_TICKS if ticks else OF_ROWS
        if ticks:
            rows.append(self._gathered.take(t, ts, ticks))
        found = merged(rows, step) if rows else Row(t, ts, 0, {})
        return found._replace(t=t, ts=start_of(ts if other is None else other, step)), whose


def _parts(found: Iterable[Piece]) -> Iterator[Row | Tick]:
    for piece in found:
        yield from _ticks(piece.lines) if piece.step == TICKS else parse(piece.lines)


def _ticks(lines: bytes) -> Iterator[Tick]:
    for line in lines.splitlines():
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue  # damaged in a closed file
        t, ts = record.pop("t"), record.pop("ts")
        if isinstance(t, int) and isinstance(ts, int | float):  # nor was a key damaged
            yield t, ts, record
