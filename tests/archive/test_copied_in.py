"""Files that were copied in from elsewhere, or put back, and what `reindex` makes of them."""

from __future__ import annotations

import shutil
import tempfile
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from tests.archive.retaining import RetentionCase
from tests.support.cases import EPOCH, NEXT_EPOCH, lines
from ticks.archive import index, opened
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import ACTIVE, closed_name, sealed_name
from ticks.archive.retention import Keep, prune
from ticks.archive.sealing import seal
from ticks.models import Segment, Stream
from ticks.producer.lease import WriterLock

OLD_EPOCH = "0mwpx6cp0aaaa"


def content(*ts: int) -> bytes:
    return b"".join(line + b"\n" for line in lines(*ts))


class CopiedCase(RetentionCase):
    def setUp(self) -> None:
        super().setUp()
        self.elsewhere = Path(tempfile.mkdtemp(prefix="tickmon-elsewhere-"))
        self.addCleanup(shutil.rmtree, self.elsewhere)
        settings = override_settings(TICKS_ARCHIVE=self.archive)
        settings.enable()
        self.addCleanup(settings.disable)
        opened.log_once.cache_clear()

    def reindex(self, *streams: str) -> list[str]:
        out = StringIO()
        call_command("reindex", *streams, stdout=out)
        return out.getvalue().splitlines()

    def make(self, *files: tuple[int, ...], epoch: str = EPOCH, stream: str = "main", sealed: int = 0) -> Path:
        """An epoch's folder with these files, the first so many sealed; no row knows of it any more."""
        for ts in files:
            self.close(*ts, epoch=epoch, stream=stream)
        index.index_closed(self.archive, stream)
        for row in list(index.segments(stream, epoch))[:sealed]:
            seal(self.archive, [row])
        index.segments(stream, epoch).delete()
        return self.archive / stream / epoch

    def chain(self, epoch: str = EPOCH, stream: str = "main") -> list[tuple[int, int, int, int]]:
        return list(index.segments(stream, epoch).values_list("first_t", "last_t", "prev_t", "n"))


class EpochTest(CopiedCase):
    def test_an_epoch_of_another_host_is_adopted_with_all_that_stands_in_its_folder(self) -> None:
        folder = self.make((1, 2), (3, 4), (8, 9), epoch=OLD_EPOCH, sealed=1)
        note(folder, Hole(4, 7, 3))
        (folder / ACTIVE).write_bytes(content(10, 11) + b'{"t":12,"ts":1.0,"tor')
        self.keep(1, 2, days=0)
        self.assertEqual(self.reindex(), ["main: 5 files indexed, 1 of them left open by a killed producer"])
        self.assertEqual(self.chain(OLD_EPOCH), [(1, 2, 0, 1), (3, 4, 2, 3), (8, 9, 7, 8), (10, 11, 9, 10)])
        self.assertEqual(self.chain(), [(1, 2, 0, 1)])
        self.left()

    def test_a_stream_of_another_host_is_adopted_and_private(self) -> None:
        self.make((1, 2), (3,), stream="rig", sealed=1)
        self.assertEqual(self.reindex("rig"), ["rig: 2 files indexed"])
        self.assertEqual(self.chain(stream="rig"), [(1, 2, 0, 1), (3, 3, 2, 3)])
        self.assertFalse(Stream.objects.get(name="rig").public)

    def test_the_active_file_of_a_running_producer_is_its_own(self) -> None:
        self.keep(1, 2, days=0)
        (self.folder / ACTIVE).write_bytes(content(3))
        lock = WriterLock(self.archive / "main")
        self.addCleanup(lock.release)
        self.assertEqual(self.reindex(), ["main: 1 files indexed, the active file is its producer's"])
        self.assertEqual((self.folder / ACTIVE).read_bytes(), content(3))

    def test_files_in_the_archive_are_no_streams(self) -> None:
        (self.archive / "notes").touch()
        self.keep(1, days=0)
        self.assertEqual(self.reindex(), ["main: 1 files indexed"])


class OldCopyTest(CopiedCase):
    """The archive was copied twice, and an active file of the first time is still there."""

    def test_one_that_was_closed_since_takes_nothing_away(self) -> None:
        folder = self.make((1, 2), (3, 4, 5))
        (folder / ACTIVE).write_bytes(content(3, 4) + b'{"t":5,"ts":1.0,"tor')
        self.assertEqual(self.reindex(), ["main: 2 files indexed"])
        self.assertEqual(self.ts(), [1, 2, 3, 4, 5])
        self.assertEqual(self.names(), [closed_name(1), closed_name(3)])

    def test_one_that_was_closed_and_sealed_since_takes_nothing_away(self) -> None:
        folder = self.make((1, 2), (3, 4, 5), sealed=2)
        (folder / ACTIVE).write_bytes(content(3, 4))
        self.reindex()
        self.assertEqual(self.chain(), [(1, 2, 0, 1), (3, 5, 2, 3)])
        self.assertEqual(self.ts(), [1, 2, 3, 4, 5])

    def test_one_that_has_more_than_the_closed_one_takes_its_place(self) -> None:
        folder = self.make((1, 2), (3, 4))
        (folder / ACTIVE).write_bytes(content(3, 4, 5))
        self.reindex()
        self.assertEqual(self.ts(), [1, 2, 3, 4, 5])

    def test_one_that_has_other_ticks_of_the_same_numbers_is_set_aside(self) -> None:
        folder = self.make((1, 2))
        other = content(1, 2).replace(b'"value"', b'"other"')
        (folder / ACTIVE).write_bytes(other)
        with self.assertLogs("ticks.archive.copied", "ERROR"):
            self.reindex()
        (aside,) = folder.glob(f"{ACTIVE}.*")
        self.assertEqual((aside.read_bytes(), (folder / closed_name(1)).read_bytes()), (other, content(1, 2)))
        self.assertEqual(self.chain(), [(1, 2, 0, 1)])

    def test_an_empty_one_is_removed(self) -> None:
        folder = self.make((1, 2))
        (folder / ACTIVE).write_bytes(b'{"t":3')
        self.reindex()
        self.assertEqual(self.names(), [closed_name(1)])


class PutBackTest(CopiedCase):
    """Files that were pruned come back, some of them."""

    def setUp(self) -> None:
        super().setUp()
        for t in (1, 11, 21, 31, 41):
            self.keep(*range(t, t + 10), days=9)
        for row in list(index.segments("main")[:3]):
            seal(self.archive, [row])
        self.whole = self.chain()
        for path in self.folder.iterdir():
            shutil.copy(path, self.elsewhere)
        list(prune(self.archive, "main", Keep(2.0)))
        self.assertEqual(self.chain(), self.whole[-1:])

    def put_back(self, *names: str) -> None:
        for name in names:
            shutil.copy(self.elsewhere / name, self.folder)

    def test_sealed_files_have_their_place_again_and_what_is_between_is_known_to_be_missing(self) -> None:
        self.put_back(sealed_name(1), sealed_name(21))
        for _ in range(2):
            self.reindex()
            self.assertEqual(self.chain(), [self.whole[0], self.whole[2], self.whole[4]])

    def test_the_archiver_adopts_them_by_itself(self) -> None:
        self.put_back(sealed_name(11))
        index.index_closed(self.archive, "main")
        self.assertEqual(self.chain(), [self.whole[1], self.whole[4]])

    def test_a_closed_file_has_its_ordinal_from_the_one_behind_it(self) -> None:
        self.put_back(sealed_name(1), closed_name(31))
        index.index_closed(self.archive, "main")
        self.assertEqual(self.chain(), [self.whole[0], self.whole[3], self.whole[4]])
        self.reindex()
        self.assertEqual(self.chain(), [self.whole[0], self.whole[3], self.whole[4]])

    def test_all_of_them_make_it_whole(self) -> None:
        self.put_back(*(path.name for path in self.elsewhere.iterdir()))
        for make in (index.index_closed, index.reindex):
            make(self.archive, "main")
            self.assertEqual(self.chain(), self.whole)
        self.assertEqual(self.ts(), list(range(1, 51)))

    def test_a_wrong_ordinal_between_neighbours_is_mended(self) -> None:
        self.put_back(sealed_name(21), closed_name(31))
        index.index_closed(self.archive, "main")
        Segment.objects.filter(first_t=41).update(n=999)
        self.reindex()
        self.assertEqual(self.chain(), self.whole[2:])


class MisplacedTest(CopiedCase):
    def test_a_sealed_file_in_a_wrong_folder_is_left_out_and_disturbs_nothing_else(self) -> None:
        self.make((1, 2), (3, 4))
        self.make((5, 6), epoch=OLD_EPOCH, sealed=1)
        self.make((3, 4), stream="rig", sealed=1)
        shutil.copy(self.archive / "main" / OLD_EPOCH / sealed_name(5), self.folder)
        shutil.copy(self.archive / "rig" / EPOCH / sealed_name(3), self.folder)
        with self.assertLogs("ticks.archive.opened", "ERROR") as logs:
            self.assertEqual(self.reindex("main"), ["main: 3 files indexed"])
        self.assertEqual(len(logs.output), 2)
        self.assertIn(f"{self.folder / sealed_name(3)} belongs to rig/{EPOCH}", logs.output[0])
        self.assertIn(f"{self.folder / sealed_name(5)} belongs to main/{OLD_EPOCH}", logs.output[1])
        self.assertEqual(self.chain(), [(1, 2, 0, 1), (3, 4, 2, 3)])
        self.assertEqual(self.chain(OLD_EPOCH), [(5, 6, 0, 1)])
        self.assertTrue((self.folder / sealed_name(3)).exists())


class RollupsTest(CopiedCase):
    def test_the_rows_of_the_rollups_are_made_anew_too_and_their_active_file_is_the_archivers(self) -> None:
        self.make((1, 2), epoch=NEXT_EPOCH)
        folder = self.make((1, 2), (3, 4), stream="main@60", sealed=1)
        (folder / ACTIVE).write_bytes(content(5))
        said = self.reindex("main")
        self.assertEqual(said, ["main: 1 files indexed", "main@60: 2 files indexed"])
        self.assertEqual(self.chain(stream="main@60"), [(1, 2, -1, 1), (3, 4, 2, 3)])
        self.assertEqual((folder / ACTIVE).read_bytes(), content(5))
        self.assertEqual(sorted(path.name for path in (self.archive / "main@60").iterdir()), [EPOCH])
        self.assertFalse(Stream.objects.filter(name__contains="@").exists())
        self.assertFalse((self.archive / "main@10").exists())
