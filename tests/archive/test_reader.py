"""Reading closed and sealed files by cursor, against a list of all ticks."""

from __future__ import annotations

import os
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.archive.making import seal, sealed_bytes, small_frames, ticks
from tests.support.lines import encode
from ticks.archive import index, opened, reader, turns
from ticks.archive.active import ActiveFile
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import sealed_name
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.models import Segment
from ticks.tick import head

FIRST, SECOND = "0mi8x7k2a0000", "0mi8x7k2b0000"
STEPS = st.lists(st.sampled_from([1, 1, 1, 2, 7]), min_size=0, max_size=25)


class Stored(NamedTuple):
    """An archived epoch: the lines of its ticks, how many each file has, and which of them are sealed."""

    lines: list[bytes]
    files: list[int]
    sealed: tuple[int, ...] = ()
    frame_bytes: int = 100


@st.composite
def epochs(draw: st.DrawFn) -> Stored:
    """Holes by design, first t 0, 1 or later, files of any length, clocks that step back, lines of all sizes."""
    ts = [draw(st.sampled_from([0, 1, 5]))]
    for step in draw(STEPS):
        ts.append(ts[-1] + step)
    size = st.sampled_from([0, 3, 100])
    lines = [encode({"x": "ü" * draw(size)}, t, float(draw(st.integers(0, 20)))) for t in ts]
    left, files = len(lines), []
    while left:
        files.append(draw(st.integers(1, left)))
        left -= files[-1]
    sealed = draw(st.sets(st.integers(0, len(files) - 1)))
    return Stored(lines, files, tuple(sealed), draw(st.sampled_from([1, 100, 300])))


def store(folder: str, stored: Stored, epoch: str = FIRST) -> Path:
    archive = Path(folder)
    file = ActiveFile(archive / "main" / epoch)
    lines = iter(stored.lines)
    for count in stored.files:
        for _ in range(count):
            line = next(lines)
            file.append(line, head(line).t)
        file.close()
        file = ActiveFile(archive / "main" / epoch)
    file.close()
    index.index_closed(archive, "main")
    rows = list(index.segments("main", epoch))
    with small_frames(stored.frame_bytes):
        for i in stored.sealed:
            seal(archive, rows[i])
    return archive


def read_all(archive: Path, t: int, max_bytes: int) -> list[Batch]:
    found = []
    while (batch := reader.after(archive, "main", FIRST, t, max_bytes=max_bytes)) is not None:
        found.append(batch)
        t = batch.last_t
    return found


class ReaderTest(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(epochs(), st.sampled_from([1, 60, 300, 1 << 18]))
    def test_after_every_t_comes_what_a_list_has_after_it(self, stored: Stored, max_bytes: int) -> None:
        ts = [head(line).t for line in stored.lines]
        with tempfile.TemporaryDirectory() as folder:
            archive = store(folder, stored)
            for t in range(-1, ts[-1] + 2):
                batch = reader.after(archive, "main", FIRST, t, max_bytes=max_bytes)
                at = sum(other <= t for other in ts)
                if at == len(ts):
                    assert batch is None
                    continue
                assert batch is not None
                assert list(batch.records) == stored.lines[at : at + batch.count]
                assert (batch.first_t, batch.last_t) == (ts[at], ts[at + batch.count - 1])
                assert (batch.n, batch.epoch) == (at + 1, FIRST)
                assert batch.prev_t == (ts[at - 1] if at else min(0, ts[0] - 1))
                assert batch.count == 1 or sum(len(line) + 1 for line in batch.records) <= max_bytes + 1

    @settings(max_examples=30, deadline=None)
    @given(epochs(), st.sampled_from([1, 200, 1 << 18]))
    def test_reading_on_from_batch_to_batch_is_a_chain_of_everything(self, stored: Stored, max_bytes: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            found = read_all(store(folder, stored), -1, max_bytes)
        assert [line for batch in found for line in batch.records] == stored.lines
        for before, batch in pairwise(found):
            assert (batch.prev_t, batch.n) == (before.last_t, before.last_n + 1)

    @settings(max_examples=60, deadline=None)
    @given(epochs(), st.integers(-1, 21))
    def test_a_time_is_found_at_the_first_tick_made_then_or_later(self, stored: Stored, ts: int) -> None:
        heads = [head(line) for line in stored.lines]
        first = next((i for i, tick in enumerate(heads) if tick.ts >= ts), None)
        with tempfile.TemporaryDirectory() as folder:
            found = reader.seek(store(folder, stored), "main", ts)
        if first is None:
            assert found is None
        else:
            assert found == Cursor(FIRST, heads[first - 1].t if first else min(0, heads[0].t - 1))

    @settings(max_examples=30, deadline=None)
    @given(epochs())
    def test_the_last_tick_is_a_batch_of_one(self, stored: Stored) -> None:
        with tempfile.TemporaryDirectory() as folder:
            batch = reader.last(store(folder, stored), "main")
        assert batch is not None
        assert list(batch.records) == stored.lines[-1:]
        assert (batch.n, batch.count) == (len(stored.lines), 1)
        ts = [head(line).t for line in stored.lines]
        assert batch.prev_t == (ts[-2] if len(ts) > 1 else min(0, ts[0] - 1))

    def test_where_nothing_is_archived_there_is_nothing(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            assert reader.after(Path(folder), "main", FIRST, 0) is None
            assert reader.last(Path(folder), "main") is None
            assert reader.seek(Path(folder), "main", 0.0) is None

    def test_a_time_between_two_epochs_is_the_beginning_of_the_second(self) -> None:
        old = Stored([encode({}, 1, 10.0)], [1])
        new = Stored([encode({}, 1, 20.0), encode({}, 2, 21.0)], [2])
        with tempfile.TemporaryDirectory() as folder:
            store(folder, old)
            archive = store(folder, new, SECOND)
            assert reader.seek(archive, "main", 15.0) == Cursor(SECOND, 0)
            last = reader.last(archive, "main")
            assert last is not None
            assert last.cursor == Cursor(SECOND, 2, 2)

    def test_ticks_that_were_never_archived_show_as_a_hole_in_the_chain(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            archive = store(folder, Stored([encode({}, t, 1.0) for t in (1, 2)], [2]))
            note(archive / "main" / FIRST, Hole(2, 5, 3))
            store(folder, Stored([encode({}, t, 1.0) for t in (6, 7)], [2]))
            batch = reader.after(archive, "main", FIRST, 2)
            assert batch is not None
            assert (batch.prev_t, batch.n, batch.first_t) == (5, 6, 6)

    def test_a_tick_larger_than_a_batch_is_a_batch_of_its_own(self) -> None:
        lines = [encode({"x": "y" * size}, t, 1.0) for t, size in ((1, 5), (2, 900_000), (3, 5))]
        with tempfile.TemporaryDirectory() as folder:
            found = read_all(store(folder, Stored(lines, [3])), 0, 1 << 18)
        assert [batch.count for batch in found] == [1, 1, 1]

    def test_of_a_sealed_file_the_end_and_one_frame_are_read(self) -> None:
        lines = ticks(*range(1, 200))
        with tempfile.TemporaryDirectory() as folder:
            archive = store(folder, Stored(lines, [199], (0,), frame_bytes=1000))
            for find in (self._t, self._ts):
                for t in (1, 2, 77, 150, 199):
                    path = next((archive / "main" / FIRST).iterdir())
                    os.utime(path, ns=(t, time.time_ns()))  # to the product it is another file than before
                    with patch.object(opened.os, "pread", wraps=os.pread) as reads:
                        find(archive, t)
                    _footer, _table, _known, *frames = [call.args[1] for call in reads.call_args_list]
                    assert len(frames) == 1
                    assert frames[0] < 1000

    def _t(self, archive: Path, t: int) -> None:
        batch = reader.after(archive, "main", FIRST, t - 1)
        assert batch is not None
        assert batch.first_t == t

    def _ts(self, archive: Path, t: int) -> None:
        assert reader.seek(archive, "main", 1000.5 + t) == Cursor(FIRST, t - 1)

    def test_what_was_read_is_kept(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            archive = store(folder, Stored(ticks(1, 2, 3), [3], (0,)))
            self._t(archive, 2)
            with patch.object(opened.os, "pread") as read:
                self._t(archive, 2)
            read.assert_not_called()

    def test_files_that_are_sealed_while_they_are_read_are_found(self) -> None:
        """The index was asked before, the files are opened after it."""
        lines = ticks(*range(1, 7))
        with tempfile.TemporaryDirectory() as folder:
            archive = store(folder, Stored(lines, [2, 2, 2]))
            rows = list(index.segments("main"))

            def seal_all(path: Path) -> object:
                if sealed_name(1) not in [one.name for one in path.parent.iterdir()]:
                    self._seal_together(archive, rows, lines)
                return opened.opened(path)

            with patch.object(turns, "opened", seal_all):
                assert [line for batch in read_all(archive, 3, 1) for line in batch.records] == lines[3:]

    def _seal_together(self, archive: Path, rows: list[Segment], lines: list[bytes]) -> None:
        path = archive / "main" / FIRST / sealed_name(1)
        path.write_bytes(sealed_bytes(lines))
        index.replace(archive, rows, path)
        for row in rows:
            (archive / row.path).unlink()

    def test_a_file_that_is_gone_is_passed_over(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            archive = store(folder, Stored(ticks(1, 2, 3, 4, 5, 6), [2, 2, 2]))
            for gone in (0, 1):
                (archive / index.segments("main")[gone].path).unlink()
            batch = reader.after(archive, "main", FIRST, 1)
            assert batch is not None
            assert (batch.prev_t, batch.n, batch.first_t) == (4, 5, 5)
            assert reader.seek(archive, "main", 0.0) == Cursor(FIRST, 4)
            (archive / index.segments("main")[2].path).unlink()
            assert reader.last(archive, "main") is None
