"""What is asked for piece by piece: pages of ticks, and series."""

from __future__ import annotations

from benchmarks import data
from benchmarks.archive import RANGES
from benchmarks.figures import Report, percentile
from benchmarks.history.site import archived, url_of
from benchmarks.live.stage import Live
from benchmarks.measured import run

PAGES, LEAST_PAGES = 500, 30
QUERIES, LEAST_QUERIES = 200, 30
LEFT_OUT = ("4700 s", "10 days")
"""Of the ranges that the archive's own case has."""


def page(report: Report, scale: float) -> None:
    """100 ticks anywhere in the long archive, however they are asked for."""
    with archived(scale) as on:
        told = run("paging", on.home, url_of(on), max(LEAST_PAGES, int(PAGES * scale)))
    for kind, took in told["ms"].items():
        report.add(f"{kind}, p50", percentile(took, 0.5), "ms")
        report.add(f"{kind}, p99 of {len(took)}", percentile(took, 0.99), "ms", most=50)
    report.add("processor time, who asks", told["share"] * 100, "% of 1")


def series(report: Report, scale: float) -> None:
    """4 fields in 800 points, anywhere, over several ranges of time that are not longer than the archive."""
    with archived(scale) as on:
        for stream in RANGES:
            _series(report, on, stream, scale)


def _series(report: Report, on: Live, stream: str, scale: float) -> None:
    ticks, interval = data.STREAMS[stream]
    asked = {name: s for name, s in RANGES[stream].items() if name not in LEFT_OUT and s < ticks * scale * interval}
    asked["all of it"] = 0
    told = run("zooming", on.home, url_of(on, stream), max(LEAST_QUERIES, int(QUERIES * scale)), *asked.values())
    for name, took in zip(asked, told["ms"], strict=True):
        report.add(f"{stream}, {name}, p50", percentile(took, 0.5), "ms")
        report.add(f"{stream}, {name}, p99 of {len(took)}", percentile(took, 0.99), "ms", most=100)
    report.add(f"{stream}: processor time, who asks", told["share"] * 100, "% of 1")
