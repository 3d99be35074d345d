"""What the charts of a page draw, and what they should draw by what is archived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from math import floor, isclose
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.support.waiting import until

LOOK = """() => ({
    range: tickMonitor.range(),
    held: tickMonitor.timeline.held,
    lastT: tickMonitor.seen().at(-1) ?? Infinity,
    cards: tickMonitor.cards().filter(({ mean }) => mean),
})"""
LIMIT_S = 60
LATE_S = 5
EDGE_S = 1e-6
Record = dict[str, Any]


class Row(NamedTuple):
    """A point of a line, and the tick or the ticks that it stands for."""

    x: float
    least: float
    largest: float
    mean: float
    count: int


class Buckets(NamedTuple):
    """How a card divides the time."""

    origin: float
    width: float

    @classmethod
    def of(cls, rows: list[Row]) -> Buckets:
        """As its points stand, which are in the middle of each bucket of several ticks."""
        middles = [row.x for row in rows if row.count > 1]
        step = min(after - before for before, after in pairwise(middles))
        width = (middles[-1] - middles[0]) / round((middles[-1] - middles[0]) / step)
        return cls(middles[0] - width / 2, width)

    def at(self, ts: float) -> int:
        return floor((ts - self.origin) / self.width)


def assert_archived(page: Page, fields: Iterable[str], archived: Callable[[], list[Record]]) -> None:
    """Of these fields is drawn exactly what `archived()` has, once the page has read and drawn it."""
    told = list[str]()

    def is_right() -> bool:
        seen = page.evaluate(LOOK)
        ticks = archived()
        told[:] = [fault for field in fields for fault in faults(seen, field, ticks)]
        return not told

    try:
        until(is_right, "what is drawn is what is archived", LIMIT_S, every_s=0.2)
    except AssertionError as error:
        raise AssertionError("\n".join([str(error), *told[:20]])) from None


def faults(seen: dict[str, Any], field: str, archived: list[Record]) -> list[str]:
    """In what the card of a field differs from what is archived of the range in sight."""
    start, end, held = *seen["range"].values(), seen["held"]
    rows = rows_of(seen["cards"], field)
    # The last one may stand for a part of its ticks where it was held on the way.
    rows = rows[:-1] if held == "paused" else rows
    ticks = [(tick["ts"], valued(tick, field)) for tick in archived if held or tick["t"] <= seen["lastT"]]
    if not rows:
        return [f"{field}: nothing is drawn"] if any(start <= ts <= end for ts, _ in ticks) else []
    if held != "past":
        end = rows[-1].x
    if held is None and ticks[-1][0] - end > LATE_S:
        return [f"{field}: the newest is {ticks[-1][0] - end:.1f} s behind"]
    check = each if all(row.count == 1 for row in rows) else many
    return check(field, rows, ticks, start, end)


def each(field: str, rows: list[Row], ticks: list[tuple[float, float]], start: float, end: float) -> list[str]:
    """Every point is a tick."""
    drawn = [(x, mean) for x, _, _, mean, _ in rows if start <= x < end]
    wanted = [(ts, value) for ts, value in ticks if start <= ts < end]
    missing, more = sorted(set(wanted) - set(drawn)), sorted(set(drawn) - set(wanted))
    if not missing and not more and len(drawn) == len(wanted):
        return []
    return [f"{field}: of {len(wanted)} ticks {len(drawn)} are drawn, not {missing[:3]}, but {more[:3]}"]


def many(field: str, rows: list[Row], ticks: list[tuple[float, float]], start: float, end: float) -> list[str]:
    """Every point is what became of the ticks of one bucket."""
    buckets = Buckets.of(rows)
    drawn = {buckets.at(row.x): row for row in rows}
    wanted = dict[int, list[float]]()
    for ts, value in ticks:
        at, after = buckets.at(ts - EDGE_S), buckets.at(ts + EDGE_S)
        # So close to an edge, a tick is where the page has it: edges are known by the middles alone.
        if at < after and (at not in drawn or len(wanted.get(at, [])) >= drawn[at].count):
            at = after
        wanted.setdefault(at, []).append(value)
    first, last = buckets.at(start), buckets.at(end)
    found = [f"{field}: {len(rows) - len(drawn)} buckets are drawn twice"] if len(drawn) < len(rows) else []
    for at in sorted({*wanted, *drawn}):
        inside = first <= at <= last or at in drawn
        if inside and (fault := differs(drawn.get(at), wanted.get(at, []))):
            found.append(f"{field}, bucket {at - first} of {last - first} ({buckets.width:g} s): {fault}")
    return found


def differs(row: Row | None, values: list[float]) -> str:
    if row is None or not values:
        return f"{len(values)} ticks are archived, drawn is {row}"
    least, largest, mean = min(values), max(values), sum(values) / len(values)
    is_right = (row.least, row.largest, row.count) == (least, largest, len(values))
    if is_right and isclose(row.mean, mean, rel_tol=1e-9, abs_tol=1e-9):
        return ""
    return f"archived are {least} to {largest}, {mean} of {len(values)}, drawn is {row}"


def rows_of(cards: list[dict[str, Any]], field: str) -> list[Row]:
    """Those that have a value of this field."""
    card = next((card for card in cards if field in card["fields"]), None)
    if card is None or not card["x"]:
        return []
    at = card["fields"].index(field)
    columns = (card[name][at] for name in ("min", "max", "mean", "count"))
    rows = (Row(*row) for row in zip(card["x"], *columns, strict=True))
    return [row for row in rows if row.count > 0]


def valued(tick: Record, field: str) -> float:
    value: Any = tick
    for key in field.split("."):
        value = value[int(key) if key.isdecimal() else key] if key != "length" else len(value)
    return float(value)
