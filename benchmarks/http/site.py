"""The API, while the stream goes on."""

from __future__ import annotations

from benchmarks.figures import Report, percentile
from benchmarks.live.figures import add, enough, framing
from benchmarks.live.generator import generator
from benchmarks.live.sides import RATE
from benchmarks.live.stage import live
from benchmarks.measured import run

MANY, MOST_S = 100, 300.0
CLIENTS = (1, 4)
COUNT, LEAST = 600, 300
WARM = 20


def api(report: Report, scale: float) -> None:
    """The list of streams, asked for by one and by four at once, beside 1000 ticks/s to 100."""
    framing("the subscribers ticks.v1; who asks goes on at once, over a connection that is kept")
    count = max(LEAST, int(COUNT * scale))
    with live() as on:
        on.produce(RATE)
        url = f"{on.processes.url}/api/streams/"
        run("asking", on.home, url, 1, WARM)
        with generator(on.url, "v1", MANY, "--seconds", MOST_S) as load:
            load.begin(on.costs)
            answered = {clients: run("asking", on.home, url, clients, count // clients) for clients in CLIENTS}
            load.stop()
            others = load.end()
    for clients, told in answered.items():
        who = f"{clients} at a time"
        report.add(f"{who}: answers", len(told["ms"]), least=LEAST)
        report.add(f"{who}: asked to answered, p50", percentile(told["ms"], 0.5), "ms")
        report.add(f"{who}: asked to answered, p99", percentile(told["ms"], 0.99), "ms", most=100)
        report.add(f"{who}: answers a second", 1000 * clients * len(told["ms"]) / sum(told["ms"]), "1/s")
        report.add(f"{who}: processor time, who asks", told["share"] * 100, "% of 1")
    add(report, "subscribers", others)
    enough(report, "subscribers", others, RATE)
