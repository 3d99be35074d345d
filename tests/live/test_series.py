"""A series is never behind: what is archived, rolled up or not, and what is not archived yet."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import orjson

from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase
from ticks.archive import index
from ticks.archive.archiver import Archiver
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live.series import Series, series
from ticks.producer import TickWriter, filing


class SeriesTest(ValkeyCase):
    def numbers(self, from_ts: float = 960.0, to_ts: float = 1440.0, points: int = 8) -> list[int]:
        """How many ticks each minute has."""
        found = series(self.store(), ["value"], from_ts, to_ts, points).buckets
        return found.columns["value"].numbers

    def test_ticks_that_only_the_hot_log_has_are_in_it(self) -> None:
        self.publish(*range(1, 41), prev_t=0, n=1)
        self.assertEqual(self.numbers(), [19, 21, 0, 0, 0, 0, 0, 0])

    def test_what_both_have_is_counted_once(self) -> None:
        self.keep(*range(1, 101))
        self.publish(*range(61, 151), prev_t=60, n=61)
        self.assertEqual(self.numbers(), [19, 60, 60, 11, 0, 0, 0, 0])

    def test_rows_ticks_and_hot_log_are_one(self) -> None:
        for first in range(1, 300, 60):
            self.keep(*range(first, first + 60))
        Archiver(self.archive, threading.Event()).turn()
        self.assertTrue((self.archive / "main@60" / EPOCH).is_dir())
        self.keep(*range(1, 61), epoch=NEXT_EPOCH, at=1320.0)
        self.publish(*range(61, 71), prev_t=60, n=61, epoch=NEXT_EPOCH, at=1320.0)
        self.assertEqual(sum(self.numbers(0.0, 3600.0)), 300 + 70)
        self.assertEqual(self.numbers(), [19, 60, 60, 60, 60, 41, 59, 11])

    def test_a_stream_that_nobody_wrote_has_none(self) -> None:
        self.assertEqual(self.numbers(), [0] * 8)

    def test_while_redis_is_away_it_has_what_is_archived(self) -> None:
        self.keep(*range(1, 101))
        found, through, through_ts = series(self.store(url="redis://127.0.0.1:1/0"), ["value"], 960.0, 1440.0, 8)
        self.assertEqual(found.columns["value"].numbers, [19, 60, 21, 0, 0, 0, 0, 0])
        self.assertEqual((through, through_ts), (Cursor(EPOCH, 100, 100), 1100.0))


class ThroughTest(ValkeyCase):
    """What a series has, and the ticks after its `through`, are all ticks, each once."""

    def through(self) -> Cursor | None:
        return series(self.store(), ["value"], 960.0, 1440.0, 8).through

    def ticks_after(self, cursor: Cursor) -> list[int]:
        """Their values, by whoever goes on there."""
        values, store = list[int](), self.store()
        while (following := store.after(cursor)) is not None:
            if isinstance(following, Batch):
                values += [orjson.loads(line)["value"] for line in following.records]
            cursor = following.cursor
        return values

    def assert_whole(self, found: Series, values: Sequence[int]) -> None:
        assert found.through is not None
        column, after = found.buckets.columns["value"], self.ticks_after(found.through)
        self.assertEqual(sum(column.numbers) + len(after), len(values))
        self.assertEqual(sum(column.sums) + sum(after), sum(values))

    def test_it_is_the_last_tick_that_was_looked_at_whatever_the_range(self) -> None:
        self.assertIsNone(self.through())
        self.publish(1, 2, prev_t=0, n=1)
        self.assertEqual(self.through(), Cursor(EPOCH, 2, 2))
        self.keep(1, 2)
        self.publish(900, 901, prev_t=2, n=3)
        self.assertEqual(self.through(), Cursor(EPOCH, 901, 4))
        self.keep(7, epoch=NEXT_EPOCH)
        self.assertEqual(self.through(), Cursor(NEXT_EPOCH, 7, 1))

    def test_what_is_archived_and_rolled_up_while_they_are_read_is_counted_once(self) -> None:
        self.keep(*range(1, 101))
        newest = index.newest

        def and_more(*asked: Any) -> Any:
            """The archive goes on between the first look at it and the next."""
            row = newest(*asked)
            if patched.call_count == 1:
                self.keep(*range(101, 301))
                self.keep(*range(1, 121), epoch=NEXT_EPOCH, at=1300.0)
                Archiver(self.archive, threading.Event()).turn()
            return row

        for points in (8, 480):
            with patch.object(index, "newest", side_effect=and_more) as patched:
                found = series(self.store(), ["value"], 960.0, 1440.0, points)
            self.assertGreater(patched.call_count, 0)
            self.assert_whole(found, [*range(1, 301), *range(1, 121)])

    def test_while_a_producer_writes_they_and_the_ticks_after_them_are_the_archive(self) -> None:
        values, found, room = list[int](), list[Series](), threading.Semaphore(600)
        archiver, total = Archiver(self.archive, threading.Event()), 3000

        def write() -> None:
            with TickWriter("main") as writer:
                while len(values) < total:
                    room.acquire()
                    values.append(writer.write({"value": len(values)}) - 1)

        writing = threading.Thread(target=write)
        with patch.object(filing, "CLOSE_BYTES", 8_000):
            writing.start()
            while writing.is_alive():
                found.append(series(self.store(), ["value"], time.time() - 600, time.time() + 600, 60))
                archiver.turn()
                room.release(300)
            writing.join()
        begun = [one for one in found if one.through is not None]
        self.assertGreater(len({one.through for one in begun}), 3)
        for one in begun:
            self.assert_whole(one, values)
