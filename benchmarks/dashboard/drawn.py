"""What a chart shows, against the archive: every tick is in the point of its time, once."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

from tests.support.archived import files_of, lines_of

CLOCK_S = 1e-6
"""A tick so near to the end of a point may be in either of two: the page reckons where it is by other steps."""
LATE_S = 0.5
"""Ticks that are so new may be on their way."""


class Archived:
    """The ticks of a stream made since `ts`, with some numbers of each. Nobody must be writing any more."""

    def __init__(self, stream_dir: Path, ts: float, paths: Sequence[str]) -> None:
        self.t, self.ts = array("q"), array("d")
        self.values = {path: array("d") for path in paths}
        keys = {path: path.split(".") for path in paths}
        for tick in _since(stream_dir, ts):
            self.t.append(tick["t"])
            self.ts.append(tick["ts"])
            for path, values in self.values.items():
                values.append(_value(tick, keys[path]))

    def made(self, begin: float, end: float) -> slice:
        """Those of this time, its end left out."""
        return slice(bisect_left(self.ts, begin), bisect_left(self.ts, end))

    def newest_t(self, ts: float) -> int:
        """Of those made before that time."""
        return self.t[bisect_left(self.ts, ts) - 1]


def reaches(chart: Mapping[str, Any], span: Mapping[str, float], archived: Archived) -> bool:
    """Whether it shows something at both ends of the time that it is for."""
    times = chart["x"]
    if len(times) < 3:
        return False
    width = _width(times)
    begin = max(span["from"], archived.ts[0])
    return bool(times[0] <= begin + width and times[-1] >= span["to"] - width - LATE_S)


def wrong(chart: Mapping[str, Any], archived: Archived) -> int:
    """How many points have other ticks, or other ends, than they should; the first and the last may be incomplete."""
    times = chart["x"]
    half = _width(times) / 2
    rows = range(1, len(times) - 1)
    found = 0
    for line, path in enumerate(chart["fields"]):
        counts, least, largest = (chart[name][line] for name in ("count", "min", "max"))
        values = archived.values[path]
        for row in rows:
            wide, narrow = (archived.made(times[row] - half - by, times[row] + half + by) for by in (CLOCK_S, -CLOCK_S))
            found += not (
                narrow.stop - narrow.start <= counts[row] <= wide.stop - wide.start
                and min(values[wide], default=inf) <= least[row] <= min(values[narrow], default=inf)
                and max(values[wide], default=-inf) >= largest[row] >= max(values[narrow], default=-inf)
            )
        found += _between(times, rows, half, archived)
    return found


def _between(times: Sequence[float], rows: range, half: float, archived: Archived) -> int:
    """Ticks that no point stands for."""
    pairs = ((times[one] + half + CLOCK_S, times[other] - half - CLOCK_S) for one, other in pairwise(rows))
    found = (archived.made(begin, end) for begin, end in pairs if begin < end)
    return sum(one.stop - one.start for one in found)


def _width(times: Sequence[float]) -> float:
    """The time that a point stands for, in seconds."""
    return median(after - before for before, after in pairwise(times))


def _since(stream_dir: Path, ts: float) -> Iterator[dict[str, Any]]:
    """Each once, also where it stands in a closed and in a sealed file."""
    last = ("", -1)
    for path in files_of(stream_dir):
        lines = lines_of(path)
        if not lines or json.loads(lines[-1])["ts"] < ts:
            continue
        for tick in map(json.loads, lines):
            place = (path.parent.name, tick["t"])
            if place > last and tick["ts"] >= ts:
                last = place
                yield tick


def _value(tick: dict[str, Any], keys: Sequence[str]) -> float:
    """Of an array, how many it has."""
    if keys[-1] == "length":
        return float(len(reduce(lambda found, key: found[key], keys[:-1], tick)))
    return float(reduce(lambda found, key: found[key], keys, tick))  # type: ignore[arg-type]
