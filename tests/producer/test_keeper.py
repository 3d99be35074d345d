"""The keeper: files are synced, closed and indexed while the writer writes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

from django.test import TransactionTestCase

from tests.producer.test_writer import open_files
from tests.support.waiting import until
from ticks.archive import index, reader, sealing
from ticks.archive.layout import ACTIVE, closed_files, closed_name
from ticks.cursor import Cursor
from ticks.producer import filing
from ticks.producer import keeper as module
from ticks.producer.keeper import Keeper
from ticks.producer.writer import Writer

EPOCH = "0mi8x7k2a1b2c"
START = Cursor(EPOCH, 0, 0)


class KeeperTest(TransactionTestCase):
    def setUp(self) -> None:
        self.archive = Path(tempfile.mkdtemp(prefix="tickmon-archive-"))
        self.addCleanup(shutil.rmtree, self.archive)
        self.folder = self.archive / "main" / EPOCH
        often = patch.object(module, "EVERY_S", 0.005)
        often.start()
        self.addCleanup(often.stop)

    def keep(self, *, sync: bool = True) -> tuple[Writer, Keeper]:
        writer = Writer(self.folder, START)
        writer.open()
        keeper = Keeper(self.archive, "main", writer, sync=sync)
        keeper.start()
        return writer, keeper

    def test_at_the_end_everything_is_closed_and_indexed(self) -> None:
        writer, keeper = self.keep()
        for _ in range(3):
            writer.write({})
        assert writer.indexed == START
        keeper.stop()
        assert not keeper.is_alive()
        assert writer.indexed == writer.tip == Cursor(EPOCH, 3, 3)
        assert not (self.folder / ACTIVE).exists()
        assert open_files(self.archive) == []
        batch = reader.after(self.archive, "main", EPOCH, 0)
        assert batch is not None
        assert batch.last_t == 3

    def test_where_nothing_was_written_nothing_is_left(self) -> None:
        writer, keeper = self.keep()
        keeper.stop()
        assert (writer.indexed, list(self.folder.iterdir())) == (START, [])
        assert index.newest("main") is None
        assert writer.closed == 0

    def test_a_flush_closes_and_indexes_at_once(self) -> None:
        with patch.object(module, "EVERY_S", 600):
            writer, keeper = self.keep()
            writer.write({})
            keeper.flush()
            assert writer.indexed == Cursor(EPOCH, 1, 1)
            keeper.flush()
            writer.write({})
            assert writer.indexed == Cursor(EPOCH, 1, 1)
            keeper.stop()
        assert [path.stem.lstrip("0") for path in closed_files(self.folder)] == ["1", "2"]

    def test_a_file_that_is_due_is_closed_and_indexed_by_itself(self) -> None:
        with patch.object(filing, "CLOSE_S", 0.0):
            writer, keeper = self.keep()
            for _ in range(3):
                t = writer.write({})
                until(lambda t=t, writer=writer: writer.indexed.t == t, "the file is indexed")
            keeper.stop()
        assert list(index.segments("main").values_list("n", "count")) == [(1, 1), (2, 1), (3, 1)]

    def test_a_file_that_the_writer_closed_is_indexed_too(self) -> None:
        with patch.object(filing, "CLOSE_BYTES", 1):
            writer, keeper = self.keep()
            writer.write({})
            writer.write({})
            until(lambda: writer.indexed.t >= 1, "the first file is indexed")
            keeper.stop()
        assert writer.indexed == Cursor(EPOCH, 2, 2)

    def test_descriptors_of_closed_files_are_given_back_whatever_is_synced(self) -> None:
        for sync in (True, False):
            with self.subTest(sync=sync), patch.object(filing, "CLOSE_S", 0.0):
                writer, keeper = self.keep(sync=sync)
                for _ in range(20):
                    t = writer.write({})
                    until(lambda t=t, writer=writer: writer.indexed.t == t, "the file is indexed")
                held = len(open_files(self.archive))
                keeper.stop()
                assert held <= 3, f"{held} descriptors for one active file"
                shutil.rmtree(self.folder)
                index.segments("main").delete()

    def test_an_archive_that_is_away_for_a_while_stops_it_not(self) -> None:
        away = self.archive / "away"
        with patch.object(filing, "CLOSE_S", 0.0), self.assertLogs(module.logger, "WARNING") as logs:
            writer, keeper = self.keep()
            writer.write({})
            until(lambda: writer.indexed.t == 1, "the first file is indexed")
            self.folder.rename(away)
            writer.write({})
            until(lambda: logs.records, "the failure is said")
            away.rename(self.folder)
            until(lambda: writer.indexed.t == 2, "the second file is indexed")
            keeper.stop()
        assert "main" in logs.output[0]
        assert "tries again" in logs.output[0]

    def test_files_that_are_not_its_writers_do_not_concern_it(self) -> None:
        writer, keeper = self.keep()
        (self.folder / closed_name(1000)).write_bytes(b"\0" * 100 + b"\n")
        for t in (1, 2):
            writer.write({})
            writer.roll(at_once=True)
            until(lambda t=t: writer.indexed.t == t, "the file is indexed")
        keeper.stop()
        assert list(index.segments("main").values_list("first_t", flat=True)) == [1, 2]
        assert writer.facts == {}

    def test_a_file_that_was_sealed_meanwhile_has_its_row_already(self) -> None:
        with patch.object(module, "EVERY_S", 600):
            writer, keeper = self.keep()
            for _ in range(3):
                writer.write({})
            writer.roll(at_once=True)
            index.index_closed(self.archive, "main")
            sealing.seal(self.archive, list(index.segments("main")))
            keeper.flush()
            assert writer.indexed == Cursor(EPOCH, 3, 3)
            keeper.stop()
        (row,) = index.segments("main")
        assert row.path.endswith(".zst")
