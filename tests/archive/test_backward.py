"""Reading closed and sealed files backward, against a list of all ticks."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.archive import test_damage
from tests.archive.making import flipped, seal, sealed_bytes, small_frames, ticks
from tests.archive.test_reader import FIRST, SECOND, Stored, epochs, store
from tests.support.lines import encode
from ticks.archive import backward, index, opened, sealed, turns, walk
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import sealed_name
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.tick import head

LIMITS = st.tuples(st.sampled_from([1, 3, 500]), st.sampled_from([1, 60, 300, 1 << 18]))


def read_all(archive: Path, t: int, max_ticks: int = 500, max_bytes: int = 1 << 18) -> list[Batch]:
    """Newest first."""
    found = []
    while (batch := backward.before(archive, "main", FIRST, t, max_ticks=max_ticks, max_bytes=max_bytes)) is not None:
        found.append(batch)
        t = batch.first_t
    return found


def lines_of(batches: list[Batch]) -> list[bytes]:
    return [line for batch in reversed(batches) for line in batch.records]


class PropertyTest(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(epochs(), LIMITS)
    def test_before_every_t_comes_what_a_list_has_before_it(self, stored: Stored, limits: tuple[int, int]) -> None:
        ts, (max_ticks, max_bytes) = [head(line).t for line in stored.lines], limits
        with tempfile.TemporaryDirectory() as folder:
            archive = store(folder, stored)
            for t in range(-1, ts[-1] + 3):
                batch = backward.before(archive, "main", FIRST, t, max_ticks=max_ticks, max_bytes=max_bytes)
                end = sum(other < t for other in ts)
                if not end:
                    assert batch is None
                    continue
                assert batch is not None
                start = end - batch.count
                assert list(batch.records) == stored.lines[start:end]
                assert (batch.first_t, batch.last_t) == (ts[start], ts[end - 1])
                assert (batch.n, batch.epoch) == (start + 1, FIRST)
                assert batch.prev_t == (ts[start - 1] if start else min(0, ts[0] - 1))
                assert batch.count <= max_ticks
                assert batch.count == 1 or sum(len(line) + 1 for line in batch.records) <= max_bytes + 1

    @settings(max_examples=30, deadline=None)
    @given(epochs(), LIMITS)
    def test_reading_on_from_batch_to_batch_is_a_chain_of_everything(
        self, stored: Stored, limits: tuple[int, int]
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            found = read_all(store(folder, stored), 1 << 53, *limits)
        assert lines_of(found) == stored.lines
        for behind, batch in pairwise(found):
            assert (batch.last_t, batch.last_n) == (behind.prev_t, behind.n - 1)

    @settings(max_examples=60, deadline=None)
    @given(epochs(), st.integers(-1, 22))
    def test_a_time_is_found_at_the_last_tick_made_before(self, stored: Stored, ts: int) -> None:
        made = [tick.t for tick in map(head, stored.lines) if tick.ts < ts]
        with tempfile.TemporaryDirectory() as folder:
            found = backward.seek_before(store(folder, stored), "main", ts)
        assert found == (Cursor(FIRST, made[-1]) if made else None)


class BackwardTest(TestCase):
    def setUp(self) -> None:
        self.archive = Path(tempfile.mkdtemp(prefix="tickmon-archive-"))
        self.addCleanup(shutil.rmtree, self.archive)
        self.folder = self.archive / "main" / FIRST

    def store(self, lines: list[bytes], *files: int, epoch: str = FIRST) -> None:
        store(str(self.archive), Stored(lines, list(files)), epoch)

    def test_where_nothing_is_archived_there_is_nothing(self) -> None:
        self.assertIsNone(backward.before(self.archive, "main", FIRST, 9))
        self.assertIsNone(backward.seek_before(self.archive, "main", math.inf))
        self.assertIsNone(backward.epoch_before("main", FIRST))

    def test_the_epoch_before_is_the_newest_that_is_older(self) -> None:
        self.store([encode({}, 1, 10.0)], 1)
        self.store([encode({}, 1, 20.0), encode({}, 2, 21.0)], 2, epoch=SECOND)
        told = [backward.epoch_before("main", epoch) for epoch in ("zzzzzzzzzzzzz", SECOND, FIRST)]
        self.assertEqual(told, [SECOND, FIRST, None])
        self.assertEqual(backward.seek_before(self.archive, "main", 15.0), Cursor(FIRST, 1))
        self.assertEqual(backward.seek_before(self.archive, "main", 21.0), Cursor(SECOND, 1))

    def test_ticks_that_were_never_archived_show_as_a_hole_in_the_chain(self) -> None:
        self.store(ticks(1, 2), 2)
        note(self.folder, Hole(2, 5, 3))
        self.store(ticks(6, 7), 2)
        behind, before = read_all(self.archive, 8)
        self.assertEqual((behind.first_t, behind.prev_t, behind.n), (6, 5, 6))
        self.assertEqual((before.last_t, before.last_n), (2, 2))

    def test_of_a_sealed_file_the_end_and_one_frame_are_read(self) -> None:
        self.store(ticks(*range(1, 200)), 199)
        with small_frames(1000):
            path = seal(self.archive, index.segments("main")[0])
        for find in (self._t, self._ts):
            for t in (1, 2, 77, 150, 199):
                os.utime(path, ns=(t, time.time_ns()))  # to the product it is another file than before
                with (
                    patch.object(opened.os, "pread", wraps=os.pread) as reads,
                    patch.object(sealed, "unpack", wraps=walk.unpack) as unpacked,
                ):
                    find(t)
                _footer, _table, _known, *frames = [call.args[1] for call in reads.call_args_list]
                assert len(frames) == unpacked.call_count == 1
                assert frames[0] < 1000

    def _t(self, t: int) -> None:
        batch = backward.before(self.archive, "main", FIRST, t + 1)
        assert batch is not None
        assert batch.last_t == t

    def _ts(self, t: int) -> None:
        assert backward.seek_before(self.archive, "main", 1000.6 + t) == Cursor(FIRST, t)

    def test_of_many_files_one_is_opened(self) -> None:
        self.store(ticks(*range(1, 41)), *[1] * 40)
        for t in (1, 20, 40):
            with patch.object(turns, "opened", wraps=opened.opened) as opens:
                self._t(t)
            assert opens.call_count == 1

    def test_a_damaged_frame_is_passed_over_and_shows_in_the_chain(self) -> None:
        lines = ticks(*range(1, 9))
        self.store(lines, 8)
        with small_frames(2 * len(lines[0]) + 2):
            path = seal(self.archive, index.segments("main")[0])
        whole = path.read_bytes()
        third = [at for at in range(len(whole)) if whole.startswith(walk.MAGIC, at)][2]
        path.unlink()
        path.write_bytes(flipped(whole, 8 * (third + 20)))
        found = read_all(self.archive, 9)
        self.assertEqual(lines_of(found), lines[:4] + lines[6:])
        behind, before = found[0], found[1]
        self.assertEqual((behind.prev_t, behind.n), (6, 7))
        self.assertEqual((before.last_t, before.last_n), (4, 4))
        self.assertEqual(backward.seek_before(self.archive, "main", 1006.6), Cursor(FIRST, 4))

    def test_files_that_are_sealed_while_they_are_read_are_found(self) -> None:
        """The index was asked before, the files are opened after it."""
        lines = ticks(*range(1, 7))
        self.store(lines, 2, 2, 2)
        rows = list(index.segments("main"))

        def seal_all(path: Path) -> object:
            together = self.folder / sealed_name(1)
            if not together.exists():
                together.write_bytes(sealed_bytes(lines))
                index.replace(self.archive, rows, together)
                for row in rows:
                    (self.archive / row.path).unlink()
            return opened.opened(path)

        with patch.object(turns, "opened", seal_all):
            self.assertEqual(lines_of(read_all(self.archive, 4, max_bytes=1)), lines[:3])

    def test_a_file_that_is_gone_is_passed_over(self) -> None:
        self.store(ticks(1, 2, 3, 4, 5, 6), 2, 2, 2)
        for gone in (1, 2):
            (self.archive / index.segments("main")[gone].path).unlink()
        (batch,) = read_all(self.archive, 7)
        self.assertEqual((batch.last_t, batch.last_n), (2, 2))
        self.assertEqual(backward.seek_before(self.archive, "main", math.inf), Cursor(FIRST, 2))
        (self.archive / index.segments("main")[0].path).unlink()
        self.assertEqual(read_all(self.archive, 7), [])


class DamageTest(test_damage.DamageTest):
    """The same files, read backward."""

    def batches(self) -> list[Batch]:
        return read_all(self.archive, 1 << 53, max_bytes=1)[::-1]
