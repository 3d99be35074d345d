"""What is no longer kept of a stream, and what stays of it."""

from __future__ import annotations

from unittest.mock import patch

from tests.archive.killing import Killed
from tests.archive.retaining import DAY, RetentionCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.archive import index, retention
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import ACTIVE, GAPS
from ticks.archive.retention import Keep
from ticks.models import Segment

MIDDLE_EPOCH = "0mwpx6cq0bbbb"


class DueTest(RetentionCase):
    def test_files_go_once_all_their_ticks_are_too_old(self) -> None:
        for t, days in ((1, 10), (3, 5), (5, 1), (7, 0.5)):
            self.keep(t, t + 1, days=days)
        (gone,) = self.prune(days=2).values()
        self.assertEqual(self.left(), [f"{EPOCH}/5", f"{EPOCH}/7"])
        self.assertEqual((gone.files, gone.ticks, gone.max_ts), (2, 4, round(self.now - 5 * DAY + 4, 6)))
        self.assertEqual(self.prune(days=2), {})
        self.assertEqual(self.ts(), [5, 6, 7, 8])

    def test_fractions_of_a_day_count(self) -> None:
        for t, days in ((1, 0.4), (3, 0.2), (5, 0.0)):
            self.keep(t, days=days)
        self.prune(days=0.3)
        self.assertEqual(self.left(), [f"{EPOCH}/3", f"{EPOCH}/5"])

    def test_behind_a_file_with_a_younger_tick_its_epoch_waits_and_the_others_do_not(self) -> None:
        """The clock was wrong: what comes after it can't go without a loss in the middle."""
        self.keep(1, days=9)
        self.keep(2, days=-100)
        self.keep(3, days=9)
        self.keep(1, epoch=NEXT_EPOCH, days=9)
        self.keep(2, epoch=NEXT_EPOCH, days=0)
        self.prune(days=2)
        self.assertEqual(self.left(), [f"{EPOCH}/2", f"{EPOCH}/3", f"{NEXT_EPOCH}/2"])

    def test_the_newest_files_that_fit_into_the_bytes_stay(self) -> None:
        size = self.keep(1, 2, days=0).stat().st_size
        for t in (3, 5):
            self.keep(t, t + 1, days=0)
        self.keep(1, 2, epoch=NEXT_EPOCH, days=0)
        self.assertEqual(self.prune(stored=4 * size), {})
        (gone,) = self.prune(stored=3 * size - 1).values()
        self.assertEqual((gone.files, gone.bytes), (2, 2 * size))
        self.assertEqual(self.left(), [f"{EPOCH}/5", f"{NEXT_EPOCH}/1"])

    def test_stored_bytes_count_and_not_those_of_the_lines(self) -> None:
        path = self.keep(1, 2, days=0)
        self.keep(3, 4, days=0)
        Segment.objects.filter(pk=self.row(path).pk).update(stored=1, bytes=10**9)
        self.assertEqual(self.prune(stored=1000), {})

    def test_the_very_newest_file_stays_however_old_and_large(self) -> None:
        self.keep(1, days=90)
        self.keep(1, epoch=NEXT_EPOCH, days=90)
        self.prune(days=1, stored=1)
        self.assertEqual(self.left(), [f"{NEXT_EPOCH}/1"])

    def test_without_a_limit_everything_stays(self) -> None:
        self.keep(1, days=9999)
        self.keep(2, days=9999)
        self.assertEqual(self.prune(), {})
        self.assertEqual(len(self.left()), 2)

    def test_rollups_have_an_age_of_their_own_and_no_part_in_the_bytes(self) -> None:
        for stream in ("main", "main@60", "main@3600"):
            for t, days in ((1, 40), (2, 20), (3, 0)):
                self.keep(t, days=days, stream=stream)
        self.assertEqual(list(self.prune(days=10, stored=10**6, rollups=30)), ["main", "main@60", "main@3600"])
        counts = {name: index.segments(name).count() for name in ("main", "main@60", "main@3600")}
        self.assertEqual(counts, {"main": 1, "main@60": 2, "main@3600": 2})
        self.left()

    def test_a_dry_run_tells_the_same_and_removes_nothing(self) -> None:
        self.keep(1, days=9)
        self.keep(1, epoch=NEXT_EPOCH, days=0)
        told = dict(retention.prune(self.archive, "main", Keep(2.0), dry_run=True))
        self.assertEqual(self.left(), [f"{EPOCH}/1", f"{NEXT_EPOCH}/1"])
        self.assertEqual(told, self.prune(days=2))
        self.assertEqual(self.left(), [f"{NEXT_EPOCH}/1"])


class FolderTest(RetentionCase):
    def test_the_folder_of_an_older_epoch_goes_when_nothing_is_left_but_its_gaps(self) -> None:
        self.keep(1, days=9)
        note(self.folder, Hole(1, 5, 4))
        self.keep(1, epoch=MIDDLE_EPOCH, days=9)
        (self.archive / "main" / MIDDLE_EPOCH / ACTIVE).touch()
        self.keep(1, epoch=NEXT_EPOCH, days=0)
        self.prune(days=2)
        self.assertEqual(sorted(path.name for path in (self.archive / "main").iterdir()), [MIDDLE_EPOCH, NEXT_EPOCH])

    def test_the_newest_folder_stays_also_without_a_file(self) -> None:
        self.keep(1, days=9)
        (self.archive / "main" / NEXT_EPOCH).mkdir()
        self.prune(days=2)
        self.assertTrue((self.archive / "main" / NEXT_EPOCH).is_dir())

    def test_one_that_a_kill_left_goes_the_next_time(self) -> None:
        self.keep(1, days=9)
        note(self.folder, Hole(1, 5, 4))
        self.keep(1, epoch=NEXT_EPOCH, days=0)
        with patch.object(retention, "_remove_folders", side_effect=Killed), self.assertRaises(Killed):
            self.prune(days=2)
        self.assertEqual(self.names(), [GAPS])
        self.prune(days=2)
        self.assertFalse(self.folder.exists())
