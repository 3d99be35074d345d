"""A tab that is hidden for long, and shown again."""

from __future__ import annotations

import json
import math
import time
from typing import Any, NamedTuple

from benchmarks.dashboard.chrome import Chrome, Tab, chrome
from benchmarks.dashboard.drawn import Archived, reaches, wrong
from benchmarks.dashboard.page import CHARTS, HIGH, PROBE, WIDE, at_work, url_of
from benchmarks.figures import Report
from benchmarks.stage import Stage

WARM_UP_S = 10.0
ABSENCES = {"5 min": 300.0}
"""In seconds."""
RETURN_S = 4.0
"""What is painted in the first 3 s is noted down."""
LEAST_S = 5.0
ERRORS = ("Runtime.exceptionThrown",)


class Return(NamedTuple):
    seconds: float
    """That it was hidden."""
    steady: float
    """Paints a second of a chart, before."""
    meanwhile: int
    """Paints while it was hidden."""
    last_t: int
    """That it had received when it was shown."""
    paints: list[dict[str, Any]]


def hidden(report: Report, scale: float) -> None:
    """1000 ticks/s behind another tab."""
    returns = dict[str, Return]()
    with at_work("thousand") as (on, producer), chrome(WIDE, HIGH) as browser:
        other, tab = Tab(browser), _opened(browser, on)
        time.sleep(WARM_UP_S)
        for name, seconds in ABSENCES.items():
            returns[name] = _away(tab, other, max(LEAST_S, seconds * scale))
        errors = sum(tab.happened(name) for name in ERRORS)
        producer.stop()
        archived = _archived(on, returns)
    for name, seen in returns.items():
        _judge(report, name, seen, archived)
    report.add("errors in the page", errors, most=0)


def _opened(browser: Chrome, on: Stage) -> Tab:
    tab = Tab(browser)
    tab.call("Page.enable")
    tab.call("Runtime.enable")
    tab.call("Page.addScriptToEvaluateOnNewDocument", source=PROBE.read_text())
    tab.call("Page.navigate", url=url_of(on))
    tab.wait_for("typeof bench === 'object' && bench.firstData !== null")
    return tab


def _away(tab: Tab, other: Tab, seconds: float) -> Return:
    before, began = tab.evaluate("bench.counts()"), time.monotonic()
    time.sleep(LEAST_S)
    after = tab.evaluate("bench.counts()")
    steady = max(map(int.__sub__, after, before)) / (time.monotonic() - began)
    other.show()
    tab.wait_for("document.hidden")
    hidden = sum(tab.evaluate("bench.counts()"))
    time.sleep(seconds)
    assert tab.evaluate("document.hidden")
    told = tab.evaluate("[bench.counts(), tickMonitor.seen().at(-1)]")
    tab.show()
    tab.wait_for("!document.hidden")
    time.sleep(RETURN_S)
    paints = json.loads(tab.evaluate("JSON.stringify(bench.shownAgain)"))
    return Return(seconds, steady, sum(told[0]) - hidden, told[1], paints)


def _archived(on: Stage, returns: dict[str, Return]) -> Archived:
    """All that was ever in sight after a return."""
    painted = [paint for seen in returns.values() for paint in seen.paints]
    paths = {path for paint in painted for chart in paint["charts"] for path in chart["fields"]}
    begin = min(paint["range"]["from"] for paint in painted)
    return Archived(on.home / "archive" / "main", begin - 60, sorted(paths))


def _judge(report: Report, who: str, seen: Return, archived: Archived) -> None:
    first, last = seen.paints[0], seen.paints[-1]
    shown_ts = first["range"]["to"] - first["at"] / 1000
    whole = next((paint for paint in seen.paints if _is_whole(paint, archived)), None)
    report.add(f"{who}: hidden for", seen.seconds, "s")
    report.add(f"{who}: charts that are drawn", sum(count > 0 for count in last["counts"]), least=CHARTS)
    report.add(f"{who}: paints while hidden", seen.meanwhile, most=0)
    report.add(f"{who}: ticks not received yet when shown", archived.newest_t(shown_ts) - seen.last_t)
    report.add(f"{who}: shown to the first paint", first["at"], "ms")
    report.add(f"{who}: shown to all painted", whole["at"] if whole else math.inf, "ms", most=500)
    report.add(f"{who}: paints of a chart for that", max(whole["counts"]) if whole else math.inf, most=1)
    soon = [max(paint["counts"]) for paint in seen.paints if paint["at"] <= 1000]
    report.add(f"{who}: paints of a chart in the first second", soon[-1], most=1 + math.ceil(seen.steady))
    report.add(f"{who}: points compared", sum(len(chart["x"]) for chart in last["charts"]))
    report.add(f"{who}: points unlike the archive", sum(wrong(chart, archived) for chart in last["charts"]), most=0)


def _is_whole(paint: dict[str, Any], archived: Archived) -> bool:
    return all(reaches(chart, paint["range"], archived) and not wrong(chart, archived) for chart in paint["charts"])
