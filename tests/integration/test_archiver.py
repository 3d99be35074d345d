"""The archiver beside a producer and its readers, killed at every point of its work."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil

from tests.integration.cases import ProcessCase
from tests.support.archived import ticks_of
from tests.support.processes import Running, manage
from tests.support.subscriber import Subscriber
from tests.support.waiting import until
from ticks.archive.lock import ArchiverLock, is_free

RATE = 500
ENDLESS = 10**6
PRODUCE = """
import django; django.setup()
from django.core.management import call_command
from ticks.producer import filing
from ticks.supervisor import companion
filing.CLOSE_BYTES, companion.LOOK_S = 16 << 10, 3600
call_command("runproducer", "simulation", "--rate", "RATE", "--ticks", "TICKS")
"""
ARCHIVE = """
import os, signal
import django; django.setup()
from pathlib import Path
from django.core.management import call_command
from ticks.archive import archiver, index, plan
from ticks.archive.rollups import kept
plan.SEGMENT_BYTES, archiver.EVERY_S, kept.FRAME_BYTES = 64 << 10, 0.05, 300

def strike(module, name, *, after, at=""):
    work, struck = getattr(module, name), []
    def hit():
        struck.append(True)
        print("SIGNAL at POINT", flush=True)
        os.kill(os.getpid(), signal.SIGNAL)
    def do(*args, **options):
        concerned = not struck and str(args[0]).endswith(at)
        if concerned and not after:
            hit()
        work(*args, **options)
        if concerned and after:
            hit()
    setattr(module, name, do)

{
    "tmp": lambda: strike(os, "rename", after=False, at=".tmp"),
    "rename": lambda: strike(os, "rename", after=True, at=".tmp"),
    "index": lambda: strike(index, "replace", after=True),
    "unlink": lambda: strike(Path, "unlink", after=True, at=".jsonl"),
    "rows": lambda: strike(kept.Kept, "append", after=True),
    "roll": lambda: strike(kept.Kept, "_roll", after=False),
    "none": lambda: None,
}["POINT"]()
call_command("runarchiver")
"""
POINTS = ("tmp", "rename", "index", "unlink")
ROLLING_UP = ("rows", "roll")
COMPANION = """
import django; django.setup()
from django.core.management import call_command
from ticks.supervisor import companion
companion.LOOK_S = 0.1
call_command("runproducer", "host", "--interval", "0.05")
"""


class ArchiverCase(ProcessCase):
    def setUp(self) -> None:
        super().setUp()
        self.archive = self.home / "archive"

    def archiver(self, point: str = "none", signal: str = "SIGKILL") -> Running:
        """One that gets a signal from itself when it comes to that point of sealing for the first time."""
        return self.processes.program(ARCHIVE.replace("POINT", point).replace("SIGNAL", signal))

    def producer(self, ticks: int, rate: int = RATE) -> Running:
        return self.processes.program(PRODUCE.replace("TICKS", str(ticks)).replace("RATE", str(rate)))

    def is_all_sealed_that_is_due(self) -> bool:
        try:
            unsealed = sum(path.stat().st_size for path in self.files("*.jsonl"))
        except FileNotFoundError:
            return False  # sealed just now
        return len(self.files("*.zst")) > 5 and unsealed <= 64 << 10

    def assert_nothing_is_found(self) -> None:
        """Nor are the rollups another than what their ticks are."""
        self.assertIn("rows compared", manage(self.home, "", "verify", "main", "--deep"))

    def files(self, pattern: str) -> list[Path]:
        return sorted((self.archive / "main").glob(f"*/{pattern}"))


class KilledArchiverTest(ArchiverCase):
    def test_killed_anywhere_in_its_work_it_goes_on_and_nobody_notices(self) -> None:
        web = self.processes.web()
        producer = self.producer(ENDLESS)  # at each point there has to be something left to do
        subscriber = self.subscribe("from_t=-1")
        for point in (*POINTS, *ROLLING_UP):
            killed = self.archiver(point)
            killed.wait_to_say(f"SIGKILL at {point}")
            self.assertEqual(killed.process.wait(60), -signal.SIGKILL)
            self.assertEqual(bool(self.files("*.tmp")), point == "tmp")
        archiver = self.archiver()
        self.assertEqual(producer.stop(), 0, producer.said)
        until(self.is_all_sealed_that_is_due, "all that is due is sealed")
        self.assertEqual((archiver.stop(), archiver.said), (0, ""))
        archived = ticks_of(self.archive / "main")
        self.assertEqual([t for _, t in archived], list(range(1, len(archived) + 1)))
        self.assertEqual(self.files("*.tmp"), [])
        self.assert_nothing_is_found()
        self.assert_gets(subscriber, archived)
        subscriber.stop()
        web.kill()
        self.valkey.client.flushall()
        self.processes.web()  # it has nothing but the archive
        self.assert_gets(self.subscribe("from_t=-1"), archived)

    def assert_gets(self, subscriber: Subscriber, archived: list[tuple[str, int]]) -> None:
        subscriber.wait_for(len(archived))
        self.assertEqual((subscriber.got, subscriber.gaps, subscriber.broken), (archived, [], []))


class CommandTest(ArchiverCase):
    def test_once_it_does_what_is_due_and_ends(self) -> None:
        producer = self.processes.producer("simulation", "--rate", "max", "--ticks", "100")
        self.assertEqual(producer.process.wait(60), 0, producer.said)
        (self.archive / "main" / "zzzzzzzzzaaaa").mkdir()  # the epoch after it
        manage(self.home, self.valkey.url, "runarchiver", "--once")
        self.assertEqual([path.name for path in self.files("*")], [f"{1:020d}.jsonl.zst"])
        self.assertEqual(len(self.archived()), 100)

    def test_a_second_one_waits_for_the_first_and_does_not_with_once(self) -> None:
        with ArchiverLock(self.archive) as held:
            self.assertTrue(held.take())
            waiting = self.archiver()
            waiting.wait_to_say("Waiting: another archiver works on this archive.")
            once = self.processes.program(
                ARCHIVE.replace("POINT", "none")
                .replace("SIGNAL", "SIGKILL")
                .replace('archiver")', 'archiver", once=True)')
            )
            once.wait_to_say("Another archiver works on this archive")
            self.assertNotEqual(once.process.wait(60), 0)
        until(lambda: not is_free(self.archive), "it goes on in its place")
        self.assertEqual(waiting.stop(), 0, waiting.said)

    def test_a_producer_has_one_that_ends_with_it_however_it_ends(self) -> None:
        for end in (Running.stop, Running.kill):
            producer = self.processes.program(COMPANION)
            until(lambda: not is_free(self.archive), "an archiver works")
            (child,) = psutil.Process(producer.process.pid).children()
            self.assertIn("runarchiver", child.cmdline())
            end(producer)
            until(lambda child=child: not child.is_running(), "it is gone")
            self.assertTrue(is_free(self.archive))
