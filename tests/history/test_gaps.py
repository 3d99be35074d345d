"""Where a stream has no ticks: told from the index and notes as who reads all of it would find it."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase, lines
from ticks.archive import index
from ticks.archive.gaps import Hole, note
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.history.bounds import Bounds
from ticks.history.forward import Forward
from ticks.history.gaps import gaps
from ticks.history.missing import Missing
from ticks.models import Segment

AWAY = "redis://127.0.0.1:1/0"


def told(missing: Missing) -> tuple[Any, ...]:
    """Without its times."""
    return (missing.reason, missing.epoch, missing.after_t, missing.next_t, missing.count)


class GapsCase(ValkeyCase):
    def gaps(
        self, from_ts: float = -math.inf, to_ts: float = math.inf, most: int = 100, url: str | None = None
    ) -> list[Missing]:
        return gaps(self.store(url=url), from_ts, to_ts, most)

    def told(self, from_ts: float = -math.inf, to_ts: float = math.inf) -> list[tuple[Any, ...]]:
        return [told(one) for one in self.gaps(from_ts, to_ts)]

    def note(self, *hole: int, epoch: str = EPOCH) -> None:
        folder = self.archive / "main" / epoch
        folder.mkdir(parents=True, exist_ok=True)
        note(folder, Hole(*hole))

    def lose(self, first_t: int) -> None:
        """The file and its row."""
        row = Segment.objects.get(first_t=first_t)
        (self.archive / row.path).unlink()
        index.forget_missing(self.archive, "main")


class ReasonTest(GapsCase):
    def test_mere_silence_and_numbers_left_out_are_no_gaps(self) -> None:
        self.keep(1, 2)
        self.keep(40, 41, at=9000.0)
        self.publish(50, 52, prev_t=41, n=5, at=20_000.0)
        self.assertEqual(self.told(), [])

    def test_what_could_not_be_archived_is_told_with_the_times_around_it(self) -> None:
        self.keep(1, 2)
        self.note(2, 4, 2)
        self.keep(5, 6)
        self.assertEqual(self.gaps(), [Missing("unarchived", EPOCH, 2, 5, 2, 1002.0, 1005.0)])

    def test_a_file_that_is_gone_is_lost_and_one_that_can_not_be_read_is_damaged(self) -> None:
        for first_t in range(1, 16, 3):
            self.keep(first_t, first_t + 1, first_t + 2)
        self.lose(4)
        damaged = Segment.objects.get(first_t=10)
        (self.archive / damaged.path).write_bytes(b"\0\n" * 3)
        damaged.delete()
        index.index_closed(self.archive, "main")
        expected = [("lost", EPOCH, 3, 7, 3), ("damaged", EPOCH, 9, 13, 3)]
        self.assertEqual(self.told(), expected)
        for _, epoch, after_t, next_t, count in expected:
            found = self.store().after(Cursor(epoch, after_t))
            assert isinstance(found, Gap)
            self.assertEqual((found.next_t, found.count), (next_t, count))

    def test_what_was_pruned_is_expired_since_ever_unless_it_never_was_there(self) -> None:
        self.keep(1, 2, 3)
        self.keep(4, 5)
        self.assertEqual(self.told(), [])
        self.lose(1)
        expired = Missing("expired", EPOCH, -1, 4, 3, None, 1004.0)
        self.assertEqual(self.gaps(), [expired])
        self.assertEqual(self.gaps(0.0, 1.0), [expired])
        self.assertEqual(self.gaps(1004.5, 2000.0), [])

    def test_an_epoch_that_begins_with_a_hole_is_told_of_that(self) -> None:
        self.note(-1, 3, 3)
        self.keep(4, 5)
        self.assertEqual(self.gaps(), [Missing("unarchived", EPOCH, -1, 4, 3, None, 1004.0)])

    def test_a_new_epoch_is_told_with_what_it_lacks_and_what_the_last_one_lacked(self) -> None:
        self.keep(1, 2)
        self.note(2, 5, 3)
        self.keep(1, 2, epoch=NEXT_EPOCH, at=3000.0)
        self.keep(3, epoch=NEXT_EPOCH, at=3000.0)
        unarchived = Missing("unarchived", EPOCH, 2, 6, 3, 1002.0, 3001.0)
        self.assertEqual(self.gaps(), [unarchived, Missing("epoch", NEXT_EPOCH, 2, 1, 0, 1002.0, 3001.0)])
        Segment.objects.get(epoch=NEXT_EPOCH, first_t=1).delete()
        self.assertEqual(self.gaps()[1], Missing("epoch", NEXT_EPOCH, 2, 3, 2, 1002.0, 3003.0))


class RangeTest(GapsCase):
    def test_a_gap_is_in_every_range_that_it_meets_and_in_no_other(self) -> None:
        self.keep(1, 2)
        self.note(2, 100, 98)
        self.keep(101, 102)
        self.keep(103)
        for from_ts, to_ts, is_met in (
            (0.0, 1002.0, False),
            (0.0, 1002.5, True),
            (1050.0, 1051.0, True),
            (1050.0, 9000.0, True),
            (1101.0, 1102.0, True),
            (1101.5, 1102.0, False),
            (1103.5, 9000.0, False),
        ):
            self.assertEqual(bool(self.gaps(from_ts, to_ts)), is_met, (from_ts, to_ts))

    def test_they_are_the_oldest_up_to_so_many(self) -> None:
        for t in range(10, 100, 10):
            self.keep(t)
            self.note(t, t + 5, 5)
        self.assertEqual([one.after_t for one in self.gaps(most=3)], [10, 20, 30])
        self.assertEqual([one.after_t for one in self.gaps(1035.0, 1065.0, most=2)], [30, 40])
        self.assertEqual([one.after_t for one in self.gaps(1035.0, 1065.0)], [30, 40, 50, 60])

    def test_however_many_files_there_are_few_queries_are_asked(self) -> None:
        for t in range(1, 40):
            self.keep(t)
        self.lose(20)
        with self.assertNumQueries(5):
            self.assertEqual(self.told(1010.0, 1030.0), [("lost", EPOCH, 19, 21, 1)])

    def test_of_nothing_nothing_is_missing(self) -> None:
        self.assertEqual(self.gaps(), [])
        self.assertEqual(self.gaps(url=AWAY), [])


class UnindexedTest(GapsCase):
    def publish_behind(self, after_t: int, *ts: int, n: int, epoch: str = EPOCH) -> None:
        """What follows ticks that are stored nowhere."""
        batch = Batch.of(epoch, ts[0] - 1, n, lines(*ts))
        numbers = {"after_t": after_t, "newest_t": ts[-1], "indexed_t": after_t, "fence": 1, "max_bytes": 1 << 20}
        self.assertEqual(self.hotlog().append(batch, now=0.0, **numbers).word, "ok")

    def test_what_is_only_noted_is_missing_where_the_hot_log_lacks_it_too(self) -> None:
        self.keep(1, 2)
        self.publish(3, 4, prev_t=2, n=3)
        self.note(4, 7, 3)
        self.publish(5, 6, 7, 8, 9, prev_t=4, n=5)
        self.assertEqual(self.gaps(), [])
        self.note(9, 12, 3)
        self.assertEqual(self.gaps(), [Missing("unarchived", EPOCH, 9, 13, 3, 1009.0, None)])
        self.publish_behind(9, 13, n=13)
        self.assertEqual(self.gaps(), [Missing("unarchived", EPOCH, 9, 13, 3, 1009.0, 1013.0)])
        self.assertEqual(self.gaps(0.0, 1002.0), [])

    def test_a_hole_right_behind_the_newest_file_is_told_once(self) -> None:
        self.keep(1, 2)
        self.note(2, 4, 2)
        self.publish_behind(2, 5, n=5)
        self.assertEqual(self.gaps(), [Missing("unarchived", EPOCH, 2, 5, 2, 1002.0, 1005.0)])

    def test_an_epoch_that_only_the_hot_log_has_is_told_behind_the_last_tick_before_it(self) -> None:
        self.keep(1, 2)
        self.publish(3, 4, prev_t=2, n=3)
        self.publish(1, 2, prev_t=0, n=1, epoch=NEXT_EPOCH, at=2000.0)
        self.assertEqual(self.gaps(), [Missing("epoch", NEXT_EPOCH, 4, 1, 0, 1004.0, 2001.0)])

    def test_where_nothing_is_archived_the_oldest_are_expired(self) -> None:
        self.publish(8, 9, prev_t=7, n=8)
        self.assertEqual(self.gaps(), [Missing("expired", EPOCH, -1, 8, 7, None, 1008.0)])

    def test_while_redis_is_away_the_gaps_of_the_archive_are_told(self) -> None:
        self.keep(1, 2)
        self.note(2, 4, 2)
        self.keep(5)
        self.note(5, 6, 1)
        self.assertEqual([told(one) for one in self.gaps(url=AWAY)], [("unarchived", EPOCH, 2, 5, 2)])


class ReadTest(GapsCase):
    def test_they_are_those_that_who_reads_all_ticks_is_told_of(self) -> None:
        for seed in range(6):
            with self.subTest(seed=seed):
                self.make(Random(seed))
                self.assertEqual(self.told(), self.read())

    def make(self, random: Random) -> None:
        """Files of two epochs, some with holes before them, some gone."""
        Segment.objects.all().delete()
        self.archive = self.archive / "next"
        for epoch in (EPOCH, NEXT_EPOCH):
            t = 0
            for part in range(12):
                if part and random.random() < 0.3:
                    missing = random.randint(1, 5)
                    self.note(t, t + missing, missing, epoch=epoch)
                    t += missing
                ts = range(t + 1, t + random.randint(2, 6))
                self.keep(*ts, epoch=epoch)
                t = ts[-1]
        rows = list(Segment.objects.order_by("epoch", "first_t"))
        for row in random.sample([row for row in rows[:-1] if row.n > 1 and row != rows[11]], 5):
            (self.archive / row.path).unlink()
        index.forget_missing(self.archive, "main")

    def read(self) -> list[tuple[Any, ...]]:
        reader, found = Forward(self.store(), Bounds()), list[tuple[Any, ...]]()
        while (at := reader.cursor) is not None and (step := reader.read()) is not None:
            gap = step.gap
            if gap is not None:
                found.append((gap.reason, gap.epoch or at.epoch, gap.after_t, gap.next_t, gap.count))
        return found
