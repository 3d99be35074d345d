"""The index: rows made from files, again and again the same."""

from __future__ import annotations

import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.test import TestCase

from tests.archive.making import seal, sealed_bytes
from tests.support.lines import encode
from ticks.archive import index
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import ACTIVE, closed_name, epochs, sealed_name
from ticks.archive.opened import Damaged
from ticks.models import Segment

FIRST, SECOND = "0mi8x7k2a0000", "0mi8x7k2b0000"


def content(*ts: int, clock: float = 100.0) -> bytes:
    return b"".join(encode({}, t, clock + t) + b"\n" for t in ts)


class IndexTest(TestCase):
    def setUp(self) -> None:
        self.archive = Path(tempfile.mkdtemp(prefix="tickmon-archive-"))
        self.addCleanup(shutil.rmtree, self.archive)

    def close(self, *ts: int, stream: str = "main", epoch: str = FIRST, clock: float = 100.0) -> Path:
        folder = self.archive / stream / epoch
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / closed_name(ts[0])
        path.write_bytes(content(*ts, clock=clock))
        return path

    def rows(self) -> list[dict[str, Any]]:
        return list(Segment.objects.order_by("stream", "epoch", "first_t").values())

    def chain(self, stream: str = "main") -> list[tuple[int, int, int, int, int]]:
        return list(index.segments(stream).values_list("prev_t", "n", "first_t", "last_t", "count"))

    def test_a_row_says_what_is_in_its_file(self) -> None:
        path = self.close(3, 5, 8)
        assert index.index_closed(self.archive, "main") == 1
        row = Segment.objects.get()
        assert (row.first_t, row.last_t, row.count, row.prev_t, row.n, row.last_n) == (3, 8, 3, 0, 1, 3)
        assert (row.min_ts, row.max_ts, row.bytes) == (103.0, 108.0, path.stat().st_size)
        assert (self.archive / row.path).samefile(path)

    def test_times_are_the_least_and_the_greatest_also_where_the_clock_stepped_back(self) -> None:
        path = self.close(1)
        path.write_bytes(b"".join(encode({}, t, ts) + b"\n" for t, ts in ((1, 50.0), (2, 70.5), (3, 20.25), (4, 60.0))))
        index.index_closed(self.archive, "main")
        row = Segment.objects.get()
        assert (row.min_ts, row.max_ts) == (20.25, 70.5)

    def test_rows_are_a_chain_whose_ordinals_have_no_holes(self) -> None:
        self.close(1, 2)
        self.close(4, 9)
        self.close(20)
        assert index.index_closed(self.archive, "main") == 3
        assert self.chain() == [(0, 1, 1, 2, 2), (2, 3, 4, 9, 2), (9, 5, 20, 20, 1)]

    def test_only_new_files_are_added(self) -> None:
        self.close(1, 2)
        assert index.index_closed(self.archive, "main") == 1
        self.close(3, 4)
        self.close(5)
        assert index.index_epoch(self.archive, "main", FIRST) == 2
        assert index.index_closed(self.archive, "main") == 0
        assert self.chain() == [(0, 1, 1, 2, 2), (2, 3, 3, 4, 2), (4, 5, 5, 5, 1)]

    def test_an_epoch_that_begins_with_0(self) -> None:
        self.close(0, 1)
        index.index_closed(self.archive, "main")
        assert self.chain() == [(-1, 1, 0, 1, 2)]

    def test_what_was_never_archived_counts(self) -> None:
        self.close(1, 2)
        note(self.archive / "main" / FIRST, Hole(2, 6, 4))
        note(self.archive / "main" / FIRST, Hole(6, 7, 1))
        self.close(8, 9)
        self.close(10)
        note(self.archive / "main" / FIRST, Hole(10, 20, 10))
        index.index_closed(self.archive, "main")
        assert self.chain() == [(0, 1, 1, 2, 2), (7, 8, 8, 9, 2), (9, 10, 10, 10, 1)]

    def test_what_was_never_archived_at_the_beginning_counts(self) -> None:
        self.close(6)
        note(self.archive / "main" / FIRST, Hole(0, 5, 5))
        index.index_closed(self.archive, "main")
        assert self.chain() == [(5, 6, 6, 6, 1)]

    def test_each_epoch_counts_for_itself_and_each_stream(self) -> None:
        self.close(1, 2)
        self.close(1, epoch=SECOND)
        self.close(7, stream="other")
        assert index.index_closed(self.archive, "main") == 2
        assert self.chain() == [(0, 1, 1, 2, 2), (0, 1, 1, 1, 1)]
        assert index.epochs_kept("main") == [
            {"epoch": FIRST, "oldest_t": 1, "newest_t": 2, "count": 2, "oldest_ts": 101.0, "newest_ts": 102.0},
            {"epoch": SECOND, "oldest_t": 1, "newest_t": 1, "count": 1, "oldest_ts": 101.0, "newest_ts": 101.0},
        ]
        newest = index.newest("main")
        assert newest is not None
        assert (newest.epoch, newest.last_t) == (SECOND, 1)
        assert index.newest("other") is None

    def test_the_active_file_and_strangers_are_none_of_it(self) -> None:
        path = self.close(1)
        (path.parent / ACTIVE).write_bytes(content(2))
        (path.parent / "00000000000000000003.jsonl.tmp").write_bytes(content(3))
        (self.archive / "main" / "notes").mkdir()
        (self.archive / "main" / "writer.lock").touch()
        assert epochs(self.archive / "main") == [FIRST]
        assert epochs(self.archive / "nothing") == []
        assert index.index_closed(self.archive, "main") == 1

    def test_reindex_makes_the_same_rows_from_the_files_alone(self) -> None:
        for first in (1, 10, 20):
            self.close(first, first + 3)
        self.close(1, epoch=SECOND)
        index.index_closed(self.archive, "main")
        before = [{key: row[key] for key in row if key != "id"} for row in Segment.objects.values()]
        Segment.objects.filter(first_t=10).update(count=99, n=99)
        assert index.reindex(self.archive, "main") == 4
        assert [{key: row[key] for key in row if key != "id"} for row in Segment.objects.values()] == before

    def test_reindex_leaves_other_streams_alone_and_forgets_files_that_are_gone(self) -> None:
        gone = self.close(1)
        self.close(1, stream="other")
        index.index_closed(self.archive, "main")
        index.index_closed(self.archive, "other")
        gone.unlink()
        assert index.reindex(self.archive, "main") == 0
        assert (self.chain(), self.chain("other")) == ([], [(0, 1, 1, 1, 1)])

    def seal(self, *ts: int) -> Path:
        """The closed file of these ticks gives way to a sealed one."""
        return seal(self.archive, index.segments("main").get(first_t=ts[0], last_t=ts[-1]))

    def test_the_row_of_a_sealed_file_takes_the_place_of_those_of_its_closed_ones(self) -> None:
        paths = [self.close(1, 2), self.close(3, 4), self.close(7)]
        index.index_closed(self.archive, "main")
        rows = list(index.segments("main"))
        path = paths[0].with_name(sealed_name(1))
        path.write_bytes(sealed_bytes(content(1, 2, 3, 4).splitlines()))
        index.replace(self.archive, rows[:2], path)
        assert self.chain() == [(0, 1, 1, 4, 4), (4, 5, 7, 7, 1)]
        row = index.segments("main")[0]
        assert (row.bytes, row.stored) == (len(content(1, 2, 3, 4)), path.stat().st_size)
        assert (self.archive / row.path).samefile(path)
        assert index.segments("main")[1].stored == paths[2].stat().st_size
        index.replace(self.archive, rows[:2], path)  # as an archiver does that was killed here
        assert index.index_closed(self.archive, "main") == 0
        assert self.chain() == [(0, 1, 1, 4, 4), (4, 5, 7, 7, 1)]

    def test_a_sealed_file_that_has_no_row_yet_gets_it_and_the_closed_ones_that_it_covers_have_none(self) -> None:
        for ts in ((1, 2), (3, 4), (7,)):
            path = self.close(*ts)
        index.index_closed(self.archive, "main")
        path.with_name(sealed_name(1)).write_bytes(sealed_bytes(content(1, 2, 3, 4).splitlines()))
        for make in (index.index_closed, index.reindex):
            make(self.archive, "main")
            assert self.chain() == [(0, 1, 1, 4, 4), (4, 5, 7, 7, 1)]

    def test_reindex_takes_from_a_sealed_file_what_comes_before_it(self) -> None:
        for ts in ((1, 2), (4, 9), (20,), (21, 22)):
            self.close(*ts)
        index.index_closed(self.archive, "main")
        self.seal(4, 9)
        self.seal(20)
        index.segments("main")[0].delete()
        (self.archive / "main" / FIRST / closed_name(1)).unlink()
        Segment.objects.all().delete()
        assert index.reindex(self.archive, "main") == 3
        assert self.chain() == [(2, 3, 4, 9, 2), (9, 5, 20, 20, 1), (20, 6, 21, 22, 2)]

    def test_a_sealed_file_whose_end_is_damaged_takes_no_row_away(self) -> None:
        path = self.close(1, 2)
        index.index_closed(self.archive, "main")
        sealed = path.with_name(sealed_name(1))
        sealed.write_bytes(sealed_bytes(content(1, 2).splitlines())[:-1])
        with self.assertRaises(Damaged):
            index.replace(self.archive, list(index.segments("main")), sealed)
        assert index.index_closed(self.archive, "main") == 0
        assert Segment.objects.get().path.endswith(path.name)

    def test_a_sealed_file_whose_end_is_damaged_has_no_row_while_its_closed_ones_are_there(self) -> None:
        path = self.close(1, 2)
        path.with_name(sealed_name(1)).write_bytes(sealed_bytes(content(1, 2).splitlines())[:-1])
        for make in (index.index_closed, index.reindex):
            make(self.archive, "main")
            assert Segment.objects.get().path.endswith(path.name)

    def test_rows_from_before_there_were_sealed_files_take_as_many_bytes_as_their_lines(self) -> None:
        self.close(1, 2)
        index.index_closed(self.archive, "main")
        before = self.rows()
        Segment.objects.update(stored=0)
        import_module("ticks.migrations.0003_segment_stored").as_closed(apps, None)
        assert self.rows() == before

    def test_a_damaged_file_keeps_the_row_that_it_had(self) -> None:
        paths = [self.close(1, 2), self.close(3, 4), self.close(5, 6), self.close(7)]
        index.index_closed(self.archive, "main")
        paths[2:3] = [self.seal(5, 6)]
        before = self.chain()
        paths[0].write_bytes(content(1) + b"\0\0\0\n")
        paths[1].write_bytes(b"")
        paths[2].write_bytes(paths[2].read_bytes()[:-20])
        for make in (index.index_closed, index.reindex):
            make(self.archive, "main")
            assert self.chain() == before

    def test_a_damaged_file_without_a_row_gets_one_by_its_name_and_what_can_be_read(self) -> None:
        self.close(1).write_bytes(b"\0\n" + content(2, 3) + b"{}\n" + content(5)[:-3])
        self.close(7)
        index.index_closed(self.archive, "main")
        assert self.chain() == [(0, 1, 1, 3, 4), (3, 5, 7, 7, 1)]

    def test_a_file_of_which_nothing_can_be_read_is_left_out_and_said_once(self) -> None:
        self.close(1)
        self.close(2).write_bytes(b"")
        self.close(3).write_bytes(b"\0\n\0")
        self.close(4).rename(self.archive / "main" / FIRST / sealed_name(4))
        with self.assertLogs("ticks.archive", "ERROR") as logs:
            for _ in range(2):
                index.index_closed(self.archive, "main")
        assert self.chain() == [(0, 1, 1, 1, 1)]
        assert len(logs.output) == len(set(logs.output)) == 3
