"""How an outcome is printed, and what is asked of each."""

from __future__ import annotations

from benchmarks.figures import Report
from benchmarks.live.generator import FULL, Outcome


def add(report: Report, who: str, outcome: Outcome, *, p99: float | None = None, every: bool = True) -> None:
    """What it got and what that cost; `p99` in ms is a limit, and so is every tick once where `every` is asked."""
    told, none = outcome.told, 0 if every else None
    report.add(f"{who}: ticks for each of {told['subscribers']}", told["ticks"])
    lost = told["missing"] + told["holes"]
    report.add(f"{who}: ticks that somebody lacks", lost, most=none)
    report.add(f"{who}: twice, broken chains, gaps, other messages", wrong(outcome), most=none)
    for name in ("p50", "p99", "max"):
        figure = told["latency"].get(name, float("inf"))
        report.add(f"{who}: made to received, {name}", figure, "ms", most=p99 if name == "p99" else None)
    cost(report, who, outcome)


def cost(report: Report, who: str, outcome: Outcome) -> None:
    """Each process, their sum where there are several, and the load generator's own share."""
    for name, seconds in outcome.used.items():
        report.add(f"{who}: processor time, {name}", seconds / outcome.seconds * 100, "% of 1")
    if len(outcome.used) > 1:
        report.add(f"{who}: processor time, all of these", outcome.cost * 100, "% of 1")
    share(report, who, outcome)


def share(report: Report, who: str, outcome: Outcome) -> None:
    told = outcome.told["share"]
    report.add(f"{who}: processor time, load generator", told * 100, "% of 1")
    if told > FULL:
        print(f"  {who}: THE LOAD GENERATOR WAS THE LIMIT: its figures are not the server's", flush=True)


def wrong(outcome: Outcome) -> int:
    told = outcome.told
    return int(told["twice"] + told["broken"] + len(told["others"]))


def enough(report: Report, who: str, outcome: Outcome, rate: float) -> None:
    """The ticks were made at that rate, or nothing was shown."""
    report.add(f"{who}: ticks a second", outcome.told["ticks"] / outcome.seconds, "1/s", least=rate * 0.95)


def framing(words: str) -> None:
    print(f"  framing: {words}", flush=True)
