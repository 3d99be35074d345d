"""Whoever is to see how a producer stands sees it, and no tick waits for them."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.producer.test_status import STATUS, Writing
from tests.support.waiting import until
from ticks.producer import reporter as module
from ticks.producer.reporter import JsonLines, LiveLine, LogLines, Reporter, suitable
from ticks.producer.status import Status
from ticks.producer.tally import Tally


@pytest.fixture(autouse=True)
def _info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ticks.producer")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for fd in ends:
        with suppress(OSError):
            os.close(fd)


def nobody_knows() -> None:
    return None


def fill(pipe: int) -> None:
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe, bytes(4096))
    os.set_blocking(pipe, True)


class Often(LogLines):
    every_s = 0.001


class OftenJson(JsonLines):
    every_s = 0.001


def test_a_line_of_the_log_every_so_often_and_the_total_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    tally = Tally()
    with Reporter(Writing(), tally, Often(), nobody_knows):
        tally.wrote()
        until(lambda: any("main: 1 tick, " in one for one in caplog.messages), "it says so")
    assert caplog.messages[-1].startswith("main: ended after 1 tick in ")
    assert {(record.name, record.levelname) for record in caplog.records} == {("ticks.producer", "INFO")}


def test_without_a_terminal_it_is_a_line_a_minute() -> None:
    assert (LogLines.every_s, JsonLines.every_s, LiveLine.every_s) == (60, 1, 1)


def test_each_line_of_json_is_whole_and_the_last_one_is_the_end(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    tally = Tally()
    with os.fdopen(reading, "r", closefd=False) as output:
        with Reporter(Writing(), tally, OftenJson(writing), lambda: 0.5):
            first = json.loads(output.readline())
            tally.wrote()
        os.close(writing)
        *_, last = map(json.loads, output)
    assert (first["ticks"], first["progress"]) == (0, 0.5)
    assert "end" not in first
    assert (last["ticks"], last["end"]) == (1, True)


def test_nobody_at_the_other_end_of_the_pipe_ends_nothing(
    pipe: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    reading, writing = pipe
    os.close(reading)
    looked = threading.Semaphore(0)
    with Reporter(Writing(), Tally(), OftenJson(writing), lambda: looked.release()):
        for _ in range(5):
            assert looked.acquire(timeout=60)
    assert caplog.messages[-1].startswith("main: ended after 0 ticks")


def test_a_reader_that_stops_reading_holds_up_nobody_not_even_the_end(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.01)
    reading, writing = pipe
    fill(writing)
    with Reporter(Writing(), Tally(), OftenJson(writing), nobody_knows) as reporter:
        pass
    assert caplog.messages[-1].startswith("main: ended after 0 ticks")
    until(lambda: os.read(reading, 1 << 20) and not reporter._thread.is_alive(), "it ends when there is room")


def test_the_end_is_told_of_what_stands_after_all_was_flushed() -> None:
    ended: list[Status] = []

    class Silent:
        every_s = 60.0

        def show(self, status: Status) -> None: ...

        def end(self, status: Status) -> None:
            ended.append(status)

    tally = Tally()
    with Reporter(Writing(owed=0), tally, Silent(), nobody_knows):
        tally.wrote()
    assert [status.ticks for status in ended] == [1]


class Stream:
    encoding = "utf-8"

    def __init__(self, terminal: bool) -> None:
        self.isatty = lambda: terminal
        self.written = ""

    def fileno(self) -> int:
        raise OSError("no descriptor")

    def write(self, text: str) -> None:
        self.written += text

    def flush(self) -> None: ...


@pytest.mark.parametrize(
    ("terminal", "term", "json", "form"),
    [
        (True, "xterm", False, LiveLine),
        (True, "dumb", False, LogLines),
        (False, "xterm", False, LogLines),
        (True, "xterm", True, JsonLines),
    ],
)
def test_the_form_suits_where_it_goes(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, term: str, json: bool, form: type[Any]
) -> None:
    monkeypatch.setattr(sys, "stderr", Stream(terminal))
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setenv("TERM", term)
    chosen = suitable(json=json)
    assert type(chosen) is form
    chosen.end(STATUS)


def test_without_any_stream_it_is_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert type(suitable(json=False)) is LogLines


def test_a_terminal_whose_width_nobody_knows_has_80_columns() -> None:
    stream = Stream(terminal=True)
    line = LiveLine(stream)  # type: ignore[arg-type]
    line.show(STATUS._replace(late_ms=None, progress=0.5))
    until(lambda: "main" in stream.written, "it is shown")
    line.end(STATUS)
    assert "█████░░░░░  50%  main  60 ticks  1.0/s  owed 0  raw 84.1 kB  stored 84.1 kB" in stream.written
