"""A range of time in buckets, filled by rows and ticks. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from ticks.archive.rollups.grid import Grid
from ticks.archive.rollups.lookup import value_of
from ticks.tick import HEAD


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

    def add_value(self, at: int, value: float) -> None:
        if value < self.least[at]:
            self.least[at] = value
        if value > self.most[at]:
            self.most[at] = value
        self.sums[at] += value
        self.numbers[at] += 1

    def means(self) -> list[float | None]:
        return [total / number if number else None for total, number in zip(self.sums, self.numbers, strict=True)]


class Buckets:
    """Those of a grid, for some fields."""

    def __init__(self, grid: Grid, fields: Sequence[str]) -> None:
        self.grid = grid
        self.columns = {path: Column(grid.size) for path in fields}
        self.read = 0
        """So many rows and ticks were read."""
        self._keys = [(b"%s:[" % orjson.dumps(path), column) for path, column in self.columns.items()]
        self._values = [(value_of(path), column) for path, column in self.columns.items()]

    def add_rows(self, lines: bytes) -> None:
        """A row may have a thousand fields: those that are asked for are found without parsing all of it."""
        start, width, size = self.grid.start, self.grid.width, self.grid.size
        for line in lines.splitlines():
            head = HEAD.match(line)
            at = int((float(head[2]) - start) // width) if head else -1
            if 0 <= at < size:
                self.read += 1
                for key, column in self._keys:
                    found = line.find(key)
                    if found >= 0:
                        column.add(at, *stat_at(line, found + len(key)))

    def add_ticks(self, lines: Iterable[bytes]) -> None:
        start, width, size = self.grid.start, self.grid.width, self.grid.size
        for line in lines:
            head = HEAD.match(line)
            at = int((float(head[2]) - start) // width) if head else -1
            if 0 <= at < size:
                self.read += 1
                record = _parsed(line)  # one at a time: many at once would keep the garbage collector busy
                for value_in, column in self._values:
                    value = value_in(record)
                    if value is not None:
                        column.add_value(at, value)


def stat_at(line: bytes, start: int) -> tuple[float, float, float, int]:
    """What stands in the array that begins there; nothing, where it is damaged."""
    try:
        least, most, total, number = line[start : line.index(b"]", start)].split(b",")
        return float(least), float(most), float(total), int(number)
    except ValueError:
        return math.inf, -math.inf, 0.0, 0


def _parsed(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}  # damaged in a file that is not sealed, and has no checksum
