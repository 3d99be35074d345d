"""`manage.py runproducer`, as an operator runs it."""

from __future__ import annotations

import json
import re

from tests.integration.cases import ProcessCase
from tests.support.together import together


@together
class RunProducerTest(ProcessCase):
    def ticks(self) -> list[dict[str, object]]:
        files = sorted((self.home / "archive" / "main").glob("*/*.jsonl"))
        return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]

    def test_each_tick_carries_what_the_schedule_says_of_itself(self) -> None:
        producer = self.processes.producer("host", "--interval", "0.05", "--ticks", "20")
        self.assertEqual(producer.process.wait(60), 0, producer.said)
        monitors = [tick["monitor"] for tick in self.ticks()]
        self.assertEqual(len(monitors), 20)
        for monitor in monitors:
            assert isinstance(monitor, dict)
            self.assertGreaterEqual(monitor["late_ms"], 0)
            self.assertGreater(monitor["sample_ms"], 0)
            self.assertGreaterEqual(monitor["missed"], 0)
        self.assertTrue(any("published_ms" in str(monitor) for monitor in monitors))

    def test_at_verbosity_2_every_send_is_logged_with_its_time_and_the_interval_since_the_last(self) -> None:
        producer = self.processes.producer("host", "--interval", "0.05", "--ticks", "10", "--verbosity", "2")
        self.assertEqual(producer.process.wait(60), 0, producer.said)
        sent = re.findall(r"main: t=(\d+)…(\d+) sent at \d+\.\d{6}, \d+\.\d{6} s after the last", producer.said)
        self.assertEqual(sent[0][0], "1")
        self.assertEqual(sent[-1][1], "10")

    def test_wrong_options_are_one_sentence_and_exit_code_2(self) -> None:
        for options, sentence in (
            (("--interval", "0"), "an interval of 0.0 s is outside 0.001 to 3600 s"),
            (("--stream", "No Name"), "'No Name' is no stream's name"),
        ):
            producer = self.processes.producer("host", *options)
            self.assertEqual(producer.process.wait(60), 2)
            self.assertIn(sentence, producer.said)
            self.assertNotIn("Traceback", producer.said)


@together
class MakingRoomTest(ProcessCase):
    def test_one_that_yields_makes_room_for_one_started_by_hand_and_comes_back_after_it(self) -> None:
        self.processes.web()
        subscriber = self.subscribe("from_t=0")
        kept = self.processes.producer("host", "--interval", "0.02", "--yield")
        subscriber.wait_for(10)
        by_hand = self.processes.producer("host", "--interval", "0.02")
        by_hand.wait_to_say("→ stream main")
        self.assertEqual(kept.process.wait(60), 0)
        back = self.processes.producer("host", "--interval", "0.02", "--yield")
        back.wait_to_say("Waiting until the stream is free. Another producer writes the stream 'main': process")
        subscriber.wait_for(len(subscriber.got) + 20)
        self.assertEqual(by_hand.stop(), 0)
        back.wait_to_say("→ stream main")
        subscriber.wait_for(len(subscriber.got) + 20)
        self.assertEqual(subscriber.ts, list(range(1, len(subscriber.ts) + 1)))
        self.assertEqual(len({epoch for epoch, _ in subscriber.got}), 1)

    def test_a_refusal_prints_the_command_that_would_work_and_it_does(self) -> None:
        first = self.processes.producer("host", "--interval", "0.02")
        first.wait_to_say("→ stream main")
        second = self.processes.producer("host", "--interval", "0.02")
        self.assertEqual(second.process.wait(60), 2)
        (command,) = re.findall(r"python manage.py runproducer (.*)", second.said)
        third = self.processes.producer(*command.split(), "--ticks", "1")
        self.assertEqual(third.process.wait(60), 0, third.said)
        self.assertIn(f"kill {first.process.pid},", second.said)

    def test_one_that_waits_stops_when_it_is_told_to(self) -> None:
        first = self.processes.producer("host", "--interval", "0.02")
        first.wait_to_say("→ stream main")
        waiting = self.processes.producer("host", "--yield")
        waiting.wait_to_say("Waiting until the stream is free")
        self.assertEqual(waiting.stop(), 0)
