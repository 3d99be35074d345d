"""The producer: how exactly it keeps its times, how fast it is, and what it costs."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.figures import Report, percentile, wait_until_idle
from benchmarks.stage import Stage, cpu_s, rss_bytes, stage
from tests.support.processes import Running
from tests.support.waiting import until

SENT = re.compile(r"sent at (\d+\.\d+),")
RATE = 1000.0
MAX_RATE_S = 30.0
BURN = "while True: pass"


def timing(report: Report, scale: float) -> None:
    """A tick a second for 5 minutes, judged by its own stamps, its publication and its arrival elsewhere."""
    wait_until_idle()
    seconds = int(300 * scale)
    with stage() as on:
        on.processes.producer("host", "--ticks", "3").process.wait(60)
        watcher = on.watch()
        watcher.wait_for(3)  # which it reads as the past
        producer = on.processes.producer("host", "--ticks", str(seconds), "--verbosity", "2")
        producer.process.wait(seconds + 60)
        watcher.wait_for(seconds + 3)
        ticks = on.ticks()[3:]
        sampled = [float(str(tick["ts"])) for tick in ticks]
        for what, stamps in (
            ("sampled", sampled),
            ("published", [float(at) for at in SENT.findall(producer.said)]),
            ("arrived at a socket", watcher.arrivals[3:]),
        ):
            errors = [abs(after - before - 1) * 1000 for before, after in itertools.pairwise(stamps)]
            report.add(f"interval error, {what}, p99", percentile(errors, 0.99), "ms", most=2)
            report.add(f"interval error, {what}, worst of {len(errors)}", max(errors), "ms", most=5)
        report.add(
            "drift: last tick against the first", abs(sampled[-1] - sampled[0] - (seconds - 1)) * 1000, "ms", most=5
        )
        _late(report, ticks, most=1)


def busy(report: Report, scale: float) -> None:
    """The same for a minute with every core busy."""
    with stage() as on, _burning(2):
        on.processes.producer("host", "--ticks", str(int(60 * scale))).process.wait(600)
        _late(report, on.ticks(), most=5)


def fast(report: Report, scale: float) -> None:
    """A tick each 10 ms, for a minute, beside a program that only sleeps: a machine stands still at times."""
    wait_until_idle()
    seconds = 60 * scale
    with stage() as on:
        bare = on.program("bare", 0.01, seconds + 5)
        on.processes.producer("host", "--interval", "0.01", "--duration", str(seconds)).process.wait(600)
        bare.process.wait(60)
        ticks = on.ticks()
        _late(report, ticks)
        stalls = int(bare.said)
        report.add("deadlines that a bare loop of sleep missed meanwhile", stalls)
        report.add(f"deadlines missed, of {len(ticks)}", sum(_monitor(ticks, "missed")), most=stalls)


def most(report: Report, scale: float) -> None:
    """As fast as it goes, with a subscriber that has to get every tick."""
    with stage() as on:
        watcher = on.watch()
        seconds = MAX_RATE_S * scale
        producer = on.processes.producer(
            "simulation", "--rate", "max", "--agents", "11", "--duration", str(seconds), "--json"
        )
        watcher.wait_for(20_000)
        began, before, seen = time.monotonic(), rss_bytes(producer), len(watcher.ts)
        largest = before
        used = {"producer": cpu_s(producer), "web worker": cpu_s(on.web)}
        while producer.process.poll() is None and time.monotonic() < began + seconds - 4:
            time.sleep(0.5)
            largest = max(largest, rss_bytes(producer))
        elapsed, got = time.monotonic() - began, len(watcher.ts) - seen
        for who, running in (("producer", producer), ("web worker", on.web)):
            report.add(f"processor time, {who}", (cpu_s(running) - used[who]) / elapsed * 100, "% of 1")
        producer.process.wait(120)
        archived = on.archived()
        until(lambda: len(watcher.ts) >= len(archived), "the subscriber has all")
        report.add("bytes a tick", _total(producer, "raw_bytes") / len(archived), "B", least=1350)
        report.add("ticks a second, as they arrive", got / elapsed, "1/s", least=20_000)
        report.add("ticks that the subscriber lacks or has twice", _differ(watcher.ts, archived), most=0)
        report.add("other messages: gaps, errors", len(watcher.others), most=0)
        report.add("growth of the producer", (largest - before) / 1e6, "MB", most=20)


def steady(report: Report, scale: float) -> None:
    """What 1000 ticks a second cost over sampling them alone, and against the program that this one replaces."""
    seconds = 20 * scale
    with stage() as on:
        watcher = on.watch()
        ours = _cost_of_producing(on, seconds)
        drained = _cost_of(on.program("drain", RATE, seconds), seconds)
        naive = _cost_of(on.program("naive", RATE, seconds), seconds)
        report.add("ticks that the subscriber lacks or has twice", _differ(watcher.ts, on.archived()), most=0)
    report.add("1000 ticks/s archived and published", ours * 100, "% of 1")
    report.add("the same, sampled and dropped", drained * 100, "% of 1")
    report.add("what archiving and publishing cost", (ours - drained) * 100, "% of 1", most=15)
    report.add("sleep, lock, copy and send, as many ticks", naive * 100, "% of 1")
    report.add("ours against that", ours / naive * 100, "%", most=70)


def latency(report: Report, scale: float) -> None:
    """From `write` to a subscriber's socket, at a tick a second."""
    wait_until_idle()
    count = int(120 * scale)
    with stage() as on:
        watcher = on.watch()
        on.program("stamped", count, 1).process.wait(count + 60)
        watcher.wait_for(count)
        sent = [float(str(tick["sent"])) for tick in on.ticks()]
        delays = [(at - before) * 1000 for at, before in zip(watcher.arrivals, sent, strict=True)]
        report.add("write to socket, p50", percentile(delays, 0.5), "ms")
        report.add("write to socket, p99", percentile(delays, 0.99), "ms", most=5)


PARTS = {"timing": timing, "fast": fast, "latency": latency, "busy": busy, "max": most, "steady": steady}
"""First those that want an idle machine."""


def _late(report: Report, ticks: Sequence[dict[str, object]], most: float | None = None) -> None:
    late = _monitor(ticks, "late_ms")
    took = _monitor(ticks, "sample_ms")
    report.add("sampling took, p50", percentile(took, 0.5), "ms")
    report.add("sampling took, p99", percentile(took, 0.99), "ms")
    report.add("sampled late, p50", percentile(late, 0.5), "ms")
    report.add("sampled late, p99", percentile(late, 0.99), "ms", most=most)
    report.add(f"sampled late, worst of {len(late)}", max(late), "ms")


def _monitor(ticks: Sequence[dict[str, object]], key: str) -> list[float]:
    return [float(monitor[key]) for tick in ticks if isinstance(monitor := tick["monitor"], dict)]


def _total(producer: Running, key: str) -> float:
    """What a producer that was run with `--json` said at its end."""
    return float(json.loads(producer.said[producer.said.rindex('{"ts"') :].partition("\n")[0])[key])


def _differ(ts: Sequence[int], archived: Sequence[tuple[str, int]]) -> int:
    """How many ticks are not where they should be; one epoch, as nobody was restarted."""
    until(lambda: len(ts) >= len(archived), "the subscriber has all")
    expected = [t for _, t in archived]
    if len({epoch for epoch, _ in archived}) != 1:
        return len(expected)
    return abs(len(ts) - len(expected)) + sum(has != should for has, should in zip(ts, expected, strict=False))


def _cost_of_producing(on: Stage, seconds: float) -> float:
    """The share of a core, without the start."""
    producer = on.processes.producer("simulation", "--rate", f"{RATE:g}", "--duration", str(seconds + 4))
    producer.wait_to_say("→ stream main")
    time.sleep(2)
    before, began = cpu_s(producer), time.monotonic()
    time.sleep(seconds)
    cost = (cpu_s(producer) - before) / (time.monotonic() - began)
    producer.process.wait(60)
    return cost


def _cost_of(program: Running, seconds: float) -> float:
    """The share of a core for as many ticks as the rate asks for, by the program's own account."""
    program.process.wait(seconds + 60)
    count, used = program.said.split()[-2:]
    return float(used) / float(count) * RATE


@contextmanager
def _burning(cores: int) -> Iterator[None]:
    burners = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(cores)]
    threading.Event().wait(2)
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()
