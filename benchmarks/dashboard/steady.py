"""An open page, as ticks come: what the main thread has to do, and whether it is there for its user."""

from __future__ import annotations

import time
from typing import NamedTuple

from benchmarks.dashboard.page import CHARTS, Shown, watching
from benchmarks.figures import Report, percentile

SPANS = {"5 min": 300, "1 min": 60}
"""What is shown, in seconds. The shorter it is, the more often it moves by a pixel."""
WARM_UP_S = 10.0
SECONDS, LEAST_S = 30.0, 5.0
SLOW_S, LEAST_SLOW_S = 60.0, 10.0
LOOK_S = 5.0
"""The page keeps what it received in the last 20 s."""
INPUTS_S, LEAST_INPUTS_S = 30.0, 5.0
STEP_MS = 40
STEP_PX = 7
STEPS = 180
SOON_MS = 16
"""The browser does not tell of what is faster."""


class Window(NamedTuple):
    seconds: float
    busy: dict[str, float]
    """Shares of its time."""
    paints: list[float]
    """A second, of each chart."""
    missing: int
    received: int
    jumps: int


def fast(report: Report, scale: float) -> None:
    """1000 ticks/s, and 12 charts in sight."""
    with watching("thousand") as (on, shown):
        for name, span in SPANS.items():
            shown.page.evaluate(f"tickMonitor.timeline.follow({span})")
            window = _watch(shown, max(LEAST_S, SECONDS * scale))
            _add(report, name, window, most=30)
            report.add(f"{name}: paints a second of a chart, most", max(window.paints), "1/s", most=10)
            report.add(f"{name}: paints a second of a chart, fewest", min(window.paints), "1/s", least=1)
            report.add(f"{name}: ticks a second, as they arrive", window.received / window.seconds, "1/s", least=950)
        _disturb(report, shown, max(LEAST_INPUTS_S, INPUTS_S * scale))
        _add_faults(report, shown, on.processes.url)


def slow(report: Report, scale: float) -> None:
    """A tick a second on the same page."""
    with watching("second") as (on, shown):
        window = _watch(shown, max(LEAST_SLOW_S, SLOW_S * scale))
        _add(report, "5 min", window, most=5)
        report.add("paints a second of a chart, most", max(window.paints), "1/s", most=10)
        report.add("ticks a second, as they arrive", window.received / window.seconds, "1/s", least=0.9)
        _add_faults(report, shown, on.processes.url)


def _watch(shown: Shown, seconds: float) -> Window:
    """Nobody touches it."""
    shown.page.wait_for_timeout(WARM_UP_S * 1000)
    began = shown.told("received(null)")["last"]
    before, drawn, jumps = shown.metrics(), shown.told("counts()"), shown.told("jumps")
    last, missing, end = began, 0, time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        shown.page.wait_for_timeout(min(LOOK_S, left) * 1000)
        told = shown.told("received(given)", last)
        last, missing = told["last"], missing + told["missing"]
    after, drawn_then = shown.metrics(), shown.told("counts()")
    took = after["Timestamp"] - before["Timestamp"]
    parts = ("TaskDuration", "ThreadTime", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
    return Window(
        took,
        {part: (after[part] - before[part]) / took for part in parts},
        [(then - now) / took for now, then in zip(drawn, drawn_then, strict=True)],
        missing,
        last - began,
        shown.told("jumps") - jumps,
    )


def _add(report: Report, who: str, window: Window, *, most: float) -> None:
    busy = window.busy
    report.add(f"{who}: charts that are drawn", sum(paints > 0 for paints in window.paints), least=CHARTS)
    report.add(f"{who}: main thread busy", busy["TaskDuration"] * 100, "%", most=most)
    report.add(f"{who}: main thread, processor time", busy["ThreadTime"] * 100, "% of 1")
    report.add(f"{who}: main thread, scripts", busy["ScriptDuration"] * 100, "%")
    layout = busy["LayoutDuration"] + busy["RecalcStyleDuration"]
    report.add(f"{who}: main thread, styles and layout", layout * 100, "%")
    report.add(f"{who}: ticks that are missing, of {window.received}", window.missing, most=0)
    report.add(f"{who}: things that moved up or down", window.jumps, most=0)


def _disturb(report: Report, shown: Shown, seconds: float) -> None:
    """A mouse that wanders over the charts, whose cursors go along, and keys."""
    box = shown.page.locator(".u-over").first.bounding_box()
    assert box is not None
    shown.told("listen()")
    step, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        step += 1
        across = step * STEP_PX % box["width"]
        shown.page.mouse.move(box["x"] + across, box["y"] + box["height"] * (step % STEPS) / STEPS)
        shown.page.keyboard.press("Shift")
        shown.page.wait_for_timeout(STEP_MS)
    told = shown.told("inputs()")
    delays, paints = told["delays"], told["paints"] + [SOON_MS] * (step - len(told["paints"]))
    report.add(f"input until it is begun with, p50 of {len(delays)}", percentile(delays, 0.5), "ms")
    report.add("input until it is begun with, p98", percentile(delays, 0.98), "ms", most=50)
    report.add("input until it is begun with, worst", max(delays), "ms")
    report.add(f"key until the next paint, p98 of {len(paints)}", percentile(paints, 0.98), "ms")


def _add_faults(report: Report, shown: Shown, site: str) -> None:
    report.add("requests to others", len(shown.outside(site)), most=0)
    report.add("errors in the console", len(shown.errors), most=0)
