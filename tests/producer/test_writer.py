"""The writer: numbers, files and the tail, with any threads."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archive.test_active import archived
from tests.support.waiting import until
from ticks.archive import active
from ticks.archive.layout import ACTIVE, closed_files
from ticks.cursor import Cursor
from ticks.producer import filing, tail
from ticks.producer import writer as module
from ticks.producer.writer import Entry, Writer
from ticks.tick import MAX_BYTES, TickError, head

EPOCH = "0mi8x7k2a1b2c"
START = Cursor(EPOCH, 0, 0)


def open_files(below: Path) -> list[str]:
    """What this process holds open there."""
    paths = [Path(file.path) for file in psutil.Process().open_files()]
    return sorted(path.name for path in paths if path.is_relative_to(below))


def lines(epoch_dir: Path) -> list[bytes]:
    return [line for path in closed_files(epoch_dir) for line in path.read_bytes().splitlines()]


def test_numbers_go_on_after_the_tip_and_the_line_is_in_the_file_on_return(tmp_path: Path) -> None:
    writer = Writer(tmp_path, Cursor(EPOCH, 16, 12))
    assert writer.write({"a": 1}, 5.0) == 17
    assert (tmp_path / ACTIVE).read_bytes() == b'{"t":17,"ts":5.0,"a":1}\n'
    assert writer.tip == Cursor(EPOCH, 17, 13)
    writer.close()
    assert archived(tmp_path) == [17]


def test_what_is_refused_uses_up_no_number(tmp_path: Path) -> None:
    with closing(Writer(tmp_path, START)) as writer:
        writer.write({})
        for record, ts in (({"a": b"bytes"}, 1.0), ([1], 1.0), ({}, float("nan"))):
            with pytest.raises(TickError):
                writer.write(record, ts)  # type: ignore[arg-type]
        assert writer.write({}) == 2


def test_after_the_end_nothing_is_written_anywhere(tmp_path: Path) -> None:
    """The number of the closed descriptor may be another file's by then."""
    writer = Writer(tmp_path / "epoch", START)
    writer.close()
    with (tmp_path / "other").open("wb"):
        with pytest.raises((OSError, ValueError)):
            writer.write({})
        assert (tmp_path / "other").stat().st_size == 0


def test_whoever_is_woken_can_read_what_was_written(tmp_path: Path) -> None:
    with closing(Writer(tmp_path, START)) as writer:
        found: list[Any] = []
        writer.wake = lambda: found.append(writer.owed(START))
        writer.write({})
        assert found[0].last_t == 1


@settings(deadline=None)
@given(
    sizes=st.lists(st.integers(0, 400), max_size=40),
    tail_ticks=st.integers(1, 50),
    tail_bytes=st.integers(1, 5000),
    max_ticks=st.integers(1, 20),
    max_bytes=st.integers(1, 2000),
)
def test_what_is_owed_after_any_tick_is_what_was_written_or_a_lookup_error(
    sizes: list[int], tail_ticks: int, tail_bytes: int, max_ticks: int, max_bytes: int
) -> None:
    bounds = {"TAIL_TICKS": tail_ticks, "TAIL_BYTES": tail_bytes, "MAX_TICKS": max_ticks, "MAX_BYTES": max_bytes}
    with tempfile.TemporaryDirectory() as folder, patch.multiple(tail, **bounds):
        writer = Writer(Path(folder), Cursor(EPOCH, 30, 7))
        for size in sizes:
            writer.write({"text": "x" * size}, 1.0)
        writer.close()
        written = lines(Path(folder))
        for at in range(len(written) + 1):
            cursor = Cursor(EPOCH, 30 + at, 7 + at)
            assert writer.pending(cursor) == len(written) - at
            try:
                batch = writer.owed(cursor)
            except LookupError:
                owed = written[at:]
                assert len(owed) > tail_ticks or (sum(map(len, owed)) > tail_bytes and len(owed) > 1)
                continue
            if batch is None:
                assert at == len(written)
                continue
            assert list(batch.records) == written[at : at + batch.count]
            assert (batch.prev_t, batch.n, batch.epoch) == (30 + at, 8 + at, EPOCH)
            assert batch.count <= max_ticks
            assert batch.count == 1 or sum(map(len, batch.records)) <= max_bytes


@pytest.mark.parametrize("bounds", [{"CLOSE_BYTES": 100}, {"CLOSE_S": 0.0}])
def test_a_file_that_is_large_or_old_is_closed(tmp_path: Path, bounds: dict[str, float]) -> None:
    with patch.multiple(filing, **bounds):
        writer = Writer(tmp_path, START)
        assert not writer.roll()
        for _ in range(3):
            writer.write({"text": "x" * 100})
        assert writer.closed == 2
        assert writer.roll()
        assert not writer.roll(at_once=True)
        writer.close()
    assert [path.stem.lstrip("0") for path in closed_files(tmp_path)] == ["1", "2", "3"]


def test_descriptors_of_closed_files_are_given_back(tmp_path: Path) -> None:
    writer = Writer(tmp_path, START)
    for _ in range(5):
        writer.write({})
        assert writer.roll(at_once=True)
    writer.settle(sync=True)
    assert open_files(tmp_path) == [ACTIVE]
    writer.close()
    assert open_files(tmp_path) == []


@pytest.mark.parametrize("always_sync", [False, True])
def test_threads_that_write_at_once_get_numbers_without_hole_and_whole_lines(tmp_path: Path, always_sync: bool) -> None:
    writers, each, done = 6, 40 if always_sync else 150, Event()
    with patch.multiple(filing, CLOSE_BYTES=4000):
        writer = Writer(tmp_path, START, always_sync=always_sync)

        def write(who: int) -> list[tuple[int, int, int]]:
            return [(writer.write({"who": who, "i": i, "text": "ü" * (i % 50)}), who, i) for i in range(each)]

        def keep() -> None:
            while not done.wait(0.001):
                writer.settle(sync=True)
                writer.roll(at_once=True)

        with ThreadPoolExecutor(writers + 1) as threads:
            keeper = threads.submit(keep)
            said = [one for future in [threads.submit(write, who) for who in range(writers)] for one in future.result()]
            done.set()
            keeper.result()
        writer.close()
    assert archived(tmp_path) == list(range(1, writers * each + 1))
    found = {head(line).t: line for line in lines(tmp_path)}
    assert all(b'"who":%d,"i":%d,' % (who, i) in found[t] for t, who, i in said)
    for who in range(writers):
        assert [i for _, by, i in sorted(said) if by == who] == list(range(each))
    assert open_files(tmp_path) == []


def test_threads_that_write_at_once_share_one_system_call(tmp_path: Path) -> None:
    """The first write is held up until all the others wait: one more system call takes them all."""
    others, inside, go = 12, Event(), Event()
    calls: list[bytes] = []
    write = os.write

    def slow(fd: int, data: bytes) -> int:
        calls.append(data)
        inside.set()
        assert go.wait(60)
        return write(fd, data)

    with (
        closing(Writer(tmp_path, START)) as writer,
        ThreadPoolExecutor(others + 1) as threads,
        patch.object(active.os, "write", slow),
    ):
        first = threads.submit(writer.write, {"who": "first"})
        assert inside.wait(60)
        rest = [threads.submit(writer.write, {"who": who}) for who in range(others)]
        until(lambda: len(writer._waiting) == others, "all the others wait")
        go.set()
        assert first.result() == 1
        assert sorted(one.result() for one in rest) == list(range(2, others + 2))
    assert [data.count(b"\n") for data in calls] == [1, others]
    assert archived(tmp_path) == list(range(1, others + 2))


def test_what_is_refused_in_a_group_holds_up_nobody_else_in_it(tmp_path: Path) -> None:
    with closing(Writer(tmp_path, START)) as writer:
        entries = [Entry({}), Entry({"t": 1}), Entry({"a": "x" * MAX_BYTES}), Entry({"t": 9}), Entry({})]
        assert writer.put(*entries) is writer
    assert [entry.t for entry in entries] == [1, None, None, 9, 10]
    assert "was the record's before" in str(entries[1].error)
    assert "are more than" in str(entries[2].error)
    assert archived(tmp_path) == [1, 9, 10]


def test_a_group_has_an_end(tmp_path: Path) -> None:
    with closing(Writer(tmp_path, START)) as writer, patch.object(module, "GROUP_BYTES", 1000):
        entries = [Entry({"text": "x" * 100}) for _ in range(100)]
        writer.put(*entries)
    assert [entry.t for entry in entries] == list(range(1, 101))


def test_an_interrupted_write_gives_out_no_number_twice(tmp_path: Path) -> None:
    writer = Writer(tmp_path, START)
    with patch.object(tail.Tail, "extend", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        writer.write({})
    with pytest.raises(ValueError, match="the writer is closed"):
        writer.write({})
    writer.close()
    assert archived(tmp_path) == [1]
