from __future__ import annotations

import itertools
import threading
from unittest.mock import patch

from django.db import DatabaseError
from django.test import override_settings

from tests.support.cases import ValkeyCase, lines, ts_of
from tests.support.waiting import until
from ticks.archive import index
from ticks.batch import MAX_TICKS, Batch
from ticks.cursor import Cursor, Gap
from ticks.live.hotlog import Appended, HotLog
from ticks.producer import AnotherProducer, TickWriter, lease
from ticks.producer import tail as tail_module
from ticks.producer.lease import Lease


class TickWriterTest(ValkeyCase):
    def published(self, epoch: str) -> list[Batch]:
        return self.hotlog().after(epoch, 0, 10_000)

    def assert_told(self, cursor: Cursor, epoch: str) -> None:
        """A subscriber that stands there is told of the epoch that goes on."""
        told = self.store().after(cursor)
        assert isinstance(told, Gap), told
        self.assertEqual((told.reason, told.epoch), ("epoch", epoch))

    def wait_until_published(self, writer: TickWriter, *ts: int) -> None:
        until(lambda: ts_of(self.published(writer.epoch)) == list(ts), f"{ts} are published")

    def test_what_is_written_is_archived_and_published(self) -> None:
        with TickWriter("main") as writer:
            self.assertEqual([writer.write({"v": v}) for v in range(3)], [1, 2, 3])
            active = self.archive / "main" / writer.epoch / "active.jsonl"
            self.assertEqual(len(active.read_bytes().splitlines()), 3)
            self.wait_until_published(writer, 1, 2, 3)

    def test_batches_have_at_most_500_ticks_and_a_chain(self) -> None:
        with TickWriter("main") as writer:
            for v in range(3000):
                writer.write({"v": v})
            self.wait_until_published(writer, *range(1, 3001))
        batches = self.published(writer.epoch)
        self.assertLessEqual(max(batch.count for batch in batches), MAX_TICKS)
        self.assertLess(len(batches), 1000)
        for before, batch in itertools.pairwise(batches):
            self.assertEqual((batch.prev_t, batch.n), (before.last_t, before.last_n + 1))

    def test_numbers_and_epoch_go_on_after_a_restart(self) -> None:
        epochs = []
        for start in (1, 3, 5):
            with TickWriter("main") as writer:
                self.assertEqual([writer.write({}) for _ in range(2)], [start, start + 1])
                epochs.append(writer.epoch)
        self.assertEqual(len(set(epochs)), 1)
        self.assertEqual(ts_of(self.published(epochs[0])), [1, 2, 3, 4, 5, 6])

    def test_a_hot_log_that_lost_everything_is_refilled_with_what_no_file_holds(self) -> None:
        with TickWriter("main") as writer:
            for _ in range(5):
                writer.write({})
            self.wait_until_published(writer, 1, 2, 3, 4, 5)
            self.valkey.kill()
            writer.write({})
            self.valkey.start()
            self.wait_until_published(writer, 1, 2, 3, 4, 5, 6)

    def test_a_redis_that_restarts_too_fast_to_be_missed_is_refilled_too(self) -> None:
        """redis-py repeats the command by itself: the publisher sees no error, and an empty log."""
        TickWriter("main").close()
        with TickWriter("main") as writer:
            for _ in range(5):
                writer.write({})
            self.wait_until_published(writer, 1, 2, 3, 4, 5)
            fence = int(self.valkey.client.get(self.hotlog().fence_key) or 0)
            self.assertGreater(fence, 1)
            self.valkey.kill()
            self.valkey.start()
            writer.write({})
            self.wait_until_published(writer, 1, 2, 3, 4, 5, 6)
            writer.write({})
            self.wait_until_published(writer, 1, 2, 3, 4, 5, 6, 7)
            self.assertGreater(int(self.valkey.client.get(self.hotlog().fence_key) or 0), fence)

    def test_an_error_of_any_kind_does_not_end_publishing(self) -> None:
        with (
            patch.object(HotLog, "append", side_effect=DatabaseError("database is locked")) as failing,
            self.assertLogs("ticks.producer.publisher", "ERROR"),
            TickWriter("main") as writer,
        ):
            writer.write({})
            until(lambda: failing.call_count >= 2, "it failed and was tried again")
            failing.side_effect = lambda *args, **kwargs: Appended("ok", 1, 1)
            until(lambda: writer.published_at(1), "it is published")

    def test_ordinals_that_the_index_and_the_hot_log_count_differently_hide_no_tick(self) -> None:
        for _ in range(2):
            with TickWriter("main") as writer:
                for _ in range(5):
                    writer.write({})
        oldest = min((self.archive / "main" / writer.epoch).glob("*.jsonl"))
        oldest.unlink()
        index.segments("main").delete()
        index.reindex(self.archive, "main")
        with TickWriter("main") as writer:
            for _ in range(10):
                writer.write({})
            self.wait_until_published(writer, *range(1, 21))

    def test_a_producer_that_thaws_after_another_began_a_new_epoch_gives_up(self) -> None:
        told = threading.Event()
        with TickWriter("main", on_refused=told.set) as writer:
            writer.write({})
            self.wait_until_published(writer, 1)
            foreign = "9mwpx6cq0aaaa"
            self.valkey.client.delete(self.hotlog().lease_key)
            other = Lease(self.connect(), self.hotlog(), self.archive / "elsewhere" / "main")
            other.hold()
            batch = Batch.of(foreign, 0, 1, lines(1))
            self.hotlog().append(
                batch, after_t=0, newest_t=1, fence=other.fence, max_bytes=1 << 20, indexed_t=0, now=0.0
            )
            other.release()
            self.assertTrue(told.wait(60))
            head = self.hotlog().head()
            assert head is not None
            self.assertEqual(head.tip.epoch, foreign)

    def test_what_no_longer_fits_into_memory_is_published_from_the_archive(self) -> None:
        self.valkey.kill()
        with patch.object(tail_module, "TAIL_TICKS", 10), TickWriter("main") as writer:
            for v in range(1000):
                writer.write({"v": v})
            self.assertEqual(len(writer._writer._tail._ticks), 10)
            self.valkey.start()
            self.wait_until_published(writer, *range(1, 1001))

    def test_another_hosts_producer_takes_over_and_this_one_is_told(self) -> None:
        told = threading.Event()
        with TickWriter("main", on_refused=told.set) as writer:
            writer.write({})
            self.wait_until_published(writer, 1)
            self.valkey.client.delete(self.hotlog().lease_key)
            other = Lease(self.connect(), self.hotlog(), self.archive / "elsewhere" / "main")
            other.hold()
            self.assertTrue(told.wait(60))
            with self.assertRaises(AnotherProducer):
                writer.write({})

    def test_another_hosts_epoch_in_the_hot_log_begins_a_new_one_here(self) -> None:
        with TickWriter("main") as writer:
            writer.write({})
            own = writer.epoch
        foreign = "9mwpx6cq0aaaa"
        self.valkey.client.flushall()
        self.publish(1, 2, prev_t=0, n=1, epoch=foreign)
        with TickWriter("main") as writer:
            self.assertEqual(writer.write({}), 1)
            self.assertNotIn(writer.epoch, (own, foreign))
            self.assertGreater(writer.epoch, foreign)
            self.wait_until_published(writer, 1)
            self.assert_told(Cursor(foreign, 2, 2), writer.epoch)

    def test_a_hot_log_that_is_ahead_of_the_archive_is_numbered_on_after_and_the_hole_is_noted(self) -> None:
        with TickWriter("main") as writer:
            writer.write({})
        self.publish(2, 3, prev_t=1, n=2, epoch=writer.epoch)
        with TickWriter("main") as again:
            self.assertEqual((again.epoch, again.write({})), (writer.epoch, 4))
            self.assertTrue((self.archive / "main" / writer.epoch / "gaps.jsonl").exists())
            until(lambda: ts_of(self.published(writer.epoch)) == [1, 2, 3, 4], "it is published")
        gap = self.gap_after(Cursor(writer.epoch, 1, 1))
        self.assertIsNone(gap, "the hot log has what the archive has not")
        self.valkey.client.flushall()
        gap = self.gap_after(Cursor(writer.epoch, 1, 1))
        assert gap is not None
        self.assertEqual((gap.after_t, gap.next_t, gap.count, gap.reason), (1, 4, 2, "unarchived"))

    def gap_after(self, cursor: Cursor) -> Gap | None:
        owed = self.store().after(cursor)
        return owed if isinstance(owed, Gap) else None

    def die(self, writer: TickWriter, boot: str | None = None) -> None:
        """End a writer without its leaving a trace of it, as a kill does, or (with `boot`) a power cut."""
        lock = self.archive / "main" / "writer.lock"
        holder = lock.read_text()
        writer.close()
        lock.write_text(holder.replace(lease.boot(), boot) if boot else holder)

    def test_after_a_crash_of_the_machine_a_new_epoch_begins_unless_each_tick_was_on_the_disk(self) -> None:
        for fsync, boot, renumbered in (
            ("interval", None, False),
            ("interval", "another boot", True),
            ("never", "another boot", True),
            ("always", "another boot", False),
        ):
            with self.subTest(fsync=fsync, boot=boot), override_settings(TICKS_FSYNC=fsync):
                writer = TickWriter("main")
                t = writer.write({})
                self.die(writer, boot)
                with TickWriter("main") as again:
                    self.assertEqual(again.epoch != writer.epoch, renumbered)
                    self.assertEqual(again.write({}), 1 if renumbered else t + 1)
                    until(lambda again=again: again.owed == 0, "it is published")
                    if renumbered:
                        self.assert_told(Cursor(writer.epoch, t), again.epoch)

    def test_a_torn_lock_file_counts_as_a_crash(self) -> None:
        writer = TickWriter("main")
        writer.write({})
        writer.close()
        (self.archive / "main" / "writer.lock").write_text('{"host": "vm", "pi')
        with TickWriter("main") as again:
            self.assertNotEqual(again.epoch, writer.epoch)

    def test_a_name_that_can_be_no_streams_is_refused(self) -> None:
        for name in ("", "Main", "../main", "a" * 65):
            with self.assertRaises(ValueError):
                TickWriter(name)
