"""What subscribers take of the web worker's memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.figures import Report
from benchmarks.live.figures import framing
from benchmarks.live.generator import generator
from benchmarks.live.stage import Live, live

WARM, MANY = 100, 1000
SETTLE_S, SECONDS = 3.0, 10.0
LOOK_S = 0.2


@contextmanager
def largest(on: Live) -> Iterator[list[int]]:
    """What the web worker's memory was, again and again."""
    seen, over = [on.web_bytes()], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_S):
            seen.append(on.web_bytes())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def memory(report: Report, scale: float) -> None:
    """1000 that wait for ticks, then get one a second."""
    framing("ticks.v1")
    with live() as on:
        on.produce(1)
        with generator(on.url, "v1", WARM, "--warm-up", 0, "--seconds", SETTLE_S) as load:
            load.wait("result")
        on.stop_producing()
        time.sleep(SETTLE_S)
        before = on.web_bytes()
        with generator(on.url, "v1", MANY, "--warm-up", SETTLE_S, "--seconds", 4 * SECONDS) as load:
            load.wait("begin")
            idle = on.web_bytes()
            on.produce(1)
            time.sleep(max(SETTLE_S, SECONDS * scale))
            busy = on.web_bytes()
            load.stop()
            told = load.wait("result")
    report.add("web worker without subscribers", before / 1e6, "MB")
    report.add(f"ticks for each of {told['subscribers']}", told["least"], least=2)
    report.add("a subscriber that waits", (idle - before) / MANY / 1e3, "KB", most=25)
    report.add("a subscriber that gets a tick a second", (busy - before) / MANY / 1e3, "KB", most=25)
