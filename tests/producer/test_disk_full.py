"""A full disk: ticks are published, the hole is noted when writing works again, and readers are told."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.archive.test_active import archived, limited
from tests.support.cases import ValkeyCase, ts_of
from tests.support.waiting import until
from ticks.archive import active
from ticks.archive.gaps import Hole, unarchived
from ticks.archive.layout import ACTIVE
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.producer import TickWriter, filing
from ticks.producer.writer import Writer

EPOCH = "0mi8x7k2a1b2c"


@pytest.fixture(autouse=True)
def _no_wait_before_the_next_try() -> Iterator[None]:
    with patch.object(filing, "RETRY_S", 0.0):
        yield


def test_what_can_not_be_written_has_a_number_and_is_published_and_the_hole_lies_between_two_files(
    tmp_path: Path,
) -> None:
    writer = Writer(tmp_path, Cursor(EPOCH, 0, 0))
    writer.write({})
    with limited(resource.RLIMIT_FSIZE, 0):
        assert [writer.write({}) for _ in range(3)] == [2, 3, 4]
        assert writer.unarchived == 3
    owed = writer.owed(Cursor(EPOCH, 1, 1))
    assert owed is not None
    assert ts_of([owed]) == [2, 3, 4]
    assert [writer.write({}), writer.unarchived] == [5, 0]
    writer.close()
    assert archived(tmp_path) == [1, 5]
    assert unarchived(tmp_path) == [Hole(1, 4, 3)]
    assert not (tmp_path / ACTIVE).exists()


def test_half_a_line_on_a_disk_that_has_no_more_room_does_not_stand(tmp_path: Path) -> None:
    """The kernel takes what fits, and says ENOSPC to the rest."""
    write, room = os.write, [10]

    def small_disk(fd: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fits = data[: room[0]]
        room[0] -= len(fits)
        return write(fd, fits)

    writer = Writer(tmp_path, Cursor(EPOCH, 0, 0))
    writer.write({})
    with patch.object(active.os, "write", small_disk):
        assert writer.write({}) == 2
        assert room == [0], "some of it was written"
        assert writer.unarchived == 1
    writer.write({})
    writer.close()
    assert archived(tmp_path) == [1, 3]
    assert unarchived(tmp_path) == [Hole(1, 2, 1)]


def test_a_disk_that_is_full_at_the_end_is_noted_at_the_end_where_that_works(tmp_path: Path) -> None:
    writer = Writer(tmp_path, Cursor(EPOCH, 0, 0))
    writer.write({})
    with limited(resource.RLIMIT_FSIZE, 0):
        writer.write({})
    writer.close()
    assert unarchived(tmp_path) == [Hole(1, 2, 1)]


def test_a_line_that_could_not_be_synced_does_not_stand(tmp_path: Path) -> None:
    writer = Writer(tmp_path, Cursor(EPOCH, 0, 0), always_sync=True)
    writer.write({})
    with patch.object(os, "fdatasync", side_effect=OSError(errno.EIO, "broken")):
        writer.write({})
    writer.write({})
    writer.close()
    assert archived(tmp_path) == [1, 3]
    assert unarchived(tmp_path) == [Hole(1, 2, 1)]


def test_while_it_fails_not_every_tick_tries_again(tmp_path: Path) -> None:
    writer = Writer(tmp_path, Cursor(EPOCH, 0, 0))
    with patch.object(filing, "RETRY_S", 60.0):
        with limited(resource.RLIMIT_FSIZE, 0):
            writer.write({})
        writer.write({})
    assert writer.unarchived == 2
    writer.write({})
    writer.close()
    assert (archived(tmp_path), unarchived(tmp_path)) == ([3], [Hole(0, 2, 2)])


class ReadersTest(ValkeyCase):
    def test_readers_get_it_live_and_are_told_later_that_it_was_not_archived(self) -> None:
        with patch.object(filing, "RETRY_S", 0.0), TickWriter("main") as writer:
            writer.write({})
            with limited(resource.RLIMIT_FSIZE, 0):
                writer.write({})
                writer.write({})
            writer.write({})
            until(lambda: ts_of(self.hotlog().after(writer.epoch, 0, 100)) == [1, 2, 3, 4], "all are published")
        self.assertEqual(self.read(writer.epoch), ([1, 2, 3, 4], []))
        self.valkey.client.flushall()
        self.assertEqual(self.read(writer.epoch), ([1, 4], [(1, 4, 2, "unarchived")]))
        with TickWriter("main") as again:
            self.assertEqual((again.epoch, again.write({})), (writer.epoch, 5))
            until(lambda: ts_of(self.hotlog().after(writer.epoch, 0, 100)) == [5], "it goes on")

    def read(self, epoch: str) -> tuple[list[int], list[tuple[int, int, int, str]]]:
        store, cursor = self.store(), Cursor(epoch, 0, 0)
        ticks: list[int] = []
        gaps: list[tuple[int, int, int, str]] = []
        while (owed := store.after(cursor)) is not None:
            if isinstance(owed, Batch):
                ticks += ts_of([owed])
            elif isinstance(owed, Gap):
                gaps.append((owed.after_t, owed.next_t, owed.count, owed.reason))
            cursor = owed.cursor
        return ticks, gaps
