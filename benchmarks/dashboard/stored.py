"""The past on the page, of the archive that `script/bench archive` reads."""

from __future__ import annotations

from statistics import median

from benchmarks import data
from benchmarks.client import Client
from benchmarks.dashboard.page import Shown
from benchmarks.figures import Report
from benchmarks.history.site import archived, url_of
from tests.support.browser import chromium

STREAM = "host"
TIMES, LEAST_TIMES = 10, 3
DAY = 86400
RANGES = {"7 days": 7 * DAY, "30 days": 30 * DAY}
"""In seconds, up to the newest tick, however old that is."""


def stored(report: Report, scale: float) -> None:
    """From choosing a range until all charts in sight have painted it, with a day in between; 66 numbers a tick."""
    times = max(LEAST_TIMES, round(TIMES * scale))
    with archived(scale) as on, chromium() as browser:
        newest = Client(url_of(on, STREAM)).json("")["epochs"][-1]["newest_ts"]
        shown = Shown(browser)
        shown.page.goto(f"{on.processes.url}/s/{STREAM}/")
        shown.page.wait_for_selector(".card .uplot")
        report.add("ticks stored", data.STREAMS[STREAM].ticks * scale)
        for name, seconds in RANGES.items():
            took = list[float]()
            for _ in range(times):
                _show(shown, newest, DAY)
                took.append(_show(shown, newest, seconds))
            report.add(f"{name}: chosen to painted, median", median(took), "ms", most=1000)
            report.add(f"{name}: chosen to painted, worst of {times}", max(took), "ms")
        report.add("errors in the console", len(shown.errors), most=0)


def _show(shown: Shown, to: float, seconds: float) -> float:
    """Milliseconds."""
    took: float = shown.told("show(given)", {"from": to - seconds, "to": to})
    return took
