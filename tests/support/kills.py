"""Producers killed at random moments while they write, and what must be true afterwards."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.processes import Processes, Running
from tests.support.subscriber import Subscriber

RATE = 2000
SIMULATION = ("simulation", "--rate", str(RATE), "--agents", "11")
# Several threads write at once, as fast as the rate asks for: a kill hits a write more often than not.
THREADS = f"""
import django; django.setup()
import threading, time
from ticks.producer import TickWriter
writer = TickWriter("main")
def flood():
    at = time.monotonic()
    while True:
        writer.write({{"agents": [{{"x": i, "y": i / 7}} for i in range(40)]}})
        at += 4 / {RATE}
        time.sleep(max(0, at - time.monotonic()))
for _ in range(4):
    threading.Thread(target=flood).start()
"""


def kill_producers(
    processes: Processes,
    subscriber: Subscriber,
    times: int,
    seed: int,
    progress: Callable[[int], object] = lambda done: None,
) -> int:
    """Start and kill a producer so often, at 2000 ticks/s; returns how many left a file open that they wrote to."""
    moments, left_open = random.Random(seed), 0
    for kill in range(times):
        before = len(subscriber.got)
        producer = _started(processes, kill)
        subscriber.wait_for(before + 1)
        time.sleep(moments.uniform(0, 0.3))  # the moment of the kill is what is varied
        producer.kill()
        left_open += _left_open(processes.home)
        progress(kill + 1)
    return left_open


def _started(processes: Processes, kill: int) -> Running:
    return processes.program(THREADS) if kill % 2 else processes.producer(*SIMULATION)


def _left_open(home: Path) -> bool:
    return any(path.stat().st_size for path in home.glob("archive/main/*/active.jsonl"))
