"""Pruning, killed at any moment and beside others who are at the same files."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event
from unittest.mock import patch

from django.test import override_settings

from tests.archive.killing import Killed
from tests.archive.retaining import RetentionCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.archive import archiver, index, reader, retention, sealing
from ticks.archive.archiver import Archiver
from ticks.archive.layout import closed_name, sealed_name
from ticks.models import Segment


class KillTest(RetentionCase):
    """Ordinals hold, wherever a pruning was killed, and what was left is pruned again."""

    def setUp(self) -> None:
        super().setUp()
        for t, days in ((1, 30), (11, 9), (21, 8), (31, 0)):
            self.keep(*range(t, t + 10), days=days)
        self.prune(days=20)
        self.chain = [(11, 10, 11), (21, 20, 21), (31, 30, 31)]
        self.assertEqual(self.rows(), self.chain)

    def rows(self) -> list[tuple[int, int, int]]:
        return list(index.segments("main").values_list("first_t", "prev_t", "n"))

    def kill(self, *, after: bool) -> None:
        """In the middle of the first file, before or after it is gone."""
        unlink = Path.unlink

        def die(path: Path, missing_ok: bool = False) -> None:
            if after:
                unlink(path, missing_ok)
            raise Killed

        with patch.object(Path, "unlink", die), self.assertRaises(Killed):
            self.prune(days=2)

    def go_on(self) -> None:
        archiver = Archiver(self.archive, Event())
        with patch("ticks.archive.archiver.ready", side_effect=lambda rows, *_, **__: [list(rows)]):
            archiver.turn()
        index.index_closed(self.archive, "main")

    def test_before_the_file_is_gone_nothing_has_happened(self) -> None:
        self.kill(after=False)
        self.assertEqual(self.rows(), self.chain)
        self.left()

    def test_behind_it_the_row_is_left_and_readers_pass_over_it(self) -> None:
        self.kill(after=True)
        self.assertEqual(self.rows(), self.chain)
        batch = reader.after(self.archive, "main", EPOCH, 5)
        assert batch is not None
        self.assertEqual((batch.first_t, batch.prev_t, batch.n), (21, 20, 21))
        self.prune(days=2)
        self.assertEqual((self.rows(), len(self.left())), (self.chain[2:], 1))

    def test_the_archiver_is_not_disturbed_by_such_a_row_and_drops_it(self) -> None:
        self.kill(after=True)
        with self.assertNoLogs("ticks.archive.troubles"):
            self.go_on()
        self.assertEqual(self.rows(), self.chain[1:])
        with self.assertNoLogs("ticks.archive.troubles"):
            self.go_on()
        self.assertEqual(self.rows(), [(21, 20, 21)])
        self.assertEqual(self.names(), [sealed_name(21)])

    def test_a_file_that_came_back_without_its_row_has_its_ordinal_again(self) -> None:
        """As after a power cut: the database was written, and the folder was not."""
        path = self.folder / closed_name(11)
        data = path.read_bytes()
        self.prune(days=8.5)
        path.write_bytes(data)
        index.index_closed(self.archive, "main")
        self.assertEqual(self.rows(), self.chain)

    def test_a_sealed_file_goes_with_the_closed_ones_that_a_killed_archiver_left_beside_it(self) -> None:
        with patch.object(sealing, "remove"):
            sealing.seal(self.archive, list(index.segments("main")[:2]))
        self.assertEqual(self.names(), [closed_name(11), sealed_name(11), closed_name(21), closed_name(31)])
        self.prune(days=2)
        self.assertEqual(self.names(), [closed_name(31)])
        self.go_on()
        self.assertEqual(self.rows(), self.chain[2:])


class BesideTest(RetentionCase):
    """Somebody else is at the same files."""

    def test_what_was_sealed_meanwhile_together_with_younger_ticks_stays(self) -> None:
        for t, days in ((1, 9), (11, 9), (21, 0)):
            self.keep(*range(t, t + 10), days=days)
        self.seal_once_due_is_known(3)
        self.assertEqual(self.prune(days=2), {})
        self.assertEqual(self.names(), [sealed_name(1)])
        self.assertEqual(self.ts(), list(range(1, 31)))

    def test_what_was_sealed_meanwhile_leaves_no_hole(self) -> None:
        for t, days in ((1, 9), (11, 9), (21, 9), (31, 0)):
            self.keep(*range(t, t + 10), days=days)
        self.seal_once_due_is_known(2)
        self.prune(days=2)
        self.assertEqual(self.names(), [closed_name(31)])
        self.assertEqual(self.ts(), list(range(31, 41)))

    def seal_once_due_is_known(self, files: int) -> None:
        """So many of the oldest."""
        due, sealed = retention.due, []

        def and_seal(*args: float | str) -> list[Segment]:
            rows = due(*args)  # type: ignore[arg-type]
            if not sealed:
                sealed.append(archiver.seal(self.archive, list(index.segments("main")[:files])))
            return rows

        patched = patch.object(retention, "due", and_seal)
        patched.start()
        self.addCleanup(patched.stop)
        self.addCleanup(lambda: self.assertTrue(sealed))

    def test_what_is_pruned_while_it_is_sealed_is_no_trouble(self) -> None:
        for t, days in ((1, 9), (11, 9), (21, 0)):
            self.keep(*range(t, t + 10), days=days)
        seal, at_work = archiver.seal, Archiver(self.archive, Event())

        def prune_and_seal(*args: object, **options: object) -> Path:
            self.prune(days=2)
            return seal(*args, **options)  # type: ignore[arg-type]

        with (
            patch("ticks.archive.archiver.ready", side_effect=lambda rows, *_, **__: [list(rows)]),
            patch.object(archiver, "seal", prune_and_seal),
            self.assertNoLogs("ticks.archive.troubles"),
        ):
            at_work.turn()
            self.assertEqual(self.left(), [f"{EPOCH}/21"])
            at_work.turn()
        self.assertEqual(self.names(), [sealed_name(21)])
        self.assertEqual(index.segments("main").values_list("prev_t", "n").get(), (20, 21))

    def test_a_disk_that_is_gone_takes_no_rows_with_it(self) -> None:
        self.keep(1, 2, days=9)
        rows = list(index.segments("main"))
        shutil.move(self.archive / "main", self.archive / "elsewhere")
        self.assertFalse(retention.were_taken(self.archive, rows))
        self.assertEqual(Segment.objects.count(), 1)


class ArchiverTest(RetentionCase):
    def setUp(self) -> None:
        super().setUp()
        self.archiver = Archiver(self.archive, Event())

    def clock(self, seconds: float) -> None:
        clock = patch("ticks.archive.archiver.time.monotonic", return_value=1000.0 + seconds)
        clock.start()
        self.addCleanup(clock.stop)

    def test_it_prunes_after_its_first_turn_and_then_every_hour(self) -> None:
        for t, days in ((1, 9), (2, 2.9), (3, 0)):
            self.keep(t, days=days)
        with override_settings(TICKS_KEEP_DAYS=3.0), self.assertLogs("ticks.archive.retention", "INFO") as logs:
            self.clock(0)
            self.archiver.turn()
            self.assertEqual(index.segments("main").count(), 2)
            with override_settings(TICKS_KEEP_DAYS=1.0):
                self.clock(3599)
                self.archiver.turn()
                self.assertEqual(index.segments("main").count(), 2)
                self.clock(3600)
                self.archiver.turn()
        self.assertEqual(self.left(), [f"{EPOCH}/3"])
        self.assertEqual(len(logs.output), 2)
        self.assertRegex(
            logs.output[0], r"main: no longer kept, through \d{4}-\d\d-\d\d \S+ UTC: 1 files, 1 ticks, \d+ bytes$"
        )

    def test_by_default_nothing_goes(self) -> None:
        self.keep(1, days=9999)
        self.keep(1, epoch=NEXT_EPOCH, days=9999)
        self.archiver.turn()
        self.assertEqual(self.left(), [f"{EPOCH}/1", f"{NEXT_EPOCH}/1"])

    def test_a_file_that_cannot_be_removed_is_said_and_stays_in_the_index(self) -> None:
        self.keep(1, days=9)
        self.keep(2, days=0)
        refused = PermissionError(13, "Permission denied")
        with (
            override_settings(TICKS_KEEP_DAYS=3.0),
            patch("ticks.archive.archiver.ready", return_value=[]),
            patch.object(Path, "unlink", side_effect=refused),
            self.assertLogs("ticks.archive.troubles") as logs,
        ):
            self.archiver.turn()
        self.assertIn("Permission denied", logs.output[0])
        self.assertEqual(len(self.left()), 2)
