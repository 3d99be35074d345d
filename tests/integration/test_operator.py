"""What an operator sees of `runproducer`, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.integration.cases import ProcessCase
from tests.support.processes import ROOT, Running, environment
from tests.support.terminal import PseudoTerminal
from tests.support.together import together
from tests.support.waiting import until
from ticks.archive.layout import ACTIVE
from ticks.live.hotlog import HotLog, connect

KEYS = {"ts", "stream", "epoch", "ticks", "rate", "late_ms", "owed", "raw_bytes", "stored_bytes", "skipped"} | {
    "unarchived",
    "progress",
}
LOGGED = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ ticks\.\S+: .*"
STATUS = r"main  [\d,]+ ticks?  \S+/s  owed [\d,]+  late [\d.]+/[\d.]+/[\d.]+ ms  raw \S+ [kM]?B  stored \S+ [kM]?B"
LOG_OFTEN = """
import django; django.setup()
from django.core.management import call_command
from ticks.producer.reporter import LogLines
LogLines.every_s = 0.05
call_command("runproducer", "host", "--interval", "0.02")
"""


class OperatorCase(ProcessCase):
    def popen(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        """A producer whose streams the test has in its hand; it is gone after the test."""
        command = [sys.executable, str(ROOT / "manage.py"), "runproducer", *arguments]
        env = environment(self.home, self.valkey.url, TERM="xterm")
        process = subprocess.Popen(command, env=env, cwd=ROOT, text=True, stdin=subprocess.DEVNULL, **more)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def published(self) -> int:
        """The last tick of the hot log."""
        client = connect(self.valkey.url)
        head = HotLog(client, "main").head()
        client.close()
        assert head is not None
        return head.tip.t

    def assert_all_is_done(self, at_least: int = 1) -> None:
        """The active file is closed, and what the archive has is published."""
        self.assertEqual([path for path in self.files() if path.name == ACTIVE], [])
        ts = [t for _, t in self.archived()]
        self.assertEqual(ts, list(range(1, len(ts) + 1)))
        self.assertGreaterEqual(len(ts), at_least)
        self.assertEqual(self.published(), len(ts))


@together
class TerminalTest(OperatorCase):
    def test_the_last_line_is_live_and_the_log_stands_whole_above_it(self) -> None:
        with PseudoTerminal() as terminal:
            producer = self.popen("host", "--interval", "0.05", "--verbosity", "2", stderr=terminal.fd)
            until(lambda: len(re.findall(STATUS, terminal.raw)) >= 3, "the status is drawn")
            until(lambda: re.fullmatch(STATUS, terminal.lines[-1]), "it is the last line")
            producer.send_signal(signal.SIGINT)
            self.assertEqual(producer.wait(60), 0)
            until(lambda: terminal.lines[-1] == "" and "ended after" in terminal.lines[-2], "it has ended")
        announced, *logged, total, nothing = terminal.lines
        self.assertRegex(announced, r"^host → stream main \(epoch \w+\), every 0\.05 s, public: everybody")
        for line in logged:
            self.assertRegex(line, f"^{LOGGED}$")
        self.assertRegex(total, rf"main: ended after {len(self.archived())} ticks in [\d.]+ s \(.*\), owed 0, raw ")
        self.assertEqual(nothing, "")
        self.assert_all_is_done()

    def test_no_line_is_wider_than_the_terminal(self) -> None:
        with PseudoTerminal(columns=40) as terminal:
            producer = self.popen("host", "--interval", "0.05", stderr=terminal.fd)
            until(lambda: "\x1b[Kmain " in terminal.raw, "the status is drawn")
            status = terminal.raw.rpartition("\x1b[K")[2].split("\r")[0]
            self.assertLess(len(status), 40)
            producer.terminate()
            self.assertEqual(producer.wait(60), 0)

    def test_a_recording_has_a_bar(self) -> None:
        recording = self.home / "recording.jsonl"
        line = f'{{"ts":%d,"i":"{"x" * 5000}"}}\n'
        recording.write_text("".join(line % (10**9 + second) for second in range(2000)))
        with PseudoTerminal() as terminal:
            producer = self.popen("replay", str(recording), stderr=terminal.fd)
            bar = until(lambda: re.search(r"[█░]{10} +(\d+)%  main  ", terminal.raw), "the bar is drawn")
            self.assertLess(int(bar[1]), 100)
            producer.send_signal(signal.SIGINT)
            self.assertEqual(producer.wait(60), 0)
        self.assert_all_is_done()


class LogTest(OperatorCase):
    def test_without_a_terminal_it_is_logged_in_words(self) -> None:
        producer = self.processes.program(LOG_OFTEN)
        producer.wait_to_say("ms, owed ")
        self.assertEqual(producer.stop(), 0)
        self.assertRegex(
            producer.said,
            r" INFO ticks\.producer: main: \d+ ticks?, [\d.]+/s, late p50 [\d.]+ p99 [\d.]+ max [\d.]+ ms, "
            r"owed \d+, raw [\d.]+ [kM]?B, stored [\d.]+ [kM]?B\n",
        )
        self.assertNotIn("\x1b", producer.said)
        self.assertIn("main: ended after ", producer.said.splitlines()[-1])


@together
class JsonTest(OperatorCase):
    def test_each_line_is_an_object_and_the_last_one_adds_up_to_the_archive(self) -> None:
        producer = self.popen("simulation", "--rate", "300", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert producer.stdout
        assert producer.stderr
        told = [json.loads(producer.stdout.readline()) for _ in range(3)]
        producer.send_signal(signal.SIGINT)
        rest, errors = producer.communicate(timeout=60)
        self.assertEqual(producer.returncode, 0, errors)
        told += map(json.loads, rest.splitlines())
        *running, last = told
        for status in running:
            self.assertEqual(set(status), KEYS)
            self.assertEqual(set(status["late_ms"]), {"p50", "p99", "max"})
        for before, after in pairwise(told):
            self.assertLessEqual(before["ticks"], after["ticks"])
            self.assertLess(before["ts"], after["ts"])
        self.assertEqual(set(last), KEYS | {"end"})
        self.assertIs(last["end"], True)
        self.assertEqual((last["ticks"], last["owed"], last["skipped"]), (len(self.archived()), 0, 0))
        size = sum(path.stat().st_size for path in self.files())
        self.assertEqual((last["raw_bytes"], last["stored_bytes"]), (size, size))
        self.assert_all_is_done()

    def test_it_goes_on_when_nobody_reads_any_more(self) -> None:
        log = self.home / "errors.log"
        with log.open("w") as errors:
            producer = self.popen("host", "--interval", "0.02", "--json", stdout=subprocess.PIPE, stderr=errors)
        assert producer.stdout
        before = json.loads(producer.stdout.readline())["ticks"]
        producer.stdout.close()
        until(lambda: len(self.archived()) >= before + 150, "it goes on for three seconds")
        producer.terminate()
        self.assertEqual(producer.wait(60), 0, log.read_text())
        self.assertNotIn("Broken", log.read_text())
        self.assertNotIn("Traceback", log.read_text())
        self.assert_all_is_done()


@together
class EndTest(OperatorCase):
    def ends(self, producer: Running) -> None:
        self.assertEqual(producer.process.wait(60), 0, producer.said)
        self.assertNotIn("Traceback", producer.said)
        self.assert_all_is_done()

    def test_a_signal_ends_it_with_everything_closed_and_published(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            for options in (("host", "--interval", "0.01"), ("simulation", "--rate", "max")):
                with self.subTest(number=number, options=options):
                    before = len(self.archived())
                    producer = self.processes.producer(*options)
                    until(lambda before=before: len(self.archived()) >= before + 20, "it writes")
                    self.assertTrue([path for path in self.files() if path.name == ACTIVE])
                    producer.process.send_signal(number)
                    self.ends(producer)

    def test_more_signals_while_it_ends_change_nothing(self) -> None:
        producer = self.processes.producer("simulation", "--rate", "2000")
        until(lambda: len(self.archived()) >= 1000, "it writes")
        sent = 0
        while producer.process.poll() is None:
            producer.process.send_signal(signal.SIGINT)
            sent += 1
            with suppress(subprocess.TimeoutExpired):
                producer.process.wait(0.001)
        self.assertGreater(sent, 1)
        self.ends(producer)

    def test_after_so_many_ticks_or_so_long_it_ends_by_itself(self) -> None:
        self.ends(self.processes.producer("simulation", "--rate", "max", "--ticks", "700"))
        self.assertEqual(len(self.archived()), 700)
        self.ends(self.processes.producer("simulation", "--rate", "max", "--duration", "0.2"))
        self.assertGreater(len(self.archived()), 700)

    def test_every_third_record_is_written(self) -> None:
        recording = self.home / "recording.jsonl"
        recording.write_text("".join(f'{{"i":{i}}}\n' for i in range(10)))
        for source in (("replay", str(recording)), ("simulation", "--rate", "max", "--ticks", "4")):
            producer = self.processes.producer(*source, "--downsample", "3", "--stream", source[0])
            self.assertEqual(producer.process.wait(60), 0, producer.said)
        self.assertEqual(len(self.lines("simulation")), 4)
        self.assertEqual([line["i"] for line in self.lines("replay")], [0, 3, 6, 9])

    def lines(self, stream: str) -> list[dict[str, Any]]:
        (file,) = (self.home / "archive" / stream).glob("*/*.jsonl")
        return [json.loads(line) for line in Path(file).read_text().splitlines()]


class RefusalTest(OperatorCase):
    def test_an_option_that_makes_no_sense_is_one_sentence_and_takes_no_stream(self) -> None:
        refused = (
            (("host", "--ticks", "0"), "--ticks 0 is not possible"),
            (("host", "--duration", "-1"), "--duration -1.0 is not possible"),
            (("host", "--duration", "nan"), "--duration nan is not possible"),
            (("host", "--downsample", "0"), "--downsample 0 is not possible"),
            (("simulation", "--interval", "1"), "--interval goes with host, not with simulation"),
            (("stdin", "--interval", "1"), "--interval goes with host, not with stdin"),
            (("host", "--rate", "10"), "--rate goes with simulation, not with host"),
            (("nothing",), "there is no source 'nothing'"),
        )
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        producers = [self.popen(*options, **pipes) for options, _ in refused]
        for (options, words), producer in zip(refused, producers, strict=True):
            with self.subTest(options=options):
                out, errors = producer.communicate(timeout=60)
                self.assertEqual((producer.returncode, out), (2, ""))
                self.assertIn(words, errors)
                self.assertEqual(errors.count("\n"), 1, errors)
        self.assertFalse((self.home / "archive" / "main").exists())

    def test_an_archive_that_cannot_be_used_is_one_sentence(self) -> None:
        (self.home / "archive").mkdir(exist_ok=True)
        (self.home / "archive" / "main").write_text("a file where a folder is to be")
        producer = self.processes.producer("host")
        self.assertEqual(producer.process.wait(60), 2)
        self.assertIn("The archive cannot be used: ", producer.said)
        self.assertNotIn("Traceback", producer.said)
