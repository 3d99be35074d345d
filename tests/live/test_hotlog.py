from __future__ import annotations

import redis

from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase, lines, ts_of
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.tick import MAX_T


def batch(*ts: int, prev_t: int, n: int, epoch: str = EPOCH) -> Batch:
    return Batch.of(epoch, prev_t, n, lines(*ts))


class HotLogTest(ValkeyCase):
    def append(self, batch: Batch, fence: int = 1, max_bytes: int = 1 << 20, indexed_t: int | None = None) -> str:
        answer = self.hotlog().append(
            batch,
            after_t=batch.prev_t,
            newest_t=batch.last_t,
            fence=fence,
            max_bytes=max_bytes,
            indexed_t=batch.prev_t if indexed_t is None else indexed_t,
            now=5.0,
        )
        return answer.word

    def test_an_empty_log_has_no_head(self) -> None:
        self.assertIsNone(self.hotlog().head())
        self.assertEqual(self.hotlog().after(EPOCH, 0, 10), [])

    def test_what_is_appended_is_read_back(self) -> None:
        self.assertEqual(self.append(batch(1, 2, prev_t=0, n=1)), "ok")
        self.assertEqual(self.append(batch(5, prev_t=2, n=3)), "ok")
        head = self.hotlog().head()
        assert head is not None
        self.assertEqual((head.tip, head.ts), (Cursor(EPOCH, 5, 3), 5.0))
        first, second = self.hotlog().after(EPOCH, 0, 10)
        self.assertEqual((first.prev_t, first.n, first.first_t, first.last_t, first.count), (0, 1, 1, 2, 2))
        self.assertEqual((second.prev_t, second.n), (2, 3))
        self.assertEqual(list(first.records), lines(1, 2))

    def test_reading_after_a_t_begins_with_the_batch_that_holds_the_next_one(self) -> None:
        self.append(batch(1, 2, prev_t=0, n=1))
        self.append(batch(3, 4, prev_t=2, n=3))
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 1, 10)), [1, 2, 3, 4])
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 2, 10)), [3, 4])
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 4, 10)), [])
        self.assertEqual(ts_of(self.hotlog().newest(EPOCH, 1)), [3, 4])

    def test_reading_before_a_t_gives_the_last_batch_that_begins_there_or_before(self) -> None:
        self.append(batch(1, 2, prev_t=0, n=1))
        self.append(batch(5, 9, prev_t=2, n=3))
        found = [self.hotlog().before(EPOCH, t) for t in (-1, 0, 1, 2, 4, 5, 7, 9, 10, MAX_T)]
        self.assertEqual([one and one.last_t for one in found], [None, None, 2, 2, 2, 9, 9, 9, 9, 9])

    def test_a_repeated_append_changes_nothing(self) -> None:
        """A frozen Redis applies a command that timed out when it thaws, and the retry comes besides."""
        self.append(batch(1, 2, prev_t=0, n=1))
        self.assertEqual(self.append(batch(1, 2, prev_t=0, n=1)), "known")
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 0, 10)), [1, 2])

    def test_a_batch_that_leaves_a_hole_is_refused_with_the_tip(self) -> None:
        self.append(batch(1, prev_t=0, n=1))
        answer = self.hotlog().append(
            batch(3, prev_t=2, n=3), after_t=2, newest_t=3, fence=1, max_bytes=1 << 20, indexed_t=0, now=0.0
        )
        self.assertEqual((answer.word, answer.t, answer.n), ("hole", 1, 1))
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 0, 10)), [1])

    def test_behind_ticks_that_are_stored_nowhere_the_log_goes_on(self) -> None:
        self.append(batch(1, prev_t=0, n=1))
        behind = batch(4, prev_t=3, n=4)
        answer = self.hotlog().append(behind, after_t=1, newest_t=4, fence=1, max_bytes=1 << 20, indexed_t=0, now=0.0)
        self.assertEqual((answer.word, answer.t, answer.n), ("ok", 4, 4))
        self.assertEqual([entry.prev_t for entry in self.hotlog().after(EPOCH, 0, 10)], [0, 3])

    def test_a_writer_whose_fence_is_old_is_refused(self) -> None:
        self.append(batch(1, prev_t=0, n=1), fence=2)
        self.assertEqual(self.append(batch(2, prev_t=1, n=2), fence=1), "fenced")
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 0, 10)), [1])

    def test_only_what_is_indexed_is_forgotten(self) -> None:
        for t in range(1, 11):
            self.append(batch(t, prev_t=t - 1, n=t), max_bytes=1, indexed_t=0)
        self.assertEqual(len(self.hotlog().after(EPOCH, 0, 100)), 10)
        self.append(batch(11, prev_t=10, n=11), max_bytes=1, indexed_t=7)
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 0, 100)), [8, 9, 10, 11])

    def test_the_oldest_go_only_down_to_the_byte_cap(self) -> None:
        size = len(batch(1, prev_t=0, n=1).packed)
        for t in range(1, 10):
            self.append(batch(t, prev_t=t - 1, n=t), max_bytes=4 * size, indexed_t=t)
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 0, 100)), [6, 7, 8, 9])

    def test_a_new_epoch_has_a_log_of_its_own(self) -> None:
        self.append(batch(7, prev_t=6, n=7))
        self.assertEqual(self.append(batch(1, prev_t=0, n=1, epoch=NEXT_EPOCH)), "ok")
        self.assertEqual(ts_of(self.hotlog().after(EPOCH, 0, 10)), [7])
        self.assertEqual(ts_of(self.hotlog().after(NEXT_EPOCH, 0, 10)), [1])
        head = self.hotlog().head()
        assert head is not None
        self.assertEqual(head.tip.epoch, NEXT_EPOCH)

    def test_the_largest_numbers_are_exact(self) -> None:
        self.append(batch(MAX_T - 1, prev_t=MAX_T - 2, n=MAX_T - 1))
        self.assertEqual(self.append(batch(MAX_T, prev_t=MAX_T - 1, n=MAX_T)), "ok")
        head = self.hotlog().head()
        assert head is not None
        self.assertEqual(head.tip, Cursor(EPOCH, MAX_T, MAX_T))

    def test_an_empty_log_takes_only_what_follows_the_indexed_files(self) -> None:
        """Redis came back empty and nobody noticed: what no file holds must be in the log first."""
        self.assertEqual(self.append(batch(8, prev_t=7, n=8), indexed_t=5), "hole")
        self.assertIsNone(self.hotlog().head())
        self.assertEqual(self.append(batch(6, 7, prev_t=5, n=6), indexed_t=5), "ok")
        self.assertEqual(self.append(batch(8, prev_t=7, n=8), indexed_t=5), "ok")

    def test_an_epoch_that_comes_back_goes_on_where_its_log_ended_and_lives(self) -> None:
        self.append(batch(1, prev_t=0, n=1))
        self.append(batch(1, prev_t=0, n=1, epoch=NEXT_EPOCH))
        self.hotlog().retire(EPOCH)
        self.assertEqual(self.append(batch(1, prev_t=0, n=1)), "known")
        self.assertEqual(self.append(batch(2, prev_t=1, n=2)), "ok")
        self.assertEqual(self.valkey.client.ttl(f"ticks:{{main}}:log:{EPOCH}"), -1)

    def test_the_log_of_an_ended_epoch_expires(self) -> None:
        self.append(batch(1, prev_t=0, n=1))
        self.hotlog().retire(EPOCH)
        self.assertGreater(self.valkey.client.ttl(f"ticks:{{main}}:log:{EPOCH}"), 0)

    def test_a_redis_that_is_away_is_an_error_that_can_be_caught(self) -> None:
        hotlog = self.hotlog(url="unix:///nowhere/valkey.sock")
        with self.assertRaises(redis.RedisError):
            hotlog.head()
