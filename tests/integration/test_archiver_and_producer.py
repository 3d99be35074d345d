"""The producer killed while the archiver is stopped at each point of sealing."""

from __future__ import annotations

import signal

import psutil

from tests.integration.test_archiver import ENDLESS, POINTS, ArchiverCase
from tests.support.processes import Running
from tests.support.together import together
from tests.support.waiting import until

RATE = 200
MORE = 150
"""Ticks: enough for some closed files."""


@together
class KilledTest(ArchiverCase):
    def setUp(self) -> None:
        super().setUp()
        self.processes.web()
        self.producer_running = self.producer(ENDLESS, RATE)
        self.subscriber = self.subscribe("from_t=-1")

    def test_an_archiver_that_goes_on_after_the_producer_was_killed_loses_nothing(self) -> None:
        for point in POINTS:
            archiver = self.kill_producer_at(point)
            before = len(self.files("*.zst"))
            archiver.process.send_signal(signal.SIGCONT)
            until(lambda before=before: len(self.files("*.zst")) > before, "it seals on")
            self.assertEqual((archiver.stop(), archiver.said), (0, f"SIGSTOP at {point}\n"))
        self.assert_every_tick_is_there_once()

    def test_an_archiver_that_is_killed_after_the_producer_loses_nothing(self) -> None:
        for point in POINTS:
            self.kill_producer_at(point).kill()
        self.assert_every_tick_is_there_once()

    def kill_producer_at(self, point: str) -> Running:
        """Another producer goes on while the archiver, which is returned, still stands there."""
        archiver = self.archiver(point, "SIGSTOP")
        archiver.wait_to_say(f"SIGSTOP at {point}")
        stopped = psutil.Process(archiver.process.pid)
        until(lambda: stopped.status() == psutil.STATUS_STOPPED, "it is stopped")
        self.assertEqual(bool(self.files("*.tmp")), point == "tmp")
        self.producer_running.kill()
        self.producer_running = self.producer(ENDLESS, RATE)
        self.producer_running.wait_to_say("→ stream main")
        self.subscriber.wait_for(len(self.subscriber.got) + MORE)
        self.assertEqual(stopped.status(), psutil.STATUS_STOPPED)
        return archiver

    def assert_every_tick_is_there_once(self) -> None:
        self.assertEqual(self.producer_running.stop(), 0, self.producer_running.said)
        archiver = self.archiver()
        until(self.is_all_sealed_that_is_due, "all that is due is sealed")
        self.assertEqual((archiver.stop(), archiver.said), (0, ""))
        archived = self.archived()
        self.subscriber.wait_for(len(archived))
        self.assertEqual(archived, [(archived[0][0], t) for t in range(1, len(archived) + 1)])
        self.assertEqual((self.subscriber.got, self.subscriber.gaps, self.subscriber.broken), (archived, [], []))
        self.assertEqual(self.files("*.tmp"), [])
        self.assert_nothing_is_found()
