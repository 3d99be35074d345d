"""Damaged files: what can be read is served, as it was; what can't is missing from the chain; nothing is raised."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.test import TestCase

from tests.archive.making import EPOCH, flipped, joined, seal, sealed_bytes, small_frames, ticks
from ticks.archive import index, reader, seekable
from ticks.archive.layout import closed_name
from ticks.archive.walk import MAGIC
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.tick import head

BEFORE, DAMAGED, BEHIND = range(1, 4), range(5, 30, 2), range(30, 33)
LINES = ticks(*BEFORE, *DAMAGED, *BEHIND)
N = {line: n for n, line in enumerate(LINES, 1)}
PREV = {line: head(before).t if before else 0 for before, line in zip([b"", *LINES], LINES, strict=False)}
A_FRAME = 2
"""Ticks in a frame."""


class DamageTest(TestCase):
    """Three files; the middle one is damaged."""

    def setUp(self) -> None:
        self.archive = Path(tempfile.mkdtemp(prefix="tickmon-archive-"))
        self.addCleanup(shutil.rmtree, self.archive)
        self.folder = self.archive / "main" / EPOCH
        self.folder.mkdir(parents=True)
        for ts in (BEFORE, DAMAGED, BEHIND):
            (self.folder / closed_name(ts[0])).write_bytes(joined(ticks(*ts)))
        index.index_closed(self.archive, "main")
        self.path = self.folder / closed_name(5)

    def seal(self) -> bytes:
        with small_frames(140):
            self.path = seal(self.archive, index.segments("main")[1])
        return self.path.read_bytes()

    def damage(self, data: bytes) -> None:
        self.path.unlink()  # another file has another inode
        self.path.write_bytes(data)

    def batches(self) -> list[Batch]:
        found, t = [], -1
        while (batch := reader.after(self.archive, "main", EPOCH, t, max_bytes=1)) is not None:
            found.append(batch)
            t = batch.last_t
        return found

    def served(self) -> list[bytes]:
        """Every line that is, in order, after it was seen that each is what and where it was."""
        t, lines = 0, []
        for batch in self.batches():
            (line,) = batch.records
            assert (batch.n, batch.last_t) == (N[line], head(line).t)
            assert (batch.prev_t == t) == (PREV[line] == t)
            assert batch.prev_t == PREV[line] or t < batch.prev_t < batch.first_t
            t = batch.last_t
            lines.append(line)
        newest = reader.last(self.archive, "main")
        assert newest is not None
        assert list(newest.records) == lines[-1:]
        self._is_found_by_time(random.sample(lines, 2))
        return lines

    def _is_found_by_time(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            cursor = reader.seek(self.archive, "main", head(line).ts)
            assert cursor is not None
            batch = reader.after(self.archive, "main", cursor.epoch, cursor.t)
            assert batch is not None
            assert batch.records[0] == line

    def test_of_a_file_that_is_cut_anywhere_the_whole_frames_are_served(self) -> None:
        whole = self.seal()
        starts = [at for at in range(len(whole)) if whole.startswith(MAGIC, at)]
        end = whole.index(b'{"format"') - 8
        ends = [*starts[1:], end]
        assert len(ends) > 4
        for size in range(0, len(whole), 5):
            self.damage(whole[:size])
            frames = sum(at <= size for at in ends)
            kept = min(len(DAMAGED), frames * A_FRAME)
            assert self.served() == LINES[: 3 + kept] + LINES[3 + len(DAMAGED) :]

    def test_of_a_file_with_a_flipped_bit_all_is_served_but_the_frame_that_has_it(self) -> None:
        whole = self.seal()
        for bit in random.sample(range(8 * len(whole)), 200):
            self.damage(flipped(whole, bit))
            with self.subTest(bit=bit):
                lines = self.served()
                assert len(LINES) - len(lines) in (0, 1, A_FRAME)
                if bit // 8 >= whole.index(b'{"format"') - 8:
                    assert lines == LINES

    def test_of_a_file_with_a_damaged_frame_and_no_end_the_rest_is_served(self) -> None:
        whole = self.seal()
        for at in range(0, whole.index(b'{"format"') - 8, 5):
            self.damage(flipped(whole, 8 * at)[:-1])
            with self.subTest(at=at):
                assert len(LINES) - len(self.served()) in (1, A_FRAME)

    def test_noise_of_any_kind_is_passed_over(self) -> None:
        whole = self.seal()
        random.seed(4)
        for _ in range(100):
            at, size = random.randrange(len(whole)), random.randrange(200)
            self.damage(whole[:at] + random.randbytes(size) + whole[at + random.randrange(200) :])
            assert set(LINES) >= {line for batch in self.batches() for line in batch.records}
            index.reindex(self.archive, "main")
            assert [row.first_t for row in index.segments("main")] == [1, 5, 30]

    def test_nothing_is_believed_that_another_program_would_not_have_written(self) -> None:
        """A frame that claims to hold a terabyte, and a table of as many frames."""
        self.seal()
        self.damage(MAGIC + b"\xe4" + (1 << 40).to_bytes(8, "little") + b"\0" * 100)
        assert self.served() == LINES[:3] + LINES[-3:]
        self.damage(b"\0" * 100 + seekable.table([])[:-9] + b"\xff\xff\xff\xff\x80\xb1\xea\x92\x8f")
        assert self.served() == LINES[:3] + LINES[-3:]

    def test_lines_of_a_closed_file_that_are_no_ticks_are_passed_over(self) -> None:
        damaged = range(4, 4 + len(DAMAGED) - 1)
        for at in (*damaged, 3):
            with self.subTest(at=at):
                self.damage(joined([*LINES[3:at], b"\0" * 30, *LINES[at + 1 : 3 + len(DAMAGED)]]))
                assert self.served() == LINES[:at] + LINES[at + 1 :]

    def test_a_closed_file_that_is_cut_gives_its_whole_lines(self) -> None:
        whole = self.path.read_bytes()
        for size in range(0, len(whole), 3):
            self.damage(whole[:size])
            kept = whole[:size].count(b"\n")
            assert self.served() == LINES[: 3 + kept] + LINES[3 + len(DAMAGED) :]

    def test_damage_is_said_once(self) -> None:
        whole = self.seal()
        self.damage(flipped(whole, 8 * 30))
        with self.assertLogs("ticks.archive", "ERROR") as logs:
            for _ in range(3):
                self.served()
        assert len(logs.output) == 1
        assert f"{self.path}, the frame of t=5" in logs.output[0]

    def test_a_producer_starts_and_reindex_finds_the_same_whatever_is_damaged(self) -> None:
        whole = self.seal()
        rows = list(index.segments("main").values_list("first_t", "last_t", "prev_t", "n", "count"))
        for data in (b"", whole[:-1], whole[:200], b"\0" * 500):
            self.damage(data)
            index.forget_missing(self.archive, "main")
            index.index_closed(self.archive, "main")
            index.reindex(self.archive, "main")
            assert list(index.segments("main").values_list("first_t", "last_t", "prev_t", "n", "count")) == rows

    def test_a_sealed_file_without_its_end_that_is_copied_in_gets_a_row_too(self) -> None:
        self.seal()
        with small_frames(140):
            self.damage(sealed_bytes(ticks(*DAMAGED), prev_t=3, n=4)[:-1])
        index.segments("main").delete()
        index.reindex(self.archive, "main")
        assert self.served() == LINES
        assert reader.seek(self.archive, "main", 0.0) == Cursor(EPOCH, 0)
