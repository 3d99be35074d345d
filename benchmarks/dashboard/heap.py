"""A page that stays open: what it keeps."""

from __future__ import annotations

import time
from statistics import linear_regression

from benchmarks.dashboard.page import CHARTS, watching
from benchmarks.figures import Report

WARM_UP_S, LEAST_WARM_UP_S = 60.0, 25.0
"""It keeps the last 20,000 ticks' numbers: before they are there, it has to grow."""
MINUTES = 10.0
EACH_S, LEAST_EACH_S = 30.0, 3.0
LEAST_SAMPLES = 5


def heap(report: Report, scale: float) -> None:
    """1000 ticks/s for 10 minutes, garbage collected before each look."""
    each = max(LEAST_EACH_S, EACH_S * scale)
    samples = max(LEAST_SAMPLES, round(MINUTES * 60 * scale / each)) + 1
    with watching("thousand") as (_, shown):
        shown.page.wait_for_timeout(max(LEAST_WARM_UP_S, WARM_UP_S * scale) * 1000)
        began, first = time.monotonic(), shown.told("received(null)")["last"]
        nodes = shown.metrics()["Nodes"]
        minutes, used = list[float](), list[dict[str, float]]()
        for number in range(samples):
            shown.page.wait_for_timeout(max(0.0, began + number * each - time.monotonic()) * 1000)
            minutes.append((time.monotonic() - began) / 60)
            used.append(shown.heap_bytes())
        received = shown.told("received(null)")["last"] - first
        drawn, grown = shown.told("counts()"), shown.metrics()["Nodes"] - nodes
    report.add("charts that are drawn", sum(count > samples for count in drawn), least=CHARTS)
    report.add("ticks a second, as they arrive", received / minutes[-1] / 60, "1/s", least=950)
    for kind in ("objects", "arrays"):
        report.add(f"{kind}, at first", used[0][kind] / 1e6, "MB")
        report.add(f"{kind}, at last", used[-1][kind] / 1e6, "MB")
    sums = [sum(one.values()) / 1e6 for one in used]
    report.add(f"slope of all, over {samples} looks", linear_regression(minutes, sums).slope, "MB/min", most=1)
    report.add("slope of objects", linear_regression(minutes, [one["objects"] / 1e6 for one in used]).slope, "MB/min")
    report.add("growth of the number of nodes", grown)
