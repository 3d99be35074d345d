"""Which charts a page has: of its ticks, or of its series. Pure."""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from ticks.api.rendering.chart import Chart, Point, Run, colored
from ticks.archive.rollups.lookup import value_of
from ticks.archive.rollups.values import NUMBER, Values
from ticks.history.described import described
from ticks.selection import loads

PATIENCE = 2.5
LEAST_PATIENCE_S = 1.0
"""So many times what usually lies between two ticks, and no less than that, is no hole."""
CROWD = 3
DENSE = 1.5
"""Where buckets usually have so many values, an empty one is a hole, so many of its widths away from the next."""

Declared = Mapping[str, Mapping[str, str]]
Record = Mapping[str, Any]


def of_ticks(lines: Sequence[bytes], gaps: Sequence[Mapping[str, Any]], declared: Declared, most: int) -> list[Chart]:
    """Of the first fields that are numbers, so many at most; the ticks are in order, the oldest first.

    `gaps` have the `next_t` of the tick behind them; `declared` says the unit of a field (see `described`).
    """
    records = _parsed(lines)
    if not records:
        return []
    holes = _holes(records, sorted(gap["next_t"] for gap in gaps if gap.get("next_t") is not None))
    times = [float(record["ts"]) for record in records]
    charts = []
    for path in _numbers(records)[:most]:
        runs = _runs(records, value_of(path), holes)
        if runs:
            charts.append(Chart(path, described(declared, path)["unit"], min(times), max(times), runs))
    return colored(charts)


def of_series(
    starts: Sequence[float],
    width: float,
    columns: Mapping[str, Mapping[str, Sequence[Any]]],
    declared: Declared,
    most: int,
) -> list[Chart]:
    """Of the first fields, so many at most: `min`, `max`, `mean` and `count` by bucket, where `count` is not 0.

    Buckets are `width` seconds wide.
    """
    charts = []
    for path in list(columns)[:most]:
        column = columns[path]
        there = [at for at, count in enumerate(column["count"]) if count]
        points = [
            Point(starts[at] + width / 2, column["min"][at], column["mean"][at], column["max"][at])
            for at in there
            if all(finite(column[stat][at]) is not None for stat in ("min", "mean", "max"))
        ]
        if points:
            usual = sorted(column["count"][at] for at in there)[len(there) // 2]
            patience = DENSE * width if usual >= CROWD else _patience([point.at for point in points])
            unit = described(declared, path)["unit"]
            charts.append(Chart(path, unit, starts[0], starts[-1] + width, _parted(points, patience)))
    return colored(charts)


def _parted(points: Sequence[Point], patience: float) -> list[Run]:
    """Without a line over longer stretches."""
    runs = [[points[0]]]
    for before, after in pairwise(points):
        if after.at - before.at > patience:
            runs.append([])
        runs[-1].append(after)
    return list(runs)


def _patience(times: Sequence[float]) -> float:
    """The longest stretch, in seconds, that is no hole."""
    usual = sorted(after - before for before, after in pairwise(times) if after > before)
    return max(PATIENCE * usual[len(usual) // 2], LEAST_PATIENCE_S) if usual else 0.0


def _parsed(lines: Sequence[bytes]) -> list[Record]:
    """Without those that were damaged where they lay."""
    records = []
    for line in lines:
        with suppress(json.JSONDecodeError):
            records.append(loads(line))
    return records


def _numbers(records: Sequence[Record]) -> list[str]:
    """The paths in the order of the first record that has any; the last one may have more."""
    values = Values()
    for record in (records[0], records[-1]):
        values.add({key: value for key, value in record.items() if key not in ("t", "ts")})
    return [path for path, kind in values.take()[1].items() if kind == NUMBER]


def _holes(records: Sequence[Record], next_ts: Sequence[int]) -> set[int]:
    """The places of the records before which no line may be drawn: a gap, a clock set back, a long silence."""
    patience = _patience([float(record["ts"]) for record in records])
    return {
        place
        for place, (before, after) in enumerate(pairwise(records), 1)
        if not 0 <= after["ts"] - before["ts"] <= patience
        or after["t"] <= before["t"]
        or bisect_right(next_ts, before["t"]) != bisect_right(next_ts, after["t"])
    }


def _runs(records: Sequence[Record], find: Callable[[Any], float | None], holes: set[int]) -> list[Run]:
    runs: list[list[Point]] = [[]]
    for place, record in enumerate(records):
        value = finite(find(record))
        if value is None or place in holes:
            runs.append([])
        if value is not None:
            runs[-1].append(Point(float(record["ts"]), value, value, value))
    return [run for run in runs if run]


def finite(value: float | None) -> float | None:
    """None for what a chart can't show: JSON's integers may be larger than any float."""
    try:
        return float(value) if value is not None and math.isfinite(value) else None
    except OverflowError:
        return None
