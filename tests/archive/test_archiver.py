"""The archiver: all streams, in spite of what goes wrong in one of them."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from unittest.mock import patch

from tests.archive.cases import ArchiveCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.archive import archiver, index, lock
from ticks.archive.archiver import Archiver, streams
from ticks.archive.layout import ACTIVE, closed_name, sealed_name
from ticks.archive.lock import ArchiverLock
from ticks.archive.plan import SEGMENT_S
from ticks.archive.sealer import FAST_LEVEL, LEVEL
from ticks.archive.sealing import UNFINISHED, facts_of
from ticks.models import Segment


class ArchiverTest(ArchiveCase):
    def setUp(self) -> None:
        super().setUp()
        self.stop = threading.Event()
        self.archiver = Archiver(self.archive, self.stop)

    def close_apart(self, t: int) -> Path:
        """A file that is not sealed together with another."""
        return self.close(t, at=t * 2 * SEGMENT_S)

    def files(self) -> list[str]:
        """But for those of rollups."""
        found = [path for path in self.archive.rglob("*.*") if path.is_file() and "@" not in str(path)]
        return sorted(path.relative_to(self.archive).as_posix() for path in found)

    def levels(self) -> list[int]:
        return [facts_of(path).level for path in sorted(self.folder.glob("*.zst"))]

    def test_closed_files_are_indexed_and_sealed_when_they_are_due(self) -> None:
        now = time.time()
        self.close(1, 2, at=now - 4000)
        self.close(3, at=now - 4000)
        self.close(10, at=now)
        self.archiver.turn()
        self.assertEqual(self.names(), [sealed_name(1), closed_name(10)])
        self.assertEqual(self.paths(), self.names())
        self.assertEqual(self.ts(), [1, 2, 3, 10])

    def test_all_of_an_epoch_is_sealed_when_a_newer_one_has_begun(self) -> None:
        now = time.time()
        self.close(1, 2, at=now)
        self.archiver.turn()
        self.assertEqual(self.names(), [closed_name(1)])
        self.close(1, epoch=NEXT_EPOCH, at=now)
        self.archiver.turn()
        self.assertEqual(self.files(), [f"main/{EPOCH}/{sealed_name(1)}", f"main/{NEXT_EPOCH}/{closed_name(1)}"])

    def test_the_active_file_is_the_writers_own(self) -> None:
        self.close(1, 2)
        active = self.folder / ACTIVE
        (self.folder / closed_name(1)).rename(active)
        before = active.stat()
        self.archiver.turn()
        self.assertEqual((self.names(), active.stat()), ([ACTIVE], before))
        self.assertEqual(Segment.objects.count(), 0)

    def test_what_a_killed_one_left_is_finished_first(self) -> None:
        self.close(1, 2, at=time.time())
        (self.folder / (sealed_name(1) + UNFINISHED)).touch()
        self.archiver.turn()
        self.assertEqual(self.names(), [closed_name(1)])

    def test_while_it_is_behind_it_seals_fast_and_better_when_it_has_time(self) -> None:
        for t in range(1, 8, 2):
            self.close_apart(t)
        with patch.object(archiver, "BEHIND_GROUPS", 2):
            self.archiver.turn()
        self.assertEqual(self.levels(), [FAST_LEVEL, FAST_LEVEL, LEVEL, LEVEL])
        self.archiver.turn()
        self.assertEqual(self.levels(), [LEVEL, FAST_LEVEL, LEVEL, LEVEL])
        self.archiver = Archiver(self.archive, self.stop)
        self.archiver.turn()
        self.assertEqual(self.levels(), [LEVEL] * 4)
        self.assertEqual(self.ts(), [1, 3, 5, 7])

    def test_a_damaged_file_is_told_once_and_disturbs_nothing_else(self) -> None:
        damaged = self.close_apart(1)
        self.close_apart(5)
        self.archiver._prepare("main")
        damaged.write_bytes(b"\0" * damaged.stat().st_size)
        self.close(1, stream="zebra")
        with self.assertLogs("ticks.archive.troubles") as logs, patch("ticks.archive.troubles.RETRY_S", 0.0):
            self.archiver.turn()
            self.archiver.turn()
        self.assertEqual(len(logs.output), 1)
        self.assertIn(f"main/{EPOCH}/{closed_name(1)}", logs.output[0])
        self.assertEqual(self.names(), [closed_name(1), sealed_name(5)])
        self.assertIn(f"zebra/{EPOCH}/{sealed_name(1)}", self.files())

    def test_the_neighbours_of_a_damaged_file_are_sealed_without_it(self) -> None:
        for t in (1, 3, 5):
            self.close(t, t + 1)
        self.archiver._prepare("main")
        damaged = self.folder / closed_name(3)
        damaged.write_bytes(damaged.read_bytes()[:-9])
        with self.assertLogs("ticks.archive.troubles") as logs:
            self.archiver.turn()
            self.archiver.turn()
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(self.names(), [sealed_name(1), closed_name(3), sealed_name(5)])
        self.assertEqual(self.paths(), self.names())

    def test_what_failed_rests_for_a_while(self) -> None:
        self.close(1, 2)
        with patch.object(archiver, "seal", side_effect=OSError(28, "No space left on device")) as seal:
            with self.assertLogs("ticks.archive.troubles"):
                self.archiver.turn()
            self.archiver.turn()
            self.assertEqual(seal.call_count, 1)
            with patch("ticks.archive.troubles.time.monotonic", return_value=time.monotonic() + 61):
                self.archiver.turn()
            self.assertEqual(seal.call_count, 2)

    def test_an_epoch_is_looked_through_again_only_when_its_folder_has_changed(self) -> None:
        self.close(1, 2, at=time.time())
        os.utime(self.folder, (1000, 1000))
        self.archiver.turn()
        with patch.object(index, "index_epoch", wraps=index.index_epoch) as looked:
            self.archiver.turn()
            looked.assert_not_called()
            self.close(3, at=time.time())
            self.archiver.turn()
            self.archiver.turn()
            self.assertEqual(looked.call_count, 2, "it had changed a moment ago")
        self.assertEqual(self.ts(), [1, 2, 3])

    def test_it_stops_between_two_files(self) -> None:
        self.close_apart(1)
        self.close_apart(3)
        seal = archiver.seal

        def seal_and_stop(*args: object, **options: object) -> Path:
            self.stop.set()
            return seal(*args, **options)  # type: ignore[arg-type]

        with patch.object(archiver, "seal", seal_and_stop):
            self.archiver.turn()
        self.assertEqual(self.names(), [sealed_name(1), closed_name(3)])

    def test_only_folders_with_the_name_of_a_stream_are_streams(self) -> None:
        self.close(1)
        (self.archive / "notes.txt").touch()
        (self.archive / "No stream").mkdir()
        self.assertEqual(streams(self.archive), ["main"])
        self.assertEqual(streams(self.archive / "nowhere"), [])


class LockTest(ArchiveCase):
    def test_one_at_a_time_holds_it(self) -> None:
        with ArchiverLock(self.archive) as first:
            self.assertTrue(lock.is_free(self.archive))
            self.assertTrue(first.take())
            self.assertFalse(lock.is_free(self.archive))
            with ArchiverLock(self.archive) as second:
                self.assertFalse(second.take())
        self.assertTrue(lock.is_free(self.archive))

    def test_its_file_is_no_stream(self) -> None:
        with ArchiverLock(self.archive):
            self.assertEqual(streams(self.archive), [])
