"""Where a writer goes on, whatever the one before it left."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from django.test import TestCase

from tests.support.lines import encode
from ticks.archive import index
from ticks.archive.active import ActiveFile
from ticks.archive.gaps import Hole, note, unarchived
from ticks.archive.layout import ACTIVE, closed_files
from ticks.cursor import EPOCH, Cursor
from ticks.live.hotlog import Head
from ticks.producer.numbering import close_left_open, resume

FIRST, SECOND = "0mi8x7k2a0000", "0mi8x7k2b0000"


def hot(t: int, n: int | None = None, epoch: str = FIRST) -> Head:
    return Head(Cursor(epoch, t, t if n is None else n), 1.0, t)


class NumberingTest(TestCase):
    def setUp(self) -> None:
        self.archive = Path(tempfile.mkdtemp(prefix="tickmon-archive-"))
        self.addCleanup(shutil.rmtree, self.archive)

    def leave(self, *ts: int, epoch: str = FIRST, closed: bool = True) -> Path:
        """What a writer leaves that ended well, or was killed."""
        file = ActiveFile(self.archive / "main" / epoch)
        for t in ts:
            file.append(encode({}, t, 1.0), t)
        if closed:
            file.close()
        return self.archive / "main" / epoch

    def resume(self, head: Head | None = None) -> Cursor:
        return resume(self.archive, "main", head)

    def test_an_empty_archive_begins_an_epoch(self) -> None:
        tip = self.resume()
        assert EPOCH.fullmatch(tip.epoch)
        assert (tip.t, tip.n) == (-1, 0)
        assert int(tip.epoch[:9], 36) / 1000 <= time.time()

    def test_it_goes_on_after_the_last_archived_tick(self) -> None:
        self.leave(1, 2)
        self.leave(4, 9)
        assert self.resume() == Cursor(FIRST, 9, 4)
        assert self.resume(hot(9, 4)) == Cursor(FIRST, 9, 4)
        assert self.resume(hot(2, 2)) == Cursor(FIRST, 9, 4)

    def test_it_goes_on_in_the_newest_epoch_also_where_the_hot_log_has_an_older_one(self) -> None:
        self.leave(1, 2)
        self.leave(1, epoch=SECOND)
        assert self.resume() == Cursor(SECOND, 1, 1)
        assert self.resume(hot(50)) == Cursor(SECOND, 1, 1)

    def test_an_epoch_in_which_nothing_was_written_is_begun(self) -> None:
        self.leave(epoch=SECOND)
        assert self.resume() == Cursor(SECOND, -1, 0)

    def test_what_a_killed_writer_left_open_is_closed_and_indexed_without_its_torn_line(self) -> None:
        epoch_dir = self.leave(1, 2, 3, closed=False)
        with (epoch_dir / ACTIVE).open("ab") as file:
            file.write(b'{"t":4,"ts":1.0,"tor')
        assert self.resume() == Cursor(FIRST, 3, 3)
        assert [path.stem.lstrip("0") for path in closed_files(epoch_dir)] == ["1"]
        assert not (epoch_dir / ACTIVE).exists()
        row = index.newest("main")
        assert row is not None
        assert (row.last_t, row.count) == (3, 3)

    def test_files_that_are_left_open_are_counted_in_all_epochs(self) -> None:
        self.leave(1, closed=False)
        self.leave(1, epoch=SECOND, closed=False)
        assert close_left_open(self.archive / "main") == 2
        assert close_left_open(self.archive / "main") == 0

    def test_what_only_the_hot_log_has_is_a_hole_and_is_not_numbered_again(self) -> None:
        epoch_dir = self.leave(1, 2)
        assert self.resume(hot(7)) == Cursor(FIRST, 7, 7)
        assert unarchived(epoch_dir) == [Hole(2, 7, 5)]

    def test_a_hole_is_noted_once_and_outlives_the_hot_log(self) -> None:
        epoch_dir = self.leave(1, 2)
        for head in (hot(7), hot(7), None, hot(2)):
            assert self.resume(head) == Cursor(FIRST, 7, 7)
        assert unarchived(epoch_dir) == [Hole(2, 7, 5)]
        self.leave(8)
        assert self.resume(None) == Cursor(FIRST, 8, 8)

    def test_a_second_hole_right_behind_the_first_is_another_one(self) -> None:
        epoch_dir = self.leave(1, 2)
        for head in (hot(7), hot(9), None):
            tip = self.resume(head)
        assert tip == Cursor(FIRST, 9, 9)
        assert unarchived(epoch_dir) == [Hole(2, 7, 5), Hole(7, 9, 2)]

    def test_a_hole_in_an_epoch_without_a_file(self) -> None:
        epoch_dir = self.leave()
        assert self.resume(hot(3)) == Cursor(FIRST, 3, 3)
        assert unarchived(epoch_dir) == [Hole(-1, 3, 3)]

    def test_a_hole_within_the_archive_changes_nothing(self) -> None:
        epoch_dir = self.leave(1, 2)
        note(epoch_dir, Hole(2, 5, 3))
        self.leave(6, 7)
        assert self.resume() == Cursor(FIRST, 7, 7)

    def test_a_hot_log_that_another_archive_numbered_begins_an_epoch_behind_both(self) -> None:
        for foreign in ("0mi8x7k29zzzz", "zzz8x7k290000"):
            with self.subTest(foreign):
                self.leave(1, 2)
                tip = self.resume(hot(50, epoch=foreign))
                assert (tip.t, tip.n) == (-1, 0)
                assert tip.epoch > max(foreign, FIRST)

    def test_an_empty_archive_begins_an_epoch_behind_the_hot_logs(self) -> None:
        tip = self.resume(hot(50, epoch="zzz8x7k290000"))
        assert tip.epoch > "zzz8x7k290000"
        assert (tip.t, tip.n) == (-1, 0)

    def test_other_streams_are_left_alone(self) -> None:
        other = ActiveFile(self.archive / "other" / FIRST)
        other.append(encode({}, 1, 1.0), 1)
        self.resume()
        assert other.path.exists()
        assert index.newest("other") is None
        other.close()
