"""Rollups are made anew from the ticks, and what is known only from them stays."""

from __future__ import annotations

import time
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from django.core.management import call_command
from django.test import override_settings

from tests.archive.making import small_frames
from tests.archive.rollups.cases import FIELDS, START, RollupCase, rows_of
from tests.support.archived import lines_of
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.archive import plan
from ticks.archive.archiver import Archiver
from ticks.archive.lock import ArchiverLock
from ticks.archive.retention import Keep, prune
from ticks.archive.rollups.levels import STEPS, name
from ticks.archive.rollups.series import series
from ticks.models import Segment


class RebuildTest(RollupCase):
    def setUp(self) -> None:
        super().setUp()
        for at in range(6):
            self.close_ticks(1 + at * 300, [START + (at * 300 + i) / 3 for i in range(300)])
        self.close_ticks(1, [START + 3000 + i for i in range(300)], NEXT_EPOCH)
        with patch.object(plan, "SEGMENT_BYTES", 1):
            self.archiver.turn()

    def rows(self, step: int, epoch: str = EPOCH) -> list[dict[str, object]]:
        """As they are kept on disk, by a reader of the test's own."""
        found = sorted((self.archive / name("main", step) / epoch).glob("[0-9a]*.jsonl*"))
        return [row for path in found for row in rows_of(b"\n".join(lines_of(path)))]

    def all_rows(self) -> list[list[dict[str, object]]]:
        return [self.rows(step, epoch) for step in STEPS for epoch in (EPOCH, NEXT_EPOCH)]

    def reindex(self) -> str:
        out = StringIO()
        with override_settings(TICKS_ARCHIVE=self.archive):
            call_command("reindex", "main", "--rollups", stdout=out)
        return out.getvalue()

    def paths(self) -> list[str]:
        return [row.path for row in Segment.objects.all()]

    def test_they_are_the_same_again(self) -> None:
        before = self.all_rows()
        self.assertTrue(all(self.rows(step) for step in STEPS))
        with small_frames(2000):
            said = self.reindex()
        self.assertIn("main: its rollups were made anew", said)
        self.assertEqual(self.all_rows(), before)
        self.assertEqual([path for path in self.paths() if not (self.archive / path).exists()], [])

    def test_wrong_ones_are_put_right(self) -> None:
        before = self.all_rows()
        for path in self.archive.glob("main@*/*/*"):
            path.write_bytes(b"nothing")
        self.reindex()
        self.assertEqual(self.all_rows(), before)

    def test_rows_of_ticks_that_are_gone_stay(self) -> None:
        before = {step: self.rows(step) for step in STEPS}
        keep = Keep(days=(time.time() - START - 400) / 86400)
        self.assertEqual([gone.files for _, gone in prune(self.archive, "main", keep)], [4])
        self.reindex()
        self.assertEqual({step: self.rows(step) for step in STEPS}, before)
        found, _ = series(self.archive, "main", FIELDS, START, START + 600, 10)
        self.assert_series(found)

    def test_rows_of_an_epoch_that_is_gone_stay(self) -> None:
        before = self.all_rows()
        for path in (self.archive / "main" / EPOCH).iterdir():
            path.unlink()
        Segment.objects.filter(stream="main", epoch=EPOCH).delete()
        self.reindex()
        self.assertEqual(self.all_rows(), before)

    def test_an_archiver_that_runs_goes_on_with_them(self) -> None:
        with ArchiverLock(self.archive) as lock:
            self.assertTrue(lock.take())
            self.assertIn("the archiver that runs makes its rollups anew", self.reindex())
        self.close_ticks(301, [START + 4000 + i for i in range(30)], NEXT_EPOCH)
        self.archiver.turn()  # what it wrote to is gone
        self.archiver.turn()
        before = self.all_rows()
        self.reindex()
        self.assertEqual(self.all_rows(), before)

    def test_nothing_is_left_over(self) -> None:
        self.reindex()
        Archiver(self.archive, self.stop).turn()
        folders = {path.name for path in Path(self.archive).iterdir() if path.is_dir()}
        self.assertEqual(folders, {"main", *(name("main", step) for step in STEPS)})
