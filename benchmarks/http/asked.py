"""Ticks that are asked for: by many that wait for the next one, and all of a range at once."""

from __future__ import annotations

from benchmarks.figures import Report
from benchmarks.live.figures import add, enough, framing
from benchmarks.live.generator import generator
from benchmarks.live.memory import largest
from benchmarks.live.past import STREAM, past
from benchmarks.live.sides import RATE
from benchmarks.live.stage import Live, live
from benchmarks.measured import run

POLLERS, POLLED_S, AWAKE_S = 200, 30.0, 0.005
RANGE, TIMES = 0.1, 10
"""Of a million ticks; so often one after the other."""
OTHERS, MOST_S = 20, 300.0
WARM, WARM_TIMES = 10_000, 5
TWO_FULL_CORES = 0.95
"""On them a simulation of that rate itself falls behind a little."""


def poll(report: Report, scale: float) -> None:
    """A tick a second to 200, each of whom asks for the next one at once."""
    framing("JSON, over connections that are kept")
    seconds = max(5.0, POLLED_S * scale)
    with live() as on:
        on.produce(1)
        options = ("--seconds", seconds, "--awake", AWAKE_S)
        with generator(on.at("poll"), "poll", POLLERS, *options) as load:
            told = load.measure(on.costs)
    add(report, "pollers", told, p99=50)
    report.add("pollers: answers a second", told.told["frames"] / told.seconds, "1/s", least=POLLERS * 0.8)


def ranges(report: Report, scale: float) -> None:
    """100,000 ticks of the archive, time and again, beside 20 at 1000 ticks/s; then the memory that a million takes."""
    framing("JSON, not compressed; the others ticks.v1")
    few, all = past(RANGE * scale), past(scale)
    with live(few.copy_to) as on:
        on.produce(RATE, "--stream", STREAM)
        with generator(f"{on.url}?stream={STREAM}", "v1", OTHERS, "--seconds", MOST_S) as load:
            load.begin(on.costs)
            told = run("ranging", on.home, _range(on, few.ticks), few.ticks, TIMES)
            load.stop()
            others = load.end()
    report.add("ticks of a range", few.ticks)
    report.add("ticks a second", few.ticks * TIMES / sum(told["seconds"]), "1/s", least=100_000)
    report.add("ticks a second, of the slowest", few.ticks / max(told["seconds"]), "1/s")
    report.add("processor time, who reads them", told["share"] * 100, "% of 1")
    add(report, "others", others, p99=100)
    enough(report, "others", others, RATE * TWO_FULL_CORES)
    with live(all.copy_to) as on:
        on.produce(1, "--stream", STREAM)
        run("ranging", on.home, _range(on, WARM), WARM, WARM_TIMES)
        before = on.web_bytes()
        with largest(on) as seen:
            told = run("ranging", on.home, _range(on, all.ticks), all.ticks, 1)
    report.add("ticks of a large range", all.ticks)
    report.add("ticks a second, nobody else being there", all.ticks / sum(told["seconds"]), "1/s")
    report.add("growth of the web worker", (max(seen) - before) / 1e6, "MB", most=20)


def _range(on: Live, ticks: int) -> str:
    return f"{on.processes.url}/range?stream={STREAM}&t0=1&t1={ticks}"
