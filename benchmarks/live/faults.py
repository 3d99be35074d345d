"""What must not disturb, and what must heal: a killed worker, a reader of all the past, peers that never read."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.figures import Report
from benchmarks.live.figures import add, enough, framing, share, wrong
from benchmarks.live.generator import Generator, Outcome, generator
from benchmarks.live.memory import largest
from benchmarks.live.past import STREAM, past
from benchmarks.live.stage import live

KILLED_RATE, KILLED_MANY, KILLED_S = 200, 500, 15.0
BEFORE_S, DOWN_S = 2.0, 1.0
RATE, OTHERS = 1000, 20
BEHIND_MOST_S = 300.0
UNREAD, UNREAD_S, RING_BYTES = 200, 12.0, 8 << 20
FULL_S, STALLED_S = 10.0, 3.0
"""So long until the ring is full, and until those that never read have stalled."""


def killed(report: Report, scale: float) -> None:
    """The worker killed and started again, under 200 ticks/s."""
    framing("ticks.v1; who is cut off connects again after 0.1 to 1 s, with its cursor")
    with live() as on:
        on.produce(KILLED_RATE)
        with generator(on.url, "v1", KILLED_MANY, "--again", "--seconds", KILLED_S) as load:
            load.wait("begin")
            time.sleep(BEFORE_S)
            on.web.kill()
            time.sleep(DOWN_S)
            began = time.time()
            on.start_web()
            answers = time.time() - began
            load.wait("end")
            told = load.wait("result")
    outcome = Outcome(told, KILLED_S, {})
    report.add("subscribers cut off", len(told["closed"]), least=KILLED_MANY)
    report.add("subscribers that got ticks again", len(told["back"]), least=KILLED_MANY)
    report.add("from its restart until it answers", answers, "s")
    report.add("from its restart until all have ticks again", max(told["back"], default=1e9) - began, "s", most=8)
    report.add(f"ticks for each of {KILLED_MANY}", told["ticks"], least=KILLED_RATE * KILLED_S * 0.98)
    report.add("ticks that somebody lacks", told["missing"] + told["holes"], most=0)
    report.add("twice, broken chains, gaps, other messages", wrong(outcome), most=0)
    share(report, "all", outcome)


def behind(report: Report, scale: float) -> None:
    """One reads 1,000,000 ticks of the archive while 20 others get 1000 a second."""
    framing("ticks.v1, all of them")
    filled = past(scale)
    with live(filled.copy_to) as on:
        on.produce(RATE, "--stream", STREAM)
        url = f"{on.url}?stream={STREAM}"
        with generator(url, "v1", OTHERS, "--seconds", BEHIND_MOST_S) as load:
            load.begin(on.costs)
            with generator(f"{url}&from_t=-1", "v1", 1, "--through", filled.ticks) as late:
                told = late.wait("result")
            load.stop()
            others = load.end()
    report.add("ticks from the archive and on", told["ticks"], least=filled.ticks)
    report.add("ticks that it lacks", told["missing"] + told["holes"], most=0)
    report.add("ticks that it got twice, broken chains, gaps", wrong(Outcome(told, 1, {})), most=0)
    report.add("ticks a second from the archive", told["ticks"] / told["seconds"], "1/s", least=50_000)
    share(report, "it", Outcome(told, told["seconds"], {}))
    add(report, "others", others, p99=100)
    enough(report, "others", others, RATE)


def unread(report: Report, scale: float) -> None:
    """200 that never read, beside 20 that do."""
    framing("half ticks.v1, half plain, those that read ticks.v1")
    seconds = max(5.0, UNREAD_S * scale)
    with live(TICKS_RING_BYTES=str(RING_BYTES)) as on:
        on.produce(RATE)
        asked = (on.url, "v1", OTHERS, "--seconds", seconds, "--warm-up")
        with generator(*asked, FULL_S) as load, largest(on) as before_bytes:
            before = load.measure(on.costs)
        half = UNREAD // 2
        with (
            largest(on) as bytes_with,
            generator(on.url, "v1", half, "--unread") as one,
            generator(on.url, "plain", half, "--unread") as other,
        ):
            one.wait("connected")
            other.wait("connected")
            with generator(*asked, STALLED_S) as load:
                beside = load.measure(on.costs)
            told = [_stopped(never) for never in (one, other)]
    add(report, "without them", before)
    add(report, "beside them", beside, p99=1.5 * before.p99 + 10)
    waiting = [size for half in told for size in half["unread_bytes"]]
    report.add("cut off meanwhile, of those that never read", sum(len(half["closed"]) for half in told))
    report.add("unread by each of the others, at least", min(waiting, default=0) / 1e3, "KB", least=1)
    report.add("growth of the web worker", (max(bytes_with) - max(before_bytes)) / 1e6, "MB", most=20)


def _stopped(never: Generator) -> dict[str, Any]:
    never.stop()
    return never.wait("result")
