"""Reading what is stored backward: the mirror of reading forward, with the same gaps."""

from __future__ import annotations

import math
from collections.abc import Callable

import redis

from tests.live.test_store import NOWHERE, read_all
from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase, ts_of
from ticks.archive import index
from ticks.archive.gaps import Hole, note
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.live.store import Store
from ticks.tick import MAX_T

THIRD_EPOCH = "0mwpx6cq2aaaa"
Found = Batch | None
Ask = Callable[[str, int], Found]
Told = tuple[int, int, int, str]


def read_back(
    store: Store, cursor: Cursor, max_ticks: int = 500, max_bytes: int = 1 << 18
) -> tuple[list[int], list[Gap]]:
    """Everything up to a cursor, newest first, with the chain checked."""
    read: list[int] = []
    gaps: list[Gap] = []
    end: int | None = None
    while (owed := store.before(cursor, max_ticks, max_bytes)) is not None:
        if isinstance(owed, Batch):
            assert owed.last_t == end or (end is None and owed.last_t <= cursor.t)
            assert owed.count <= max_ticks
            read += reversed(ts_of([owed]))
            cursor = Cursor(owed.epoch, owed.prev_t, owed.n - 1)
        else:
            gaps.append(owed)
            cursor = owed.cursor
        end = cursor.t
    return read, gaps


def told(gaps: list[Gap]) -> list[Told]:
    return [(gap.after_t, gap.next_t, gap.count, gap.reason) for gap in gaps]


class StoreBackwardTest(ValkeyCase):
    def assert_told_as_forward(self, *expected: Told) -> None:
        """From the last tick back the same gaps are told of as from before the first."""
        read, gaps = read_back(self.store(), Cursor(EPOCH, MAX_T))
        self.assertEqual(told(gaps), list(expected))
        forward, told_forward = read_all(self.store(), Cursor(EPOCH, 0, 0))
        self.assertEqual(forward, read[::-1])
        self.assertEqual(told(told_forward), [(max(0, after_t), *rest) for after_t, *rest in reversed(expected)])

    def test_archive_and_hot_log_are_read_as_one_from_every_cursor(self) -> None:
        self.fill()
        for t in range(17):
            for limits in ((1, 1 << 18), (500, 60), (2, 1 << 18), (500, 1 << 18)):
                self.assertEqual(read_back(self.store(), Cursor(EPOCH, t), *limits), ([*range(min(t, 14), 0, -1)], []))

    def test_holes_by_design_are_no_gaps(self) -> None:
        self.keep(10, 20, 30)
        self.publish(40, 50, prev_t=30, n=4)
        for t in range(55):
            self.assertEqual(
                read_back(self.store(), Cursor(EPOCH, t)), ([x for x in (50, 40, 30, 20, 10) if x <= t], [])
            )

    def test_a_first_tick_of_0_is_read_too(self) -> None:
        self.keep(0, 1)
        self.assertEqual(read_back(self.store(), Cursor(EPOCH, 9)), ([1, 0], []))

    def test_what_the_archive_has_is_read_while_redis_is_away(self) -> None:
        self.fill()
        store = self.store(url=NOWHERE)
        self.assertEqual(store.seek_before(1008.5), Cursor(EPOCH, 8))
        for t in range(1, 9):
            self.assertEqual(read_back(store, Cursor(EPOCH, t)), ([*range(t, 0, -1)], []))
        self.assertIsNone(store.before(Cursor(EPOCH, 10)))

    def test_redis_being_away_what_only_the_hot_log_can_know_is_not_guessed(self) -> None:
        self.fill()
        with self.assertRaises(redis.RedisError):
            self.store(url=NOWHERE).seek_before(math.inf)
        with self.assertRaises(redis.RedisError):
            self.store(url=NOWHERE).seek(1009.5)

    def test_a_lost_file_is_a_proven_loss_with_its_count(self) -> None:
        self.keep(1, 2, 3)
        lost = self.keep(4, 5, 6)
        self.keep(7, 8)
        index.segments("main").filter(path=lost.relative_to(self.archive).as_posix()).delete()
        self.assert_told_as_forward((3, 7, 3, "lost"))
        owed = self.store().before(Cursor(EPOCH, 5))
        self.assertEqual(owed, Gap(3, 6, 2, "lost", Cursor(EPOCH, 3, 3)))
        owed = self.store().before(Cursor(EPOCH, 5, 5))
        self.assertEqual(owed, Gap(3, 6, 2, "lost", Cursor(EPOCH, 3, 3)))

    def test_a_file_that_is_gone_is_passed_over_with_a_proven_gap(self) -> None:
        self.keep(1, 2, 3)
        self.keep(4, 5, 6).unlink()
        self.keep(7, 8)
        self.assert_told_as_forward((3, 7, 3, "lost"))

    def test_what_is_no_longer_kept_is_expired(self) -> None:
        self.keep(1, 2, 3).unlink()
        index.segments("main").filter(first_t=1).update(last_t=3)
        self.keep(4, 5)
        index.forget_missing(self.archive, "main")
        self.assert_told_as_forward((-1, 4, 3, "expired"))
        self.assertEqual(self.store().before(Cursor(EPOCH, 2)), Gap(-1, 3, 3, "expired", Cursor(EPOCH, -1, 0)))

    def test_ticks_that_could_not_be_archived_are_unarchived(self) -> None:
        self.keep(1, 2)
        note(self.archive / "main" / EPOCH, Hole(2, 5, 3))
        self.keep(6, 7)
        self.assert_told_as_forward((2, 6, 3, "unarchived"))

    def test_ticks_that_a_damaged_file_should_hold_are_damaged(self) -> None:
        path = self.keep(1, 2, 3, 4)
        self.keep(5, 6)
        data = bytearray(path.read_bytes())
        at = data.index(b'{"t":3')
        data[at : at + 6] = b"\0" * 6
        path.write_bytes(data)
        self.assert_told_as_forward((2, 4, 1, "damaged"))
        path.write_bytes(b"")
        self.assert_told_as_forward((-1, 5, 4, "damaged"))

    def test_the_hot_log_fills_a_hole_of_the_archive(self) -> None:
        self.keep(1, 2)
        note(self.archive / "main" / EPOCH, Hole(2, 5, 3))
        self.publish(3, 4, 5, prev_t=2, n=3)
        self.publish(6, 7, prev_t=5, n=6)
        self.keep(6, 7)
        self.assertEqual(read_back(self.store(), Cursor(EPOCH, 9)), ([*range(7, 0, -1)], []))

    def test_a_redis_that_does_not_answer_proves_nothing(self) -> None:
        """It may hold the missing ticks, or the end of the epoch before."""
        self.keep(1, 2, 3)
        self.keep(7, 8)
        index.segments("main").filter(first_t=7).update(prev_t=6, n=7)
        self.keep(1, epoch=NEXT_EPOCH)
        for cursor in (Cursor(EPOCH, 6, 6), Cursor(EPOCH, 6), Cursor(NEXT_EPOCH, 0, 0)):
            self.assertIsNone(self.store(url=NOWHERE).before(cursor))
            self.assertIsInstance(self.store().before(cursor), Gap)

    def test_nothing_is_called_lost_while_the_log_may_be_refilled(self) -> None:
        """Redis came back empty: what the reader has before it is in the active file alone."""
        self.keep(1, 2, 3)
        self.assertIsNone(self.store().before(Cursor(EPOCH, 5, 5)))
        self.assertIsNone(self.store().before(Cursor(NEXT_EPOCH, 5, 5)))
        self.keep(1, epoch=NEXT_EPOCH)
        self.assertEqual(self.store().before(Cursor(EPOCH, 5, 5)), Gap(3, 6, 2, "lost", Cursor(EPOCH, 3, 3)))

    def test_the_beginning_of_an_epoch_leads_to_the_end_of_the_one_before(self) -> None:
        self.keep(1, 2, 3)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.publish(3, prev_t=2, n=3, epoch=NEXT_EPOCH)
        self.publish(1, prev_t=0, n=1, epoch=THIRD_EPOCH)
        read, gaps = read_back(self.store(), Cursor(THIRD_EPOCH, MAX_T))
        self.assertEqual(read, [1, 3, 2, 1, 3, 2, 1])
        self.assertEqual(told(gaps), [(3, 1, 0, "epoch"), (3, 1, 0, "epoch")])
        self.assertEqual([gap.epoch for gap in gaps], [NEXT_EPOCH, EPOCH])
        self.assertIsNone(self.store().before(Cursor(EPOCH, 0, 0)))

    def test_what_can_not_be_read_at_the_end_of_an_epoch_is_counted(self) -> None:
        self.keep(1, 2, 3)
        self.keep(4, 5).write_bytes(b"")
        self.keep(1, epoch=NEXT_EPOCH).write_bytes(b"")
        self.keep(1, 2, epoch=THIRD_EPOCH)
        owed = self.store().before(Cursor(THIRD_EPOCH, 0, 0))
        self.assertEqual(owed, Gap(3, 1, 2, "epoch", Cursor(EPOCH, 3, 3), EPOCH))

    def test_an_epoch_that_is_gone_leads_to_one_before_it_that_is_kept(self) -> None:
        self.keep(1, 2, 3)
        self.publish(4, prev_t=3, n=4)
        read, gaps = read_back(self.store(), Cursor("zzzzzzzzzzzzz", 77))
        self.assertEqual((read, told(gaps)), ([4, 3, 2, 1], [(4, 78, 0, "epoch")]))
        self.assertIsNone(self.store().before(Cursor("0000000000000", 77)))

    def test_seeking_by_time_finds_the_last_tick_made_before(self) -> None:
        self.fill()
        for t in range(1, 15):
            self.assertEqual(self.store().seek_before(1000.5 + t), Cursor(EPOCH, t))
        self.assertEqual(self.store().seek_before(math.inf), Cursor(EPOCH, 14))
        self.assertIsNone(self.store().seek_before(1001.0))
        self.assertIsNone(self.store("other").seek_before(math.inf))

    def test_a_clock_that_steps_back_hides_nothing_behind_the_index(self) -> None:
        """Made before counts, not where it stands: the newest of those is in the hot log."""
        self.keep(1, 2, at=2000.0)
        self.publish(3, prev_t=2, n=3, at=1000.0)
        self.publish(4, prev_t=3, n=4, at=3000.0)
        self.assertEqual(self.store().seek_before(1500.0), Cursor(EPOCH, 3))
        self.assertEqual(self.store().seek_before(2500.0), Cursor(EPOCH, 3))
        self.assertIsNone(self.store().seek_before(900.0))

    def test_what_the_log_forgets_while_it_is_asked_is_found_in_the_archive(self) -> None:
        """Just before the hot log is asked, first or again, a file is indexed and the log trimmed."""
        for early, epoch in ((1, EPOCH), (2, NEXT_EPOCH)):
            self.publish(1, 2, prev_t=0, n=1, epoch=epoch)
            store = self.store()
            ask, asked = store.hotlog.before, []

            def ask_late(epoch: str, t: int, early: int = early, ask: Ask = ask, asked: list[int] = asked) -> Found:
                asked.append(t)
                if len(asked) == early:
                    self.keep(1, 2, epoch=epoch)
                    self.valkey.client.flushall()
                    self.publish(5, prev_t=4, n=5, epoch=epoch)
                return ask(epoch, t) if len(asked) >= early else None

            store.hotlog.before = ask_late  # type: ignore[method-assign]
            owed = store.before(Cursor(epoch, 2, 2))
            assert isinstance(owed, Batch)
            self.assertEqual((ts_of([owed]), len(asked)), ([1, 2], 2))

    def test_what_arrives_while_it_is_looked_for_makes_no_gap(self) -> None:
        """Right after the hot log was asked come the tick that was asked for and the next."""
        for early in (1, 2):
            self.valkey.client.flushall()
            self.publish(1, prev_t=0, n=1)
            store = self.store()
            ask, asked = store.hotlog.before, []

            def ask_early(epoch: str, t: int, early: int = early, ask: Ask = ask, asked: list[int] = asked) -> Found:
                found = ask(epoch, t)
                asked.append(t)
                if len(asked) == early:
                    self.publish(2, 3, prev_t=1, n=2)
                return found

            store.hotlog.before = ask_early  # type: ignore[method-assign]
            self.assertIsInstance(store.before(Cursor(EPOCH, 2)), Batch)
            self.assertEqual(len(asked), 2)
