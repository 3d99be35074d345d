"""Verifying rollups against ticks: both are pruned, made anew, and changed meanwhile."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from unittest.mock import patch

from tests.archive.rollups.cases import START
from tests.archive.test_verifying_deep import DeepCase, changed
from tests.archive.verifying import before_call
from tests.support.cases import EPOCH
from ticks.archive import index
from ticks.archive.archiver import Archiver
from ticks.archive.retention import Keep, prune
from ticks.archive.rollups.levels import names
from ticks.models import Segment


class PrunedTest(DeepCase):
    """Rollups are kept longer than the ticks."""

    def setUp(self) -> None:
        super().setUp()
        self.rolled()
        self.days = (time.time() - START - 2000) / 86400

    def prune_ticks(self) -> None:
        list(prune(self.archive, "main", Keep(days=self.days)))

    def test_where_ticks_are_pruned_their_rows_are_left_out(self) -> None:
        before = self.found()
        compared = self.tally.compared
        self.prune_ticks()
        self.assertGreater(index.segments("main", EPOCH)[0].first_t, 9000)
        self.assertEqual((before, self.found()), ([], []))
        self.assertLess(self.tally.compared, compared / 2)
        self.assertGreater(self.tally.compared, compared / 4)

    def test_what_is_left_is_compared(self) -> None:
        self.prune_ticks()
        self.alter(1, lambda rows: [rows[100].update(ticks=9), rows[2500].update(ticks=9)])
        here, coarser = self.found()
        self.assertEqual((here.stream, coarser.stream), ("main@1", "main@10"))
        self.assertEqual(here.last_t, 12505)

    def test_so_are_rows_with_finer_ones_that_are_kept(self) -> None:
        self.prune_ticks()
        self.alter(60, changed(800, ticks=299))
        self.assertEqual({finding.stream for finding in self.found()}, {"main@60", "main@600"})

    def test_where_finer_rows_are_pruned_too_nothing_is_found(self) -> None:
        self.prune_ticks()
        list(prune(self.archive, "main", Keep(rollups_days=self.days)))
        self.assertEqual(self.found(), [])

    def test_all_ticks_of_an_epoch_may_be_gone(self) -> None:
        shutil.rmtree(self.archive / "main" / EPOCH)
        index.segments("main", EPOCH).delete()
        self.assertEqual(self.found(), [])


class MeanwhileTest(DeepCase):
    def test_what_is_gone_on_the_second_look_is_not_told(self) -> None:
        self.rolled(seconds=1200.0)
        for step in (1, 10, 60):
            restore = self.copied(step)
            self.alter(step, lambda rows: rows[3].update(ticks=9))
            with patch(
                "ticks.archive.verify.stream.time.sleep", side_effect=lambda _, restore=restore: restore()
            ) as slept:
                self.assertEqual((self.compared(), bool(slept.call_count)), ([], True))

    def test_what_is_new_on_the_second_look_is_looked_at_again_and_told_once(self) -> None:
        self.rolled(seconds=1200.0)
        self.alter(10, lambda rows: rows[50].update(ticks=9))
        pauses: list[float] = []

        def more(pause: float) -> None:
            if not pauses:
                self.alter(10, lambda rows: rows[70].update(ticks=9))
            pauses.append(pause)

        with patch("ticks.archive.verify.stream.time.sleep", more):
            found = [finding for finding in self.compared() if finding.stream == "main@10"]
        self.assertEqual([finding.last_t for finding in found], [2550, 3550])

    def assert_no_alarm(self, work: Callable[[], object]) -> None:
        """Something is done at the first moments of each kind."""
        for moment in ("stored.blocks", "stored.head", "made_of.pieces", "made_of.row_of"):
            for number in (1, 2, 30):
                shutil.rmtree(self.archive)
                Segment.objects.all().delete()
                self.archiver = Archiver(self.archive, self.stop)
                self.rolled(seconds=300.0)
                name = f"ticks.archive.verify.{moment}"
                with self.subTest(moment=moment, number=number), before_call(name, number, work):
                    self.assertEqual(self.compared(), [])

    def test_ticks_and_rollups_may_be_pruned(self) -> None:
        days = (time.time() - START - 150) / 86400
        self.assert_no_alarm(lambda: list(prune(self.archive, "main", Keep(days=days, rollups_days=days))))

    def test_rollups_may_be_made_anew(self) -> None:
        def work() -> None:
            for each in names("main"):
                if (self.archive / each).exists():
                    (self.archive / each).rename(self.archive / f".old-{each}")
                    index.segments(each).delete()
            Archiver(self.archive, self.stop).turn()

        self.assert_no_alarm(work)

    def test_rollups_may_be_gone_until_later(self) -> None:
        def work() -> None:
            for each in names("main"):
                if (self.archive / each).exists():
                    (self.archive / each).rename(self.archive / f".old-{each}")
                    index.segments(each).delete()

        self.assert_no_alarm(work)

    def test_all_may_be_deleted(self) -> None:
        def work() -> None:
            shutil.rmtree(self.archive)
            self.archive.mkdir()
            Segment.objects.all().delete()

        self.assert_no_alarm(work)

    def test_more_may_be_written_and_sealed(self) -> None:
        def work() -> None:
            self.close_ticks(4000, [START + 700 + at / 3 for at in range(900)])
            Archiver(self.archive, self.stop).turn()

        self.assert_no_alarm(work)
