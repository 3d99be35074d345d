"""A series is never behind: what is archived, rolled up or not, and what is not archived yet."""

from __future__ import annotations

import threading

from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase
from ticks.archive.archiver import Archiver
from ticks.live.series import series


class SeriesTest(ValkeyCase):
    def numbers(self, from_ts: float = 960.0, to_ts: float = 1440.0, points: int = 8) -> list[int]:
        """How many ticks each minute has."""
        found = series(self.store(), ["value"], from_ts, to_ts, points)
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
        found = series(self.store(url="redis://127.0.0.1:1/0"), ["value"], 960.0, 1440.0, 8)
        self.assertEqual(found.columns["value"].numbers, [19, 60, 21, 0, 0, 0, 0, 0])
