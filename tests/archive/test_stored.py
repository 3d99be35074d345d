"""Sealed frames, handed on as they are stored."""

from __future__ import annotations

from tests.archive.cases import ArchiveCase
from tests.archive.making import small_frames
from tests.support.cases import EPOCH
from ticks.archive import reader, sealing
from ticks.archive.frame import Frame
from ticks.archive.reader import Stored
from ticks.archive.walk import walk_sealed
from ticks.cursor import Cursor


class StoredTest(ArchiveCase):
    def setUp(self) -> None:
        """1-6 sealed in frames of two, 7-8 closed."""
        super().setUp()
        sealed = self.closed_rows((1, 2, 3, 4, 5, 6), (7, 8))[0]
        with small_frames(70):
            self.data = sealing.seal(self.archive, [sealed]).read_bytes()
        self.frames = list(walk_sealed(self.data))
        assert [frame.last_t for frame in self.frames] == [2, 4, 6]

    def after(self, t: int, last_t: int = 99, max_bytes: int = 1 << 20) -> Stored | None:
        def is_wanted(frame: Frame) -> bool:
            return frame.last_t <= last_t

        return reader.stored_after(self.archive, "main", EPOCH, t, is_wanted, max_bytes)

    def part(self, start: int, stop: int) -> bytes:
        found = self.frames[start:stop]
        return self.data[found[0].offset : found[-1].offset + found[-1].size]

    def test_the_frames_that_are_wanted_come_together(self) -> None:
        self.assertEqual(self.after(0), Stored(self.part(0, 3), Cursor(EPOCH, 6, 6)))
        self.assertEqual(self.after(2), Stored(self.part(1, 3), Cursor(EPOCH, 6, 6)))
        self.assertEqual(self.after(0, last_t=5), Stored(self.part(0, 2), Cursor(EPOCH, 4, 4)))
        self.assertIsNone(self.after(0, last_t=1))

    def test_as_many_as_there_is_room_for_but_one_at_least(self) -> None:
        two = sum(frame.size for frame in self.frames[:2])
        for max_bytes, count in ((1, 1), (two - 1, 1), (two, 2)):
            self.assertEqual(
                self.after(0, max_bytes=max_bytes), Stored(self.part(0, count), Cursor(EPOCH, 2 * count, 2 * count))
            )

    def test_there_is_none_that_begins_within_a_frame_or_behind_a_hole_or_in_a_closed_file(self) -> None:
        for t in (1, 3, 6, 7, 8, -1):
            self.assertIsNone(self.after(t))

    def test_a_file_that_is_gone_or_damaged_is_left_to_who_tells_of_it(self) -> None:
        path = self.folder / f"{1:020d}.jsonl.zst"
        second = self.frames[1].offset
        path.write_bytes(self.data[:second] + b"\0" * 8 + self.data[second + 8 :])
        self.assertIsNone(self.after(2))
        path.write_bytes(self.data[:-20])
        self.assertIsNone(self.after(0))
        path.unlink()
        self.assertIsNone(self.after(0))
