"""`runproducer` with sources that give records by themselves: pipes, recordings, a program's own functions."""

from __future__ import annotations

import gzip
import json
import os
import sys
from typing import IO, Any

import zstandard

from tests.integration.cases import ProcessCase
from tests.support.processes import ROOT, Running, environment
from tests.support.subscriber import Subscriber
from tests.support.together import together

MODULE = """
import asyncio, os, time

def waits():
    yield {"i": 1}
    time.sleep(3600)

async def awaits():
    try:
        yield {"i": 1}
        await asyncio.sleep(3600)
    finally:
        print("cleaned up", flush=True)

def fails():
    yield {"i": 1}
    raise OSError("no device")
"""


class SourcesCase(ProcessCase):
    def subscribe(self, query: str = "") -> Subscriber:
        """To a worker that is started for it."""
        self.processes.web()
        return super().subscribe(query)

    def ticks(self) -> list[dict[str, Any]]:
        """What is in the archive of a producer that has ended."""
        return [json.loads(line) for path in self.files() for line in path.read_bytes().splitlines()]

    def ended(self, producer: Running, status: int = 0) -> str:
        self.assertEqual(producer.process.wait(60), status, producer.said)
        self.assertNotIn("Traceback", producer.said)
        return producer.said


@together
class StdinTest(SourcesCase):
    def piped(self, *arguments: str) -> tuple[Running, IO[bytes]]:
        """A producer that reads a pipe, and where to write into it."""
        pipe = self.home / "pipe"
        os.mkfifo(pipe)
        shell = ["sh", "-c", f'exec "$@" <{pipe}', "sh", sys.executable, str(ROOT / "manage.py")]
        env = environment(self.home, self.valkey.url)
        producer = self.processes._start("producer", [*shell, "runproducer", "stdin", *arguments], env)
        return producer, pipe.open("wb", buffering=0)

    def test_all_is_published_when_the_input_ends(self) -> None:
        subscriber = self.subscribe("from_t=0")
        producer, pipe = self.piped()
        with pipe:
            pipe.write(b"".join(b'{"i":%d}\n' % i for i in range(1, 20_001)))
        self.ended(producer)
        subscriber.wait_for(20_000)
        self.assertEqual(subscriber.ts, list(range(1, 20_001)))
        self.assertEqual([(tick["t"], tick["i"]) for tick in self.ticks()], [(i, i) for i in range(1, 20_001)])

    def test_a_bad_line_is_reported_with_its_number_and_reason_and_the_others_arrive(self) -> None:
        subscriber = self.subscribe("from_t=0")
        producer, pipe = self.piped()
        with pipe:
            pipe.write(b'{"i":1}\n\n{"i":}\n{"i":2}\n[3]\n{"i":1e999}\n{"i":4,"ts":"noon"}\n')
            subscriber.wait_for(2)
            pipe.write(b'{"i":5}')
        said = self.ended(producer)
        subscriber.wait_for(3)
        self.assertEqual([tick["i"] for tick in self.ticks()], [1, 2, 5])
        for words in (
            "line 3 was skipped: not JSON, column 6: expecting value",
            "line 5 was skipped: a tick is an object, not an array",
            "line 6 was skipped: not JSON",
            "line 7 was skipped: ts='noon' is no time in seconds",
        ):
            self.assertIn(words, said)

    def test_it_ends_at_sigterm_while_it_waits_for_input(self) -> None:
        subscriber = self.subscribe("from_t=0")
        producer, pipe = self.piped()
        with pipe:
            pipe.write(b'{"i":1}\n{"i":')
            subscriber.wait_for(1)
            self.assertEqual(producer.stop(), 0)
        self.assertEqual([tick["i"] for tick in self.ticks()], [1])
        self.assertNotIn("skipped:", producer.said)

    def test_numbers_and_times_of_the_records_are_kept_and_a_lower_number_begins_an_epoch(self) -> None:
        producer, pipe = self.piped()
        with pipe:
            pipe.write(b'{"t":5,"ts":100.5}\n{"t":9,"ts":99}\n{"t":9}\n{"t":3,"ts":1}\n{"i":1,"ts":2}\n')
        said = self.ended(producer)
        self.assertEqual([(tick["t"], tick["ts"]) for tick in self.ticks()], [(5, 100.5), (9, 99), (3, 1), (4, 2)])
        (first, second) = sorted({epoch for epoch, _ in self.archived()})
        self.assertEqual(self.archived(), [(first, 5), (first, 9), (second, 3), (second, 4)])
        self.assertIn("line 3 was skipped: ", said)


@together
class ReplayTest(SourcesCase):
    def recorded(self, name: str, data: bytes) -> str:
        path = self.home / name
        path.write_bytes(data)
        return str(path)

    def test_recordings_are_played_to_the_end_as_they_were_made(self) -> None:
        lines = [b'{"t":%d,"ts":%d.5,"i":%d}\n' % (2 * i, 1000 + i, i) for i in range(1, 301)]
        parts = [b"".join(lines[at : at + 100]) for at in (0, 100, 200)]
        zst = zstandard.ZstdCompressor().compress(parts[0]) + b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
        files = [
            self.recorded("a.zst", zst),
            self.recorded("b.gz", gzip.compress(parts[1])),
            self.recorded("c.jsonl", parts[2]),
        ]
        subscriber = self.subscribe("from_t=0")
        producer = self.processes.producer("replay", *files, "--speed", "max")
        self.ended(producer)
        subscriber.wait_for(300)
        self.assertEqual(subscriber.ts, [2 * i for i in range(1, 301)])
        self.assertEqual(self.ticks(), [json.loads(line) for line in lines])

    def test_a_recording_is_played_at_its_pace(self) -> None:
        file = self.recorded("a.jsonl", b'{"ts":1000}\n{"ts":1002}\n{"ts":5000}\n')
        producer = self.processes.producer("replay", file, "--speed", "10", "--ts", "shift", "--ticks", "2")
        self.ended(producer)
        first, second = (tick["ts"] for tick in self.ticks())
        self.assertAlmostEqual(second - first, 0.2, places=5)

    def test_what_comes_before_damage_is_published_and_the_file_is_named(self) -> None:
        whole = zstandard.ZstdCompressor().compress(b'{"i":1}\n{"i":2}\n')
        file = self.recorded("cut.zst", whole + whole[:9])
        subscriber = self.subscribe("from_t=0")
        said = self.ended(self.processes.producer("replay", file), 1)
        subscriber.wait_for(2)
        self.assertEqual([tick["i"] for tick in self.ticks()], [1, 2])
        self.assertIn(f"{file} is cut off: it ends in the middle of what was packed", said)

    def test_what_is_no_recording_is_one_sentence_and_exit_code_2(self) -> None:
        for content, words in ((b"", "it is empty"), (b"a,b\n", "line 1: not JSON, column 1: expecting value")):
            file = self.recorded("a.csv", content)
            self.assertIn(f"{file} is no recording", said := self.ended(self.processes.producer("replay", file), 2))
            self.assertIn(words, said)
        self.assertFalse((self.home / "archive" / "main").exists(), "it wrote nothing")


@together
class CallTest(SourcesCase):
    def producing(self, function: str, *arguments: str) -> Running:
        (self.home / "mine.py").write_text(MODULE)
        return self.processes.producer(f"mine:{function}", *arguments, PYTHONPATH=str(self.home))

    def test_the_example_runs(self) -> None:
        self.ended(self.processes.producer("examples.thermometer:readings", "--ticks", "2"))
        self.assertEqual([sorted(tick) for tick in self.ticks()], [["celsius", "t", "ts"]] * 2)

    def test_one_that_waits_for_ever_keeps_nobody_from_stopping(self) -> None:
        subscriber = self.subscribe("from_t=0")
        for number, function in enumerate(("waits", "awaits"), 1):
            producer = self.producing(function)
            subscriber.wait_for(number)
            self.assertEqual(producer.stop(), 0, producer.said)
            self.assertNotIn("Traceback", producer.said)
        self.assertIn("cleaned up", producer.said)

    def test_one_that_raises_is_started_again(self) -> None:
        producer = self.producing("fails", "--ticks", "2")
        self.assertEqual(producer.process.wait(60), 0)
        self.assertIn("the source failed (OSError: no device) and is started again in 0.5 s", producer.said)
        self.assertEqual(producer.said.count("Traceback"), 1)
        self.assertEqual([tick["t"] for tick in self.ticks()], [1, 2])

    def test_a_wrong_name_is_one_sentence_and_exit_code_2(self) -> None:
        said = self.ended(self.producing("nothing"), 2)
        self.assertIn("the module mine has no nothing", said)
