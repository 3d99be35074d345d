"""Deleting a stream: nothing of it is left, nobody else is disturbed, and a kill leaves nothing for ever."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event
from unittest.mock import patch

from tests.archive.cases import ArchiveCase
from tests.archive.killing import Killed
from tests.support.cases import EPOCH
from ticks.archive import archiver, deletion, index
from ticks.archive.archiver import Archiver, streams
from ticks.models import Field, Segment, Stream


class DeletionTest(ArchiveCase):
    def setUp(self) -> None:
        super().setUp()
        self.fill("main", "main@60", "main-2", "main-2@60")
        for stream in ("main", "main-2"):
            Stream.objects.get_or_create(name=stream)
            Field.objects.create(stream=stream, path="a", kind="number", first_ts=1.0, last_ts=2.0)

    def fill(self, *streams: str) -> None:
        for stream in streams:
            self.close(*range(1, 11), stream=stream)
            self.close(*range(11, 21), stream=stream)
            index.index_closed(self.archive, stream)

    def assert_gone(self) -> None:
        self.assertEqual(sorted(path.name for path in self.archive.iterdir()), ["main-2", "main-2@60"])
        self.assertEqual(set(Segment.objects.values_list("stream", flat=True)), {"main-2", "main-2@60"})
        self.assertEqual((Stream.objects.get().name, Field.objects.get().stream), ("main-2", "main-2"))
        self.assertFalse(deletion.is_known(self.archive, "main"))

    def test_all_of_it_is_gone_and_nothing_of_another(self) -> None:
        told = deletion.content(self.archive, "main")
        self.assertEqual((told.files, told.ticks, told.min_ts, told.max_ts), (4, 20, 1001.0, 1020.0))
        self.assertEqual(told.bytes, 2 * sum(path.stat().st_size for path in self.folder.iterdir()))
        deletion.delete(self.archive, "main")
        self.assert_gone()

    def test_what_a_kill_left_is_no_stream_and_removed_by_the_archiver_or_the_next_deletion(self) -> None:
        for finish in (Archiver(self.archive, Event())._retain, lambda: deletion.delete(self.archive, "other")):
            with patch.object(shutil, "rmtree", side_effect=Killed), self.assertRaises(Killed):
                deletion.delete(self.archive, "main")
            self.assertFalse((self.archive / "main").exists())
            self.assertEqual(streams(self.archive), ["main-2"])
            self.assertEqual(len(list(self.archive.glob(f"{deletion.MARK}*"))), 2)
            finish()
            self.assert_gone()
            self.fill("main", "main@60")

    def test_killed_between_two_folders_it_can_be_done_again(self) -> None:
        rename = Path.rename

        def die(path: Path, target: Path) -> Path:
            rename(path, target)
            raise Killed

        with patch.object(Path, "rename", die), self.assertRaises(Killed):
            deletion.delete(self.archive, "main")
        self.assertTrue((self.archive / "main@60").exists())
        self.assertTrue(deletion.is_known(self.archive, "main"))
        deletion.delete(self.archive, "main")
        self.assert_gone()

    def test_a_stream_without_any_tick_can_be_deleted(self) -> None:
        Stream.objects.create(name="empty")
        self.assertTrue(deletion.is_known(self.archive, "empty"))
        self.assertEqual(deletion.content(self.archive, "empty")[:3], (0, 0, 0))
        deletion.delete(self.archive, "empty")
        self.assertFalse(deletion.is_known(self.archive, "empty"))


class BesideTest(ArchiveCase):
    """An archiver is at work."""

    def setUp(self) -> None:
        super().setUp()
        for stream in ("main", "main-2"):
            self.close(*range(1, 11), stream=stream)
        self.archiver = Archiver(self.archive, Event())

    def test_an_archiver_in_the_middle_of_a_file_notices_and_goes_on_with_the_others(self) -> None:
        seal, sealed = archiver.seal, []

        def delete_and_seal(*args: object, **options: object) -> Path:
            if not sealed:
                deletion.delete(self.archive, "main")
            sealed.append(args)
            return seal(*args, **options)  # type: ignore[arg-type]

        with patch.object(archiver, "seal", delete_and_seal), self.assertNoLogs("ticks.archive.troubles"):
            self.archiver.turn()
            self.archiver.turn()
        self.assertGreaterEqual(len(sealed), 2)
        self.assertFalse(deletion.is_known(self.archive, "main"))
        self.assertEqual([path.suffix for path in (self.archive / "main-2" / EPOCH).iterdir()], [".zst"])

    def test_the_archiver_takes_up_a_stream_that_begins_again(self) -> None:
        self.archiver.turn()
        deletion.delete(self.archive, "main")
        with self.assertNoLogs("ticks.archive.troubles"):
            self.archiver.turn()
            self.close(1, 2)
            self.archiver.turn()
        self.assertEqual(self.ts(), [1, 2])
        self.assertEqual([path.suffix for path in self.folder.iterdir()], [".zst"])
