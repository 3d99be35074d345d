"""A small chart of one field, as SVG: a band from the least to the most value, a line of the means. Pure.

Colours and sizes are the style sheet's; the drawing is stretched to the room that there is.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 1000, 100
"""Of the drawing, in units of its own."""
MARGIN = 4
"""Above and below, so that no line is cut."""
COLORS = 8
MAX_NAME = 120
_IEC = ("", "Ki", "Mi", "Gi", "Ti", "Pi")


class Point(NamedTuple):
    """A field at one moment (UNIX seconds), or in the bucket around it."""

    at: float
    least: float
    mean: float
    most: float


Run = Sequence[Point]
"""Points with no hole between them, in the order of time."""


@dataclass(frozen=True)
class Chart:
    """What a field did from `start` to `end` (UNIX seconds). `runs` are not empty, and have holes between them."""

    field: str
    unit: str
    start: float
    end: float
    runs: Sequence[Run]
    color: int = 0
    """Its place in the palette (see `colored`)."""

    @property
    def name(self) -> str:
        named = self.field if len(self.field) <= MAX_NAME else f"{self.field[: MAX_NAME - 1]}…"
        return f"{named} ({self.unit})" if self.unit else named

    @property
    def least(self) -> float:
        return min(point.least for point in self._points())

    @property
    def most(self) -> float:
        return max(point.most for point in self._points())

    @property
    def said(self) -> str:
        """For who does not see it."""
        values = f"least {number(self.least, self.unit)}, largest {number(self.most, self.unit)}"
        holes = {1: "no hole", 2: "1 hole"}.get(len(self.runs), f"{len(self.runs) - 1} holes")
        return f"{self.name}: {values}, {period(self.start, self.end)}, {holes}"

    def svg(self) -> str:
        """Safe to be put into a page as it is."""
        runs = self._placed()
        grid = "".join(f"M0,{y}H{WIDTH}" for y in (MARGIN, HEIGHT // 2, HEIGHT - MARGIN))
        return (
            f'<svg class="chart-plot chart-color-{self.color}" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'preserveAspectRatio="none"><title>{escape(self.said)}</title><path class="chart-grid" d="{grid}"/>'
            f'<path class="chart-band" d="{"".join(map(_band, runs))}"/>'
            f'<path class="chart-line" d="{"".join(map(_line, runs))}"/></svg>'
        )

    def _points(self) -> Iterable[Point]:
        return (point for run in self.runs for point in run)

    def _placed(self) -> list[Run]:
        """In units of the drawing, whose y grows downwards."""
        least, most = self.least, self.most

        def across(at: float) -> float:
            return _part(at, self.start, self.end) * WIDTH

        def down(value: float) -> float:
            return HEIGHT - MARGIN - _part(value, least, most) * (HEIGHT - 2 * MARGIN)

        return [[Point(across(p.at), down(p.least), down(p.mean), down(p.most)) for p in run] for run in self.runs]


def colored(charts: Sequence[Chart]) -> list[Chart]:
    """Each in the colour that is its field's on every page, or in the next that is free on this one."""
    taken: set[int] = set()
    found = []
    for chart in charts:
        own = zlib.crc32(chart.field.encode("utf-8", "replace"))
        places = [(own + step) % COLORS for step in range(COLORS)]
        place = next((place for place in places if place not in taken), places[0])
        taken.add(place)
        found.append(replace(chart, color=place))
    return found


def number(value: float, unit: str = "") -> str:
    """For people: six significant figures, bytes with powers of 1024."""
    if unit in ("B", "B/s") and 1024 <= abs(value) < 1024 ** len(_IEC):
        power = next(p for p in range(len(_IEC) - 1, 0, -1) if abs(value) >= 1024**p)
        return f"{value / 1024**power:.4g} {_IEC[power]}{unit}"
    rounded = float(f"{value:.6g}")
    return f"{rounded:,.15g} {unit}".rstrip()


def period(start: float, end: float) -> str:
    """Such as: from 2026-12-05 12:00:00 to 12:05:00 UTC."""
    since, until = _moment(start), _moment(end)
    same_day = since[:10] == until[:10]
    return f"from {since} to {until[11:] if same_day else until} UTC"


def _moment(ts: float) -> str:
    try:
        return datetime.fromtimestamp(ts, UTC).isoformat(" ", "seconds").removesuffix("+00:00")
    except (OverflowError, ValueError, OSError):  # a year that no calendar has
        return f"{ts:.15g}"


def _part(value: float, low: float, high: float) -> float:
    """How far from low to high, 0 to 1; halved first, since their difference may be too large for a float."""
    span = high / 2 - low / 2
    return (value / 2 - low / 2) / span if span > 0 else 0.5


def _line(run: Run) -> str:
    """A single point is a dot: a line of no length, with round ends."""
    first, *rest = (f"{point.at:.1f},{point.mean:.1f}" for point in run)
    return f"M{first}{''.join(f'L{place}' for place in rest) or 'h0'}"


def _band(run: Run) -> str:
    """Up the largest values and back along the least ones; nothing where they are the same."""
    if all(point.least == point.most for point in run):
        return ""
    edges = [(point.at, point.most) for point in run] + [(point.at, point.least) for point in reversed(run)]
    return f"M{'L'.join(f'{x:.1f},{y:.1f}' for x, y in edges)}Z"
