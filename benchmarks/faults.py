"""Faults, each many times or for long: what was published is archived and arrives, once, in order."""

from __future__ import annotations

import random
import sys
import time

from benchmarks.figures import Report
from benchmarks.stage import Stage, rss_bytes, stage
from tests.support.kills import RATE, SIMULATION, kill_producers
from tests.support.processes import Running
from tests.support.subscriber import Subscriber
from tests.support.waiting import until

KILLS = 200
FROZEN_S = 30.0
SLOW_S = 30.0


def kills(report: Report, scale: float) -> None:
    """SIGKILL to the producer at random moments, under 2000 ticks/s."""
    times, seed = int(KILLS * scale), random.randrange(1 << 32)
    print(f"  seed {seed}")
    with stage() as on:
        subscriber = Subscriber(on.processes.socket_url, "from_t=-1")
        left_open = kill_producers(on.processes, subscriber, times, seed, _say)
        on.processes.producer(*SIMULATION, "--ticks", "10").process.wait(120)
        report.add("kills over a file that was being written", left_open, least=times)
        _judge(report, on, subscriber)


def frozen(report: Report, scale: float) -> None:
    """Redis stopped for 30 s, under 2000 ticks/s."""
    with stage() as on:
        producer, subscriber = _at_work(on)
        before = rss_bytes(producer)
        on.valkey.freeze()
        time.sleep(FROZEN_S * scale)
        grown, seen = rss_bytes(producer) - before, len(subscriber.got)
        on.valkey.thaw()
        subscriber.wait_for(seen + 1000)
        producer.stop()
        report.add("growth of the producer meanwhile", grown / 1e6, "MB", most=40)
        _judge(report, on, subscriber)


def slow(report: Report, scale: float) -> None:
    """A Redis that gets to run for 5 ms in 50, under 2000 ticks/s."""
    with stage() as on:
        producer, subscriber = _at_work(on)
        with on.valkey.slowed() as turns:
            time.sleep(SLOW_S * scale)
        report.add("times that it was stopped", turns(), least=100 * scale)
        producer.stop()
        _judge(report, on, subscriber)


PARTS = {"kills": kills, "frozen": frozen, "slow": slow}


def _at_work(on: Stage) -> tuple[Running, Subscriber]:
    """A simulation at 2000 ticks/s, and a subscriber that has its beginning."""
    subscriber = Subscriber(on.processes.socket_url, "from_t=-1")
    producer = on.processes.producer(*SIMULATION)
    subscriber.wait_for(2 * RATE)
    return producer, subscriber


def _judge(report: Report, on: Stage, subscriber: Subscriber) -> None:
    archived = on.archived()
    until(lambda: len(subscriber.got) >= len(archived), f"{len(archived)} ticks arrive", 300)
    numbers = [t for _, t in archived]
    report.add("ticks", len(archived))
    report.add("epochs", len({epoch for epoch, _ in archived}), most=1)
    report.add("numbers missing or twice in the archive", sum(t != i for i, t in enumerate(numbers, 1)), most=0)
    unlike = sum(one != other for one, other in zip(subscriber.got, archived, strict=False))
    report.add(
        "ticks that the subscriber lacks or has twice", unlike + abs(len(subscriber.got) - len(archived)), most=0
    )
    report.add("gaps, and broken chains", len(subscriber.gaps) + len(subscriber.broken), most=0)
    subscriber.stop()


def _say(done: int) -> None:
    if sys.stdout.isatty():
        print(f"\r  {done} kills", end="\n" if done % 100 == 0 else "", flush=True)
