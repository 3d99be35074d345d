"""What a producer says of itself in Redis, and until when."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import redis

from tests.producer.test_job import job
from tests.support.cases import ValkeyCase
from tests.support.waiting import until
from ticks.live.standings import PRODUCER_KEPT_S, Standings
from ticks.producer import TickWriter, publisher, standing
from ticks.producer.lease import Lease
from ticks.producer.tally import Tally

UNKNOWN = dict.fromkeys(("source", "interval_s", "late_ms", "missed", "skipped"))
"""Of a program that says nothing of itself."""


class StandingTest(ValkeyCase):
    def setUp(self) -> None:
        super().setUp()
        for module in (standing, publisher):
            patched = patch.object(module, "TELL_S", 0.02)
            patched.start()
            self.addCleanup(patched.stop)
        self.standings = Standings(self.connect(), self.hotlog())

    def said(self) -> dict[str, Any]:
        try:
            return dict(self.standings.told().producer or {})
        except redis.RedisError:
            return {}

    def wait_for(self, **expected: Any) -> dict[str, Any]:
        until(lambda: expected.items() <= self.said().items(), f"{expected} is said")
        return self.said()

    def test_a_writer_says_what_it_knows_and_null_of_the_rest(self) -> None:
        with TickWriter("main") as writer:
            for _ in range(3):
                writer.write({"pad": "x" * 100})
            said = self.wait_for(ticks=3, owed=0, unarchived=0)
            size = (self.archive / "main" / writer.epoch / "active.jsonl").stat().st_size
            self.assertEqual((said["raw_bytes"], said["stored_bytes"], said["epoch"]), (size, size, writer.epoch))
            self.assertEqual((said["host"], said["pid"]), (socket.gethostname(), os.getpid()))
            self.assertTrue(UNKNOWN.items() <= said.items(), said)
            self.assertGreater(said["rate"], 0)
            self.assertTrue(0 <= said["ts"] - said["started"] < 150, said)
            self.assertTrue(0 < self.valkey.client.ttl(self.hotlog().producer_key) <= PRODUCER_KEPT_S)
            until(lambda: self.said()["ts"] > said["ts"], "it is said again, though nothing is written")
        self.assertEqual(self.said(), {}, "nobody is at work any more")

    def test_a_planned_job_says_its_plan_and_how_well_it_is_kept(self) -> None:
        planned, stop, tally = job("simulation", "--rate", "500", "--downsample", "2"), threading.Event(), Tally()
        with TickWriter("main") as writer:
            running = threading.Thread(target=planned.run, args=(writer, stop, tally))
            running.start()
            try:
                until(lambda: self.said().get("late_ms") and self.said()["ticks"] > 5, "ticks are counted")
                tally.skipped()
                tally.missed(3)
                said = self.wait_for(skipped=1, source="simulation", interval_s=0.004)
                self.assertGreaterEqual(said["missed"], 3)
                self.assertEqual(set(said["late_ms"]), {"p50", "p99", "max"})
            finally:
                stop.set()
                running.join()

    def test_the_interval_is_that_of_ticks_and_none_where_nothing_is_planned(self) -> None:
        told: Mapping[tuple[str, ...], float | None] = {
            ("host",): 1.0,
            ("host", "--interval", "0.5", "--downsample", "4"): 2.0,
            ("simulation", "--rate", "5000"): 0.0002,
            ("simulation", "--rate", "max"): None,
            ("stdin",): None,
        }
        for arguments, interval_s in told.items():
            self.assertEqual(job(*arguments).interval_s, interval_s, arguments)

    def test_a_writer_that_lost_its_stream_says_nothing_over_the_other_one(self) -> None:
        gone = threading.Event()
        with TickWriter("main", on_refused=gone.set) as writer:
            self.wait_for(epoch=writer.epoch)
            self.valkey.client.delete(self.hotlog().lease_key)
            other = Lease(self.connect(), self.hotlog(), self.archive / "elsewhere" / "main")
            other.hold()
            other.tell({"host": "elsewhere"})
            writer._standing._due = 0.0
            writer._standing.tell()
            self.assertEqual(self.said(), {"host": "elsewhere"})
            self.assertTrue(gone.wait(60))
        self.assertEqual(self.said(), {"host": "elsewhere"}, "also when it ends")

    def test_while_redis_is_away_ticks_are_written_and_it_is_said_when_it_is_back(self) -> None:
        with TickWriter("main") as writer:
            self.wait_for(ticks=0)
            self.valkey.kill()
            writer.write({})
            self.valkey.start()
            self.wait_for(ticks=1, owed=0)

    def test_what_can_not_be_said_keeps_no_tick_back(self) -> None:
        with (
            patch.object(Lease, "tell", side_effect=redis.ConnectionError("no")) as tried,
            self.assertNoLogs("ticks.producer", "WARNING"),
            TickWriter("main") as writer,
        ):
            until(lambda: tried.call_count > 1, "it was tried, and again")
            writer.write({})
            until(lambda: writer.published_at(1), "it is published")
        self.assertEqual(self.said(), {})
