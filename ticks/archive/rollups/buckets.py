"""A range of time in buckets, filled by rows and ticks. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ticks.archive.rollups.levels import STEPS
from ticks.tick import HEAD

READ_PER_POINT = 10
"""So many rows or ticks are read at most for each bucket that is asked for."""


@dataclass(frozen=True, slots=True)
class Grid:
    """`size` buckets of `width` seconds, from `start` (UNIX seconds) on. Rows of `step` fit in; 0 stands for ticks."""

    start: float
    width: float
    size: int
    step: int

    @property
    def end(self) -> float:
        return self.start + self.size * self.width


def grid(from_ts: float, to_ts: float, points: int, rate: float, slow: float) -> Grid:
    """Of at most so many buckets that hold this time, and of the coarsest step that serves.

    `rate`: how many ticks a second there are about; where they are no more than `slow`, there are no rows of 1 s.
    Buckets are whole steps, and begin at whole buckets since 1970: as time goes on, they stay the same.
    """
    seconds = to_ts - from_ts
    wanted = seconds / points
    allowed = READ_PER_POINT * points
    base: float = max((step for step in STEPS if step <= wanted), default=0)
    if base == 0 and rate * seconds > allowed:
        base = STEPS[0]
    if base == STEPS[0] and rate <= slow and rate * seconds > allowed:
        base = STEPS[1]
    width = math.ceil(wanted / base) * base if base else wanted
    start = width * (from_ts // width)
    while base and math.ceil((to_ts - start) / width) > points:
        width += base
        start = width * (from_ts // width)
    if not base:
        start = from_ts
    step = max((step for step in STEPS if base and width % step == 0), default=0)
    size = math.ceil((to_ts - start) / width) if base else points
    return Grid(start, width, size, step)


class Column:
    """A field's least, largest, sum and number of values, by bucket; those of a bucket without any mean nothing."""

    def __init__(self, size: int) -> None:
        self.least = [math.inf] * size
        self.most = [-math.inf] * size
        self.sums = [0.0] * size
        self.numbers = [0] * size

    def add(self, at: int, least: float, most: float, total: float, number: int) -> None:
        if least < self.least[at]:
            self.least[at] = least
        if most > self.most[at]:
            self.most[at] = most
        self.sums[at] += total
        self.numbers[at] += number

    def means(self) -> list[float | None]:
        return [total / number if number else None for total, number in zip(self.sums, self.numbers, strict=True)]


class Buckets:
    """Those of a grid, for some fields."""

    def __init__(self, grid: Grid, fields: Sequence[str]) -> None:
        self.grid = grid
        self.columns = {path: Column(grid.size) for path in fields}
        self.read = 0
        """So many rows and ticks were read."""
        self._values = [(value_of(path), column) for path, column in self.columns.items()]

    def add_rows(self, lines: bytes) -> None:
        start, width, size = self.grid.start, self.grid.width, self.grid.size
        for line in lines.splitlines():
            row = _parsed(line)
            at = int((row["ts"] - start) // width) if row else -1
            if 0 <= at < size:
                self.read += 1
                fields = row["fields"]
                for path, column in self.columns.items():
                    stat = fields.get(path)
                    if stat is not None:
                        column.add(at, *stat)

    def add_ticks(self, lines: Iterable[bytes]) -> None:
        start, width, size = self.grid.start, self.grid.width, self.grid.size
        for line in lines:
            head = HEAD.match(line)
            at = int((float(head[2]) - start) // width) if head else -1
            if 0 <= at < size:
                self.read += 1
                record = _parsed(line)
                for value_in, column in self._values:
                    value = value_in(record)
                    if value is not None:
                        column.add(at, value, value, value, 1)


def value_of(path: str) -> Callable[[Any], float | None]:
    """Finds the number that a rollup of this field would count in a record (see `Values`)."""
    parts = path.split(".")

    def find(record: Any) -> float | None:
        value = record
        for part in parts:
            if type(value) is not dict or part not in value:
                return _find(record, parts)
            value = value[part]
        return _number(value)

    return find


def _find(value: Any, parts: Sequence[str]) -> float | None:
    """Keys may hold dots themselves, and arrays have indices or a length."""
    if not parts:
        return _number(value)
    if isinstance(value, list):
        return _of_array(value, parts)
    if isinstance(value, dict):
        for end in range(1, len(parts) + 1):
            child = value.get(".".join(parts[:end]))
            found = _find(child, parts[end:]) if child is not None else None
            if found is not None:
                return found
    return None


def _of_array(items: list[Any], parts: Sequence[str]) -> float | None:
    first = next((item for item in items if item is not None), None)
    if not isinstance(first, int | float):
        return len(items) if list(parts) == ["length"] else None
    at = int(parts[0]) if parts[0].isdecimal() and str(int(parts[0])) == parts[0] else len(items)
    return _find(items[at], parts[1:]) if at < len(items) else None


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


def _parsed(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}  # damaged in a file that is not sealed, and has no checksum
