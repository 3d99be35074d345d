"""The first paint: how soon something can be read, and how much that has to load.

Nobody watches the requests of a page that is timed: to be told of each takes a browser longer than some of them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from statistics import median
from time import sleep

from playwright.sync_api import Browser, Request

from benchmarks.dashboard.chrome import Chrome, apart, chrome
from benchmarks.dashboard.page import PROBE, WIDE, Shown, url_of
from benchmarks.figures import Report
from benchmarks.stage import Stage, stage
from tests.support.browser import chromium
from tests.support.waiting import until

LOADS, LEAST_LOADS = 10, 3
SCREEN = 900
"""Its height, in CSS pixels."""
PAST = 400
"""Ticks that are stored before the first load."""
FIRST_CONTENTFUL = 'performance.getEntriesByName("first-contentful-paint")[0].startTime'
IN_FULL_S = 1.0
"""What a page loads later than this after its first chart is of its daily work."""
HAS_DATA = "typeof bench === 'object' && bench.firstData !== null"
FOUND = f"""JSON.stringify({{
    "first text": {FIRST_CONTENTFUL},
    "first chart with data": bench.firstData,
    "long tasks": bench.longTasks.length,
    "longest task, ms": Math.max(0, ...bench.longTasks),
    shift: bench.shift,
}})"""


def paint(report: Report, scale: float) -> None:
    """The host's own dashboard, a tick a second, loaded again and again with nothing cached."""
    loads = max(LEAST_LOADS, round(LOADS * scale))
    with stage() as on:
        _begin(on)
        with chrome(WIDE, SCREEN) as browser:
            _load(on, browser)  # a browser's very first page waits for the browser
            each = [_load(on, browser) for _ in range(loads)]
        for what in ("first text", "first chart with data"):
            took = [one[what] for one in each]
            report.add(f"{what}, median", median(took), "ms", most=1000)
            report.add(f"{what}, worst of {loads}", max(took), "ms", most=1000)
        for what in ("long tasks", "longest task, ms"):
            report.add(f"{what}, median", median([one[what] for one in each]))
        report.add("layout shift, worst", max(one["shift"] for one in each), most=0.1)
        with chromium() as watched:
            _weigh(report, on, watched)


def _begin(on: Stage) -> None:
    on.processes.producer("host", "--interval", "0.01", "--ticks", str(PAST)).process.wait(60)
    on.processes.producer("host")
    until(lambda: len(on.archived()) > PAST, "a tick a second is made")


def _load(on: Stage, browser: Chrome) -> dict[str, float]:
    with apart(browser) as tab:
        tab.call("Page.enable")
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=PROBE.read_text())
        tab.call("Page.navigate", url=url_of(on))
        # To look more often would be watching.
        until(lambda: tab.evaluate(HAS_DATA), "a chart with data is painted", every_s=IN_FULL_S)
        sleep(IN_FULL_S)
        found: dict[str, float] = json.loads(tab.evaluate(FOUND))
    return found


def _weigh(report: Report, on: Stage, browser: Browser) -> None:
    """All that came in answer to a request; what comes over the WebSocket is the stream."""
    shown, done = Shown(browser, SCREEN), list[Request]()
    shown.page.on("requestfinished", lambda request: done.append(request))
    shown.open(url_of(on))
    shown.page.wait_for_load_state("networkidle")
    report.add("requests to others", len(shown.outside(on.processes.url)), most=0)
    report.add("errors in the console", len(shown.errors), most=0)
    packed, wire = dict[str, float](), dict[str, float]()
    for request in done:
        response = request.response()
        assert response is not None
        kind = "data" if "/api/" in request.url else "page"
        sizes = request.sizes()
        packed[kind] = packed.get(kind, 0) + len(gzip.compress(response.body(), 6))
        wire[kind] = wire.get(kind, 0) + sizes["responseBodySize"] + sizes["responseHeadersSize"]
    report.add("requests", len(done))
    _add_weight(report, "gzip", packed, most=200)
    _add_weight(report, "as sent, with headers", wire)


def _add_weight(report: Report, how: str, sizes: Mapping[str, float], most: float | None = None) -> None:
    for kind, size in sizes.items():
        report.add(f"{kind}, {how}", size / 1e3, "KB")
    report.add(f"all, {how}", sum(sizes.values()) / 1e3, "KB", most=most)
