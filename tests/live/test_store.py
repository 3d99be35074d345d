from __future__ import annotations

from typing import Any
from unittest.mock import patch

from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase, lines, start_of, ts_of
from ticks.archive import index, reader
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.live.store import Store

NOWHERE = "unix:///nowhere/valkey.sock"


def read_all(store: Store, cursor: Cursor, max_bytes: int = 256 << 10) -> tuple[list[int], list[Gap]]:
    """Everything after a cursor, with the chain checked as a subscriber does."""
    read: list[int] = []
    gaps: list[Gap] = []
    while (owed := store.after(cursor, max_bytes)) is not None:
        if isinstance(owed, Batch):
            assert owed.prev_t <= cursor.t < owed.first_t
            read += ts_of([owed])
        else:
            gaps.append(owed)
        cursor = owed.cursor
    return read, gaps


class StoreTest(ValkeyCase):
    def test_archive_and_hot_log_are_read_as_one_from_every_cursor(self) -> None:
        self.fill()
        for t in range(15):
            for max_bytes in (1, 60, 1 << 20):
                read, gaps = read_all(self.store(), Cursor(EPOCH, t), max_bytes)
                self.assertEqual((read, gaps), (list(range(t + 1, 15)), []))

    def test_much_of_the_hot_log_is_read_together_up_to_a_hole(self) -> None:
        self.publish(1, 2, prev_t=0, n=1)
        self.publish(3, prev_t=2, n=3)
        behind = Batch.of(EPOCH, 5, 6, lines(6, 7))
        self.hotlog().append(behind, after_t=3, newest_t=7, fence=1, max_bytes=1 << 20, indexed_t=0, now=0.0)
        store, read, cursor = self.store(), list[object](), start_of()
        while (owed := store.after(cursor, max_ticks=1000)) is not None:
            read.append(ts_of([owed]) if isinstance(owed, Batch) else (owed.after_t, owed.next_t, owed.count))
            cursor = owed.cursor
        self.assertEqual(read, [[1, 2, 3], (3, 6, 2), [6, 7]])

    def test_holes_by_design_are_no_gaps(self) -> None:
        self.keep(10, 20, 30)
        self.publish(40, 50, prev_t=30, n=4)
        for t in range(55):
            read, gaps = read_all(self.store(), Cursor(EPOCH, t))
            self.assertEqual((read, gaps), ([x for x in (10, 20, 30, 40, 50) if x > t], []))

    def test_what_the_archive_has_is_read_while_redis_is_away(self) -> None:
        self.fill()
        self.assertEqual(read_all(self.store(url=NOWHERE), start_of()), (list(range(1, 10)), []))

    def test_a_missing_file_is_a_proven_loss_with_its_count(self) -> None:
        self.keep(1, 2, 3)
        lost = self.keep(4, 5, 6)
        self.keep(7, 8)
        index.segments("main").filter(path=lost.relative_to(self.archive).as_posix()).delete()
        read, gaps = read_all(self.store(), start_of())
        self.assertEqual(read, [1, 2, 3, 7, 8])
        self.assertEqual([(g.after_t, g.next_t, g.count, g.reason) for g in gaps], [(3, 7, 3, "lost")])

    def test_what_is_no_longer_kept_is_expired(self) -> None:
        gone = self.keep(1, 2, 3)
        self.keep(4, 5)
        index.segments("main").filter(path=gone.relative_to(self.archive).as_posix()).delete()
        read, gaps = read_all(self.store(), Cursor(EPOCH, 1))
        self.assertEqual(read, [4, 5])
        self.assertEqual([(g.after_t, g.next_t, g.count, g.reason) for g in gaps], [(1, 4, 2, "expired")])

    def test_a_file_that_is_gone_is_passed_over_with_a_proven_gap(self) -> None:
        self.keep(1, 2, 3)
        self.keep(4, 5, 6).unlink()
        self.keep(7, 8)
        read, gaps = read_all(self.store(), start_of())
        self.assertEqual(read, [1, 2, 3, 7, 8])
        self.assertEqual([(g.after_t, g.next_t, g.count, g.reason) for g in gaps], [(3, 7, 3, "lost")])
        self.assertEqual(self.store().seek(1004.0), Cursor(EPOCH, 6))

    def test_ticks_that_a_damaged_file_should_hold_are_damaged(self) -> None:
        path = self.keep(1, 2, 3, 4)
        self.keep(5, 6)
        data = bytearray(path.read_bytes())
        at = data.index(b'{"t":3')
        data[at : at + 6] = b"\0" * 6
        path.write_bytes(data)
        owed = self.store().after(Cursor(EPOCH, 2, 2))
        assert isinstance(owed, Gap)
        self.assertEqual((owed.after_t, owed.next_t, owed.count, owed.reason), (2, 4, 1, "damaged"))
        path.write_bytes(b"")
        for t in range(4):
            owed = self.store().after(Cursor(EPOCH, t, t))
            assert isinstance(owed, Gap)
            self.assertEqual((owed.after_t, owed.next_t, owed.count, owed.reason), (t, 5, 4 - t, "damaged"))
            self.assertEqual(owed.cursor, Cursor(EPOCH, 4, 4))
        self.assertEqual(read_all(self.store(), Cursor(EPOCH, 4, 4))[0], [5, 6])

    def test_a_redis_that_does_not_answer_proves_nothing(self) -> None:
        """It may hold the missing ticks, or the end of the epoch."""
        self.keep(1, 2, 3)
        self.keep(7, 8)
        index.segments("main").filter(first_t=7).update(prev_t=6, n=7)
        self.keep(1, epoch=NEXT_EPOCH)
        for t in (3, 8):
            self.assertIsNone(self.store(url=NOWHERE).after(Cursor(EPOCH, t, t)))
            self.assertIsInstance(self.store().after(Cursor(EPOCH, t, t)), Gap)

    def test_no_reader_is_led_back_to_an_epoch_before_its_own(self) -> None:
        self.keep(1, 2, 3)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.publish(4, prev_t=3, n=4)
        self.assertIsNone(self.store().after(Cursor(NEXT_EPOCH, 2, 2)))

    def test_nothing_is_called_lost_without_proof(self) -> None:
        """The archive ends, Redis came back empty: the reader waits."""
        self.keep(1, 2, 3)
        self.assertIsNone(self.store().after(Cursor(EPOCH, 3, 3)))
        self.assertIsNone(self.store().after(Cursor(EPOCH, 9)))

    def test_the_end_of_an_epoch_leads_to_the_next(self) -> None:
        self.keep(1, 2, 3)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.publish(3, prev_t=2, n=3, epoch=NEXT_EPOCH)
        read, gaps = read_all(self.store(), Cursor(EPOCH, 1))
        self.assertEqual(read, [2, 3, 1, 2, 3])
        (gap,) = gaps
        self.assertEqual((gap.after_t, gap.next_t, gap.count, gap.reason, gap.epoch), (3, 1, 0, "epoch", NEXT_EPOCH))

    def test_an_epoch_that_is_gone_leads_to_the_one_that_is_kept(self) -> None:
        self.keep(1, 2, 3)
        self.publish(4, prev_t=3, n=4)
        for gone in ("0000000000000", "zzzzzzzzzzzzz"):
            read, gaps = read_all(self.store(), Cursor(gone, 77))
            self.assertEqual((read, [gap.epoch for gap in gaps]), ([1, 2, 3, 4], [EPOCH]))

    def test_redis_being_away_ends_no_epoch(self) -> None:
        """A reader of an epoch that only the hot log knows stays in it."""
        self.keep(1, 2, 3)
        self.assertIsNone(self.store(url=NOWHERE).after(Cursor(NEXT_EPOCH, 5)))

    def test_the_newest_tick_is_the_hot_logs(self) -> None:
        self.fill()
        newest = self.store().newest()
        assert newest is not None
        self.assertEqual((ts_of([newest]), newest.prev_t, newest.n), ([14], 13, 14))

    def test_the_newest_tick_is_the_archives_where_the_hot_log_is_empty(self) -> None:
        self.keep(1, 2, 3)
        newest = self.store().newest()
        assert newest is not None
        self.assertEqual((ts_of([newest]), newest.prev_t, newest.n), ([3], 2, 3))
        self.assertIsNone(self.store("other").newest())

    def test_seeking_by_time_finds_the_first_tick_made_then_or_later(self) -> None:
        self.fill()
        for t in range(1, 15):
            cursor = self.store().seek(1000.0 + t - 0.5)
            assert cursor is not None
            self.assertEqual(read_all(self.store(), cursor)[0], list(range(t, 15)))
        self.assertIsNone(self.store().seek(1014.5))

    def test_what_is_indexed_while_a_time_is_sought_is_found(self) -> None:
        self.assert_found_while_it_is_indexed(forgotten=False)

    def test_what_is_indexed_and_forgotten_while_a_time_is_sought_is_found(self) -> None:
        self.assert_found_while_it_is_indexed(forgotten=True)

    def assert_found_while_it_is_indexed(self, *, forgotten: bool) -> None:
        """Between the looks at the archive and at the hot log."""
        self.keep(1, 2)
        self.publish(3, 4, 5, 6, prev_t=2, n=3)
        seek, asked = reader.seek, []

        def and_index(*args: Any) -> Cursor | None:
            found = seek(*args)
            if not asked:
                self.keep(3, 4, 5)
                if forgotten:
                    self.valkey.client.flushall()
            asked.append(args)
            return found

        with patch.object(reader, "seek", and_index):
            self.assertEqual(self.store().seek(1003.0), Cursor(EPOCH, 2))
        self.assertTrue(asked)

    def test_what_the_log_forgets_while_it_is_asked_is_found_in_the_archive(self) -> None:
        """Between the two looks a file is indexed and the hot log trimmed: that is no gap."""
        self.publish(1, 2, prev_t=0, n=1)
        store = self.store()
        ask = store.hotlog.after

        def ask_late(epoch: str, t: int, count: int) -> list[Batch]:
            self.keep(1, 2)
            self.valkey.client.flushall()
            self.publish(3, prev_t=2, n=3)
            return ask(epoch, t, count)

        store.hotlog.after = ask_late  # type: ignore[method-assign]
        owed = store.after(start_of())
        assert isinstance(owed, Batch)
        self.assertEqual(ts_of([owed]), [1, 2])
