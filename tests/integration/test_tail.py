"""`manage.py tail`, in a terminal's place: what it prints, and how it ends."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
from typing import Any

from tests.integration.cases import HomeCase
from tests.support.processes import ROOT, environment
from tests.support.waiting import until

GENEROUS_S = 60.0
PIPE_BYTES = 64 << 10
WRITE_THREE = """
import django; django.setup()
from ticks.producer import TickWriter
with TickWriter("main") as writer:
    for value in ("größe", 123456789012345678901234567890, [1, {"a": None}]):
        writer.write({"value": value}, 1000.5)
"""


class TailTest(HomeCase):
    """For the whole class: a worker, and three ticks in the public stream `main`."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        assert cls.processes.program(WRITE_THREE).process.wait(GENEROUS_S) == 0
        cls.processes.web()

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        command = [sys.executable, str(ROOT / "manage.py"), "tail", *arguments]
        env = environment(self.home, self.processes.redis_url)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        tailing = subprocess.Popen(command, env=env, text=True, **pipes)
        self.addCleanup(self.end, tailing)
        return tailing

    def end(self, tailing: subprocess.Popen[str]) -> None:
        tailing.kill()
        tailing.communicate()

    def run_tail(self, *arguments: str) -> tuple[int, str, str]:
        tailing = self.start(*arguments)
        out, err = tailing.communicate(timeout=GENEROUS_S)
        return tailing.returncode, out, err

    def test_each_line_is_a_record_as_it_was_written(self) -> None:
        code, out, err = self.run_tail(self.processes.url, "--from-t", "-1", "--ticks", "3")
        self.assertEqual(code, 0, err)
        self.assertEqual(
            out.splitlines(),
            [
                '{"t":1,"ts":1000.5,"value":"größe"}',
                '{"t":2,"ts":1000.5,"value":123456789012345678901234567890}',
                '{"t":3,"ts":1000.5,"value":[1,{"a":null}]}',
            ],
        )
        self.assertIn("connected to the stream main", err)

    def test_it_begins_where_it_is_told_to(self) -> None:
        epoch = next(path.name for path in (self.home / "archive" / "main").iterdir() if path.is_dir())
        for arguments in (["--from-t", "2", "--epoch", epoch], ["--from-t", "2"], []):
            _, out, err = self.run_tail(self.processes.url, *arguments, "--ticks", "1")
            self.assertEqual([json.loads(line)["t"] for line in out.splitlines()], [3], err)
        _, out, err = self.run_tail(self.processes.url, "--from-ts", "1000", "--ticks", "1")
        self.assertEqual([json.loads(line)["t"] for line in out.splitlines()], [1], err)

    def test_fields_and_downsample_are_what_is_printed(self) -> None:
        selection = ("--fields", "value.1.a,ts", "--downsample", "3", "--ticks", "1")
        code, out, err = self.run_tail(self.processes.url, "--from-t", "-1", *selection)
        self.assertEqual((code, out), (0, '{"t":3,"ts":1000.5,"value":[null,{"a":null}]}\n'), err)

    def test_a_gap_is_a_line_too(self) -> None:
        _, out, err = self.run_tail(self.processes.url, "--from-t", "2", "--epoch", "0000000000000", "--ticks", "1")
        gap, tick = map(json.loads, out.splitlines())
        self.assertEqual(gap["gap"]["reason"], "epoch", err)
        self.assertEqual(set(gap["gap"]), {"after_t", "next_t", "count", "reason", "epoch"})
        self.assertEqual(tick["t"], gap["gap"]["next_t"])

    def test_signals_end_it_with_exit_code_0(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            tailing = self.start(self.processes.url, "--from-t", "-1")
            assert tailing.stdout is not None
            for _ in range(3):
                tailing.stdout.readline()  # now it waits for the fourth
            tailing.send_signal(number)
            _, err = tailing.communicate(timeout=GENEROUS_S)
            self.assertEqual(tailing.returncode, 0, err)
            self.assertNotIn("Traceback", err)

    def test_a_signal_ends_one_that_waits_for_a_server(self) -> None:
        tailing = self.start("http://127.0.0.1:1")
        assert tailing.stderr is not None
        while "trying again" not in (line := tailing.stderr.readline()):
            self.assertTrue(line, "it ended")
        tailing.terminate()
        self.assertEqual(tailing.wait(GENEROUS_S), 0)

    def test_a_closed_pipe_ends_it_without_a_word_while_ticks_come(self) -> None:
        producer = self.processes.producer("simulation", "--rate", "200", "--stream", "flowing", "--public")
        self.addCleanup(producer.end)
        producer.wait_to_say("→ stream flowing")
        self.closed_pipe_ends_it("flowing")

    def test_a_closed_pipe_ends_it_while_none_comes(self) -> None:
        self.closed_pipe_ends_it("main")

    def closed_pipe_ends_it(self, stream: str) -> None:
        tailing = self.start(self.processes.url, "--from-t", "-1", "--stream", stream)
        assert tailing.stdout is not None
        tailing.stdout.readline()
        tailing.stdout.close()
        self.assertEqual(tailing.wait(GENEROUS_S), 0)
        assert tailing.stderr is not None
        err = tailing.stderr.read()
        self.assertNotIn("Traceback", err)
        self.assertNotIn("BrokenPipe", err)

    def test_what_can_not_work_is_said_in_one_sentence_with_exit_code_2(self) -> None:
        for arguments, words in (
            ([self.processes.url, "--stream", "secret"], "there is no public stream 'secret': sign in (4401)."),
            ([self.processes.url, "--from-t", "1", "--from-ts", "2"], "from_t and from_ts exclude each other (4400)."),
            (["127.0.0.1:8000"], "'127.0.0.1:8000' is no monitor's address"),
        ):
            code, out, err = self.run_tail(*arguments)
            self.assertEqual((code, out), (2, ""), err)
            self.assertIn(words, err)
            self.assertNotIn("Traceback", err)

    def test_a_reader_that_pauses_misses_nothing(self) -> None:
        large = ("simulation", "--rate", "max", "--ticks", "3000", "--stream", "large", "--public")
        producer = self.processes.producer(*large)
        producer.wait_to_say("→ stream large")
        read_end, write_end = os.pipe()
        fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        whole = ("--stream", "large", "--from-t", "-1", "--ticks", "3000")
        tailing = self.start(self.processes.url, *whole, stdout=write_end)
        os.close(write_end)
        self.assertEqual(producer.process.wait(GENEROUS_S), 0, producer.said)
        until(lambda: unread(read_end) >= PIPE_BYTES // 2, "the pipe is full, as far as its pages go")
        with os.fdopen(read_end) as file:
            self.assertEqual([json.loads(line)["t"] for line in file], list(range(1, 3001)))
        self.assertEqual(tailing.wait(GENEROUS_S), 0)


def unread(pipe: int) -> int:
    """Bytes that wait in it."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)
