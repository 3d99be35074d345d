"""The source `stdin`, on real pipes, files and terminals."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ticks.producer.sources.kinds import Bad, Item, SourceError
from ticks.producer.sources.stdin import PIECE_BYTES, Stdin


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Where it reads, and where a program writes."""
    read, write = os.pipe()
    yield read, write
    for fd in (read, write):
        try:
            os.close(fd)
        except OSError:
            continue  # the test has closed it


def fill(fd: int) -> int:
    """Write lines until the pipe takes no more; how many bytes it took."""
    os.set_blocking(fd, False)
    taken = 0
    while True:
        try:
            taken += os.write(fd, b'{"a":1}\n' * 512)
        except BlockingIOError:
            return taken


def test_each_line_comes_as_soon_as_it_is_written(pipe: tuple[int, int]) -> None:
    read, write = pipe
    records = Stdin(read).records(threading.Event())
    for number in (1, 2, 3):
        os.write(write, b'{"a":%d}\n' % number)
        assert next(records) == Item({"a": number}, f"line {number}")


def test_the_end_of_the_input_is_the_end(pipe: tuple[int, int]) -> None:
    read, write = pipe
    os.write(write, b'{"a":1}\nwhat?\n{"a":2}')
    os.close(write)
    assert list(Stdin(read).records(threading.Event())) == [
        Item({"a": 1}, "line 1"),
        Bad("line 2", "not JSON, column 1: expecting value"),
        Item({"a": 2}, "line 3"),
    ]


def test_it_reads_no_more_than_is_taken_so_that_the_program_before_it_waits(pipe: tuple[int, int]) -> None:
    read, write = pipe
    records = Stdin(read).records(threading.Event())
    fill(write)
    next(records)
    assert fill(write) <= PIECE_BYTES, "it took one piece"
    next(records)
    assert fill(write) == 0, "the second record was in that piece"


def test_it_stops_when_told_to_though_nothing_comes(pipe: tuple[int, int]) -> None:
    stop, got = threading.Event(), list[object]()
    reading = threading.Thread(target=lambda: got.extend(Stdin(pipe[0]).records(stop)), daemon=True)
    reading.start()
    stop.set()
    reading.join(60)
    assert (reading.is_alive(), got) == (False, [])


def test_a_line_that_stopping_cuts_off_is_no_bad_line(pipe: tuple[int, int]) -> None:
    read, write = pipe
    stop = threading.Event()
    os.write(write, b'{"a":1}\n{"a":2}\n{"a"')
    records = Stdin(read).records(stop)
    assert next(records) == Item({"a": 1}, "line 1")
    stop.set()
    assert list(records) == [Item({"a": 2}, "line 2")]


def test_a_file_and_nothing_at_all_are_read_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b'{"a":1}\n' * 20_000)
    for path, count in ((tmp_path / "a", 20_000), (Path("/dev/null"), 0)):
        with path.open("rb") as file:
            assert len(list(Stdin(file.fileno()).records(threading.Event()))) == count


def test_on_a_terminal_it_says_once_what_it_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    master, slave = os.openpty()
    try:
        os.write(master, b'{"a":1}\n{"a":2}\n\x04')
        found = list(Stdin(slave).records(threading.Event()))
    finally:
        os.close(master)
        os.close(slave)
    assert found == [Item({"a": 1}, "line 1"), Item({"a": 2}, "line 2")]
    assert capsys.readouterr().err == "Reading lines of JSON from the terminal; Ctrl-D ends.\n"


def test_what_can_not_be_read_is_said(tmp_path: Path) -> None:
    fd = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(SourceError, match="standard input can't be read: Is a directory"):
            list(Stdin(fd).records(threading.Event()))
    finally:
        os.close(fd)


def test_a_program_without_a_standard_input_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ValueError, match="standard input is closed: pipe lines of JSON into it"):
        Stdin()
