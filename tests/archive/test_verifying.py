"""Verifying: what is damaged in a file is found and named; what is whole is not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from tests.archive.making import EPOCH as OTHER_EPOCH
from tests.archive.making import flipped, joined, sealed_bytes, small_frames, ticks
from tests.archive.verifying import VerifyCase
from tests.support.archived import lines_of
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.archive import index, sealed, seekable, segment
from ticks.archive.frame import Frame
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import ACTIVE, closed_name, sealed_name
from ticks.archive.opened import opened
from ticks.archive.sealer import Sealer
from ticks.archive.sealing import seal
from ticks.archive.verify.finding import Tally
from ticks.archive.verify.stream import verify


def frames_of(path: Path) -> Sequence[Frame]:
    with opened(path) as file:
        return sealed.read_ending(file)[0].frames


class HealthyTest(VerifyCase):
    def test_nothing_is_wrong_with_closed_and_sealed_files_of_several_epochs_with_gaps(self) -> None:
        self.half_sealed()
        note(self.folder, Hole(16, 20, 3))
        self.close(21, 22)
        self.close(0, 1, epoch=NEXT_EPOCH)
        self.close(1, 2, stream="main@60")
        (self.folder / ACTIVE).write_bytes(b"half a li")
        for stream in ("main", "main@60"):
            index.index_closed(self.archive, stream)
            self.assertEqual(self.found(stream), [])

    def test_what_was_read_is_counted(self) -> None:
        self.half_sealed()
        stored = sum(path.stat().st_size for path in self.folder.iterdir())
        steps: list[int] = []
        tally = Tally(steps.append)
        self.assertEqual(list(verify(self.archive, "main", tally)), [])
        self.assertEqual((tally.ticks, tally.files, tally.bytes, sum(steps)), (13, 4, stored, stored))

    def test_an_archive_that_is_empty_has_nothing_wrong(self) -> None:
        self.assertEqual(self.found(), [])


class SealedTest(VerifyCase):
    def setUp(self) -> None:
        super().setUp()
        self.folder.mkdir(parents=True)
        self.path = self.folder / sealed_name(1)
        sealer = Sealer("main", EPOCH, 0, 1)
        with small_frames(140):
            self.whole = sealer.feed(joined(ticks(*range(1, 15)))) + sealer.finish()
        self.path.write_bytes(self.whole)
        index.index_closed(self.archive, "main")
        self.frames = frames_of(self.path)
        self.lines = lines_of(self.path)
        self.assertEqual((len(self.frames), self.found()), (7, []))

    def assert_names_the_file(self) -> None:
        findings = self.found()
        self.assertTrue(findings)
        self.assertEqual({finding.path for finding in findings}, {f"main/{EPOCH}/{self.path.name}"})

    def test_wherever_it_is_cut_that_is_found(self) -> None:
        for size in range(len(self.whole)):
            self.path.write_bytes(self.whole[:size])
            self.assertTrue(self.check(self.path), size)
        for size in (*random.sample(range(len(self.whole)), 20), 0):
            self.path.write_bytes(self.whole[:size])
            self.assert_names_the_file()

    def test_wherever_there_are_more_bytes_that_is_found(self) -> None:
        for at in [0, len(self.whole), *(frame.offset + frame.size for frame in self.frames)]:
            for more in (b"\0", seekable.skippable(b""), self.whole[: self.frames[0].size]):
                self.path.write_bytes(self.whole[:at] + more + self.whole[at:])
                self.assertTrue(self.check(self.path))

    def test_every_flipped_bit_is_found_in_its_frame(self) -> None:
        """A few bits mean nothing to zstd: every reader gets the same lines."""
        ending = self.frames[-1].offset + self.frames[-1].size
        harmless = 0
        for bit in range(8 * len(self.whole)):
            self.path.write_bytes(flipped(self.whole, bit))
            found = [finding.frame for finding in self.check(self.path)]
            if bit // 8 >= ending:
                self.assertEqual(found, [None], bit)
            elif found:
                (frame,) = [number for number, frame in enumerate(self.frames) if frame.offset <= bit // 8][-1:]
                self.assertEqual(found, [frame], bit)
            else:
                self.assertEqual(lines_of(self.path), self.lines, bit)
                harmless += 1
        self.assertLess(harmless, len(self.whole) * 8 / 100)

    def test_a_flipped_bit_names_the_file_its_frame_and_ticks(self) -> None:
        self.path.write_bytes(flipped(self.whole, 8 * (self.frames[2].offset + 30)))
        (finding,) = self.found()
        frame = self.frames[2]
        self.assertEqual((finding.first_t, finding.last_t, finding.offset), (5, 6, frame.offset))
        start = f"main/{EPOCH}/{self.path.name}, frame 2 (bytes {frame.offset} to {frame.offset + frame.size}, t=5…6): "
        self.assertEqual(str(finding)[: len(start)], start)

    def test_every_damaged_frame_is_told_of_also_where_the_end_is_damaged(self) -> None:
        for ended, numbers in ((self.whole, [1, 4]), (self.whole[:-1], [1, 4, None])):
            damaged = ended
            for number in (1, 4):
                damaged = flipped(damaged, 8 * (self.frames[number].offset + 30))
            self.path.write_bytes(damaged)
            with self.subTest(numbers=numbers):
                found = self.found()
                self.assertEqual([finding.frame for finding in found], numbers)
                self.assertEqual([(one.first_t, one.last_t) for one in found[:2]], [(3, 4), (9, 10)])

    def test_frames_that_changed_places_are_found(self) -> None:
        first, second = self.frames[5:7]
        self.assertEqual(first.size, second.size)
        start, middle, end = first.offset, second.offset, second.offset + second.size
        swapped = self.whole[middle:end] + self.whole[start:middle]
        self.path.write_bytes(self.whole[:start] + swapped + self.whole[end:])
        self.assertEqual([finding.frame for finding in self.found()], [5, 6])

    def test_an_end_that_fits_but_tells_something_else_is_found(self) -> None:
        packed = self.whole[: self.frames[-1].offset + self.frames[-1].size]
        with opened(self.path) as file:
            known = sealed.read_ending(file)[0]
        changes = (
            (known.sha256[::-1], self.frames),
            (known.sha256, [*self.frames[:-1], Frame(*_values(self.frames[-1], count=3))]),
            (known.sha256, [*self.frames[:-1], Frame(*_values(self.frames[-1], max_ts=1.0))]),
        )
        for sha256, frames in changes:
            self.path.write_bytes(packed + segment.ending("main", EPOCH, known.level, sha256, frames))
            self.assertEqual(len(self.check(self.path)), 1)

    def test_a_file_of_another_epoch_or_stream_and_a_wrong_name_are_found(self) -> None:
        self.path.write_bytes(sealed_bytes(ticks(*range(1, 15))))
        self.assertIn(f"epoch {OTHER_EPOCH}", self.check(self.path)[0].problem)
        self.path.write_bytes(self.whole)
        self.path = self.path.rename(self.path.with_name(sealed_name(2)))
        self.assertEqual([one.problem for one in self.check(self.path)], ["its name is another tick's"])


class ClosedTest(VerifyCase):
    def setUp(self) -> None:
        super().setUp()
        self.closed_rows((1, 2, 3), (4, 5), (6,))
        self.path = self.folder / closed_name(1)
        self.whole = self.path.read_bytes()

    def test_wherever_it_is_cut_that_is_found(self) -> None:
        for size in range(len(self.whole)):
            self.path.write_bytes(self.whole[:size])
            with self.subTest(size=size):
                findings = self.found()
                self.assertTrue(findings)
                self.assertEqual(findings[0].path, f"main/{EPOCH}/{self.path.name}")

    def test_every_flipped_bit_of_what_makes_a_line_a_tick_in_order_is_found(self) -> None:
        starts = [at for at in range(len(self.whole)) if self.whole.startswith(b'{"t":', at)]
        heads = [at for start in starts for at in range(start, start + len(b'{"t":1,"ts":'))]
        ends = [at for at in range(len(self.whole)) if self.whole[at] in b"\n" or self.whole.startswith(b"}\n", at)]
        for at in (*heads, *ends):
            for bit in range(8):
                self.path.write_bytes(flipped(self.whole, 8 * at + bit))
                with self.subTest(at=at, bit=bit):
                    self.assertEqual(
                        {one.path for one in self.found()} - {f"main/{EPOCH}/{closed_name(4)}"}, {self.name}
                    )

    def test_damaged_lines_are_told_of_with_the_bytes_and_the_ticks_between(self) -> None:
        lines = self.whole.splitlines(keepends=True)
        start, end = len(lines[0]), len(lines[0] + lines[1])
        self.path.write_bytes(lines[0] + b"\0" * (len(lines[1]) - 1) + b"\n" + lines[2])
        finding = self.one()
        self.assertEqual(str(finding), f"{self.name} (bytes {start} to {end}, t=2): a line behind t=1 is no tick")

    def test_lines_out_of_order_and_an_empty_file_are_found(self) -> None:
        lines = self.whole.splitlines(keepends=True)
        self.path.write_bytes(lines[0] + lines[2] + lines[1])
        self.assertIn("not in order", self.one().problem)
        self.path.write_bytes(b"")
        self.assertEqual(self.one().problem, "it is empty")

    def test_lines_longer_than_what_is_read_at_once(self) -> None:
        self.set("closed.PIECE_BYTES", 70)
        self.assertEqual(self.found(), [])
        self.path.write_bytes(b"x" * 500)
        self.assertEqual({one.path for one in self.found()}, {self.name})

    def test_a_file_that_can_t_be_read_is_a_finding(self) -> None:
        self.path.unlink()
        self.path.mkdir()
        self.assertIn("can't be read", self.found()[0].problem)

    @property
    def name(self) -> str:
        return f"main/{EPOCH}/{self.path.name}"


class LeftoverTest(VerifyCase):
    def test_closed_files_under_a_sealed_one_are_no_fault(self) -> None:
        rows = self.closed_rows((1, 2), (3, 4), (5, 6))
        kept = {name: (self.folder / name).read_bytes() for name in self.names()}
        seal(self.archive, rows[:2])
        for name in kept:
            (self.folder / name).write_bytes(kept[name])
        self.assertEqual(self.found(), [])

    def test_nor_is_a_sealed_file_whose_closed_ones_still_have_their_rows(self) -> None:
        rows = self.closed_rows((1, 2), (3, 4), (5, 6))
        kept = {name: (self.folder / name).read_bytes() for name in self.names()}
        seal(self.archive, rows[:2])
        for name in kept:
            (self.folder / name).write_bytes(kept[name])
        index.segments("main").delete()
        for row in rows:
            row.save(force_insert=True)
        self.assertEqual(self.found(), [])


def _values(frame: Frame, **changed: float) -> list[float]:
    return [changed.get(name, getattr(frame, name)) for name in Frame.__slots__]
