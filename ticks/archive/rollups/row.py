"""A row of a rollup: what the ticks of one run had, by field. Pure.

A run is consecutive ticks made within the same step of seconds. A row is stored as a tick is: its `t` is that of
the run's last tick, its `ts` the beginning of the step. It covers all ticks behind the row before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

import orjson

from ticks.tick import draft, line

MAX_FIELDS = 1000
"""Of a row: what its ticks have beyond, in the order in which they came, is in no rollup."""
LARGEST = 1.7976931348623157e308


class NoRow(ValueError):
    """A line is no row; the message says why."""


class Stat(NamedTuple):
    """Of `number` values of one field. It adds up with those of other runs."""

    min: float
    max: float
    sum: float
    number: int


class Row(NamedTuple):
    """So many `ticks`, the last of which is `t`, made within the step of seconds that begins at `ts`."""

    t: int
    ts: float
    ticks: int
    fields: dict[str, Stat]

    def line(self) -> bytes:
        """As it is stored: `{"t":…,"ts":…,"ticks":…,"fields":{"cpu.percent":[min,max,sum,number],…}}`."""
        return line(draft({"ticks": self.ticks, "fields": self.fields}, self.ts, self.ts), self.t)


def row_of(line: bytes) -> Row:
    """Raises `NoRow`: what is in a closed file has no checksum."""
    try:
        told = orjson.loads(line)
        fields = {path: Stat(*values) for path, values in told["fields"].items()}
        row = Row(told["t"], told["ts"], told["ticks"], fields)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NoRow(f"{type(error).__name__}: {error}") from None
    if not all(_are_numbers(stat) for stat in ((row.t, row.ts, row.ticks), *fields.values())):
        raise NoRow("something in it is no number")
    return row


def _are_numbers(values: tuple[object, ...]) -> bool:
    return all(type(value) is float or type(value) is int for value in values)


def parse(lines: bytes) -> Iterator[Row]:
    """The rows of whole lines, but for damaged ones."""
    for one in lines.splitlines():
        with suppress(NoRow):
            yield row_of(one)


def start_of(ts: float, step: int) -> float:
    """Where the step begins in which something was made at `ts` (UNIX seconds)."""
    return float(ts // step * step)


def merged(rows: Sequence[Row], step: int) -> Row:
    """One row of these, at least one, which follow each other within a step."""
    parts: dict[str, list[Stat]] = {}
    for row in rows:
        for path, stat in row.fields.items():
            parts.setdefault(path, []).append(stat)
    fields = {path: added(stats) for path, stats in islice(parts.items(), MAX_FIELDS)}
    return Row(rows[-1].t, start_of(rows[-1].ts, step), sum(row.ticks for row in rows), fields)


def added(stats: Sequence[Stat]) -> Stat:
    if len(stats) == 1:
        return stats[0]
    least, most, sums, numbers = zip(*stats, strict=True)
    return Stat(min(least), max(most), total(sums), sum(numbers))


def of_values(values: Sequence[float]) -> Stat:
    """Of at least one."""
    return Stat(min(values), max(values), total(values), len(values))


def total(values: Iterable[float]) -> float:
    """Their sum, correctly rounded; where it is beyond the largest number, that."""
    values = tuple(values)
    try:
        return math.fsum(values)
    except OverflowError:
        return math.copysign(LARGEST, sum(value / len(values) for value in values))
