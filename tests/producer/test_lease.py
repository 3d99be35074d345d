from __future__ import annotations

from pathlib import Path

from tests.support.cases import ValkeyCase
from ticks.producer.lease import LEASE_S, AnotherProducer, Lease, WriterLock

ELSEWHERE = Path("/elsewhere/main")


class LeaseTest(ValkeyCase):
    def lease(self, stream_dir: Path | None = None) -> Lease:
        return Lease(self.connect(), self.hotlog(), stream_dir or self.archive / "main")

    def test_a_lease_is_held_for_ten_seconds_and_renewed(self) -> None:
        lease = self.lease()
        lease.hold()
        key = self.hotlog().lease_key
        self.assertTrue(0 < self.valkey.client.ttl(key) <= LEASE_S)
        self.valkey.client.expire(key, 1)
        lease.lost()
        lease.hold()
        self.assertGreater(self.valkey.client.ttl(key), 1)
        self.assertEqual(lease.fence, 1, "who holds it keeps its token")

    def test_another_archives_producer_is_refused_and_told_who_holds_the_stream(self) -> None:
        self.lease(ELSEWHERE).hold()
        with self.assertRaisesRegex(AnotherProducer, r"'main': process \d+ on \S+ since .* Stop it there with kill"):
            self.lease().hold()

    def test_the_next_producer_of_the_same_archive_takes_over_at_once_with_a_higher_fence(self) -> None:
        """The file lock proves that the holder is dead."""
        killed = self.lease()
        killed.hold()
        successor = self.lease()
        successor.hold()
        self.assertGreater(successor.fence, killed.fence)

    def test_a_lease_that_was_given_back_or_ran_out_is_free(self) -> None:
        for leave in (lambda lease: lease.release(), lambda _: self.valkey.client.delete(self.hotlog().lease_key)):
            elsewhere = self.lease(ELSEWHERE)
            elsewhere.hold()
            leave(elsewhere)
            here = self.lease()
            here.hold()
            self.assertGreater(here.fence, elsewhere.fence)
            here.release()

    def test_only_its_holder_gives_a_lease_back(self) -> None:
        self.lease(ELSEWHERE).hold()
        self.lease().release()
        with self.assertRaises(AnotherProducer):
            self.lease().hold()


class WriterLockTest(ValkeyCase):
    def test_who_only_looks_leaves_the_trace_of_a_crash_where_it_is(self) -> None:
        WriterLock(self.archive / "main").release()
        trace = self.archive / "main" / "writer.lock"
        trace.write_text('{"pid": 1, "boot": "another"}')
        for _ in range(2):
            lock = WriterLock(self.archive / "main")
            self.assertTrue(lock.after_crash)
            lock.release()

    def test_the_lock_is_held_once_and_free_when_it_is_released(self) -> None:
        lock = WriterLock(self.archive / "main")
        lock.sign()
        with self.assertRaisesRegex(AnotherProducer, "Another producer writes the stream 'main': process"):
            WriterLock(self.archive / "main")
        lock.release()
        WriterLock(self.archive / "main").release()
