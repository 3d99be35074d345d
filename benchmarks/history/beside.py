"""The past asked for while the present goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.figures import Report, percentile
from benchmarks.history.site import archived, export_of, taken, ticks_of, url_of
from benchmarks.http.asked import TWO_FULL_CORES
from benchmarks.live.figures import add, enough, framing
from benchmarks.live.generator import generator
from benchmarks.live.sides import RATE
from benchmarks.live.stage import Live
from benchmarks.measured import run

MANY, MOST_S = 100, 300.0
SECONDS, LEAST_S = 15.0, 3.0
ROWS, STORED = 50_000, 1_000_000
"""Ticks of one export; they follow each other."""
PAGES, QUERIES = 60, 100
LEAST = 10
DAY = 86400


def beside(report: Report, scale: float) -> None:
    """1000 ticks/s to 100, while one exports, then asks for pages and series."""
    framing("the subscribers ticks.v1; who asks goes on at once, over a connection that is kept")
    seconds = max(LEAST_S, SECONDS * scale)
    rows, stored = ticks_of(scale, ROWS), ticks_of(scale, STORED)
    with archived(scale) as on:
        on.produce(RATE)
        for form in ("csv", "jsonl.zst"):
            taken(on, "bytes", export_of(on, form, rows))

        told = _watched(report, on, "CSV", lambda: taken(on, "bytes", export_of(on, "csv", rows), least_s=seconds))
        report.add("CSV: ticks a second", told["answers"] * rows / told["seconds"], "1/s")
        packed = export_of(on, "jsonl.zst", stored)
        told = _watched(report, on, "as stored", lambda: taken(on, "bytes", packed, least_s=seconds))
        report.add("as stored: bytes a second", told["bytes"] / told["seconds"] / 1e6, "MB/s")
        pages = max(LEAST, int(PAGES * scale))
        told = _watched(report, on, "pages", lambda: run("paging", on.home, url_of(on), pages))
        _times(report, "pages", [ms for took in told["ms"].values() for ms in took])
        queries = max(LEAST, int(QUERIES * scale))
        told = _watched(report, on, "series", lambda: run("zooming", on.home, url_of(on, "host"), queries, DAY, 0))
        _times(report, "series", [ms for took in told["ms"] for ms in took])


def _watched(report: Report, on: Live, what: str, work: Callable[[], Any]) -> Any:
    """What it tells; every tick is delivered meanwhile, and soon."""
    with generator(on.url, "v1", MANY, "--seconds", MOST_S) as load:
        load.begin(on.costs)
        told = work()
        load.stop()
        others = load.end()
    who = f"beside {what}"
    add(report, who, others, p99=100)
    enough(report, who, others, RATE * TWO_FULL_CORES)
    report.add(f"{what}: processor time, who asks", told["share"] * 100, "% of 1")
    return told


def _times(report: Report, what: str, took: list[float]) -> None:
    report.add(f"{what}: asked to answered, p50", percentile(took, 0.5), "ms")
    report.add(f"{what}: asked to answered, p99 of {len(took)}", percentile(took, 0.99), "ms")
