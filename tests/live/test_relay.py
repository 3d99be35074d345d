from __future__ import annotations

import asyncio
import time
from unittest.mock import patch

from channels.layers import get_channel_layer

from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase, lines, ts_of
from tests.support.reading import follow
from tests.support.waiting import auntil
from ticks import wire
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live import relay as relay_module
from ticks.live.feed import Feed
from ticks.live.reader import Reader
from ticks.protocol import PLAIN
from ticks.query import Query

RING_BYTES = 1 << 20


class LiveCase(ValkeyCase):
    """Feeds on a real channel layer. What the relay does every 3 s, it does here at once."""

    def setUp(self) -> None:
        super().setUp()
        for name, value in (("CHECK_S", 0.02), ("IN_FLIGHT_S", 0.01)):
            patched = patch.object(relay_module, name, value)
            patched.start()
            self.addCleanup(patched.stop)

    async def feed(self, url: str | None = None, ring_bytes: int = RING_BYTES) -> Feed:
        feed = Feed("main", ring_bytes, self.connect(url))
        feed.begin()
        await asyncio.wait_for(feed.relay.ready.wait(), 60)
        self.addAsyncCleanup(feed)
        return feed

    def addAsyncCleanup(self, feed: Feed) -> None:
        self.feeds = [*getattr(self, "feeds", []), feed]

    async def end(self) -> None:
        """The relays end with their event loop: what they hold of it is given back here."""
        for feed in self.feeds:
            await feed.end()
        await get_channel_layer().flush()

    async def tell(self, *ts: int, prev_t: int, n: int, epoch: str = EPOCH) -> None:
        """Send a group message without the hot log."""
        batch = Batch.of(epoch, prev_t, n, lines(*ts))
        await get_channel_layer().group_send(wire.group("main"), wire.message(batch))

    async def put(self, *ts: int, prev_t: int, n: int, epoch: str = EPOCH) -> None:
        """Append to the hot log without a group message."""
        await asyncio.to_thread(lambda: self.publish(*ts, prev_t=prev_t, n=n, epoch=epoch))


def in_ring(feed: Feed) -> list[int]:
    ring, read = feed.relay.ring, []
    t = ring.floor
    while (batch := ring.holding(t)) is not None:
        read += ts_of([batch.after(t)])
        t = batch.last_t
    return read


class RelayTest(LiveCase):
    async def test_the_ring_is_filled_from_the_hot_log_at_the_start(self) -> None:
        await self.put(1, 2, prev_t=0, n=1)
        await self.put(3, prev_t=2, n=3)
        feed = await self.feed()
        self.assertEqual(in_ring(feed), [1, 2, 3])
        await self.end()

    async def test_group_messages_reach_the_ring(self) -> None:
        await self.put(1, prev_t=0, n=1)
        feed = await self.feed()
        await self.tell(2, 3, prev_t=1, n=2)
        await auntil(lambda: in_ring(feed) == [1, 2, 3], "the message is in the ring")
        self.assertEqual(feed.relay.repaired, 0)
        await self.end()

    async def test_a_repeated_message_changes_nothing_and_an_overlap_is_trimmed(self) -> None:
        feed = await self.feed()
        for ts, prev_t in (((1, 2), 0), ((1, 2), 0), ((2, 3), 1), ((3,), 2), ((4,), 3)):
            await self.tell(*ts, prev_t=prev_t, n=ts[0])
        await auntil(lambda: in_ring(feed) == [1, 2, 3, 4], "each tick is there once")
        await self.end()

    async def test_a_lost_message_is_fetched_from_the_hot_log(self) -> None:
        feed = await self.feed()
        await self.tell(1, prev_t=0, n=1)
        await auntil(lambda: in_ring(feed) == [1], "the first message is there")
        for t in (1, 2, 3, 4):
            await self.put(t, prev_t=t - 1, n=t)
        await self.tell(4, prev_t=3, n=4)
        await auntil(lambda: in_ring(feed) == [1, 2, 3, 4], "the hole is filled")
        await self.end()

    async def test_silent_group_messages_are_noticed_repaired_and_counted(self) -> None:
        await self.put(1, prev_t=0, n=1)
        feed = await self.feed()
        with self.assertLogs("ticks.live.relay", "WARNING") as log:
            await self.put(2, 3, prev_t=1, n=2)
            await auntil(lambda: in_ring(feed) == [1, 2, 3], "the repair brought them")
        self.assertEqual(feed.relay.repaired, 2)
        self.assertIn("2 ticks after t=1 came from the hot log", log.output[0])
        await self.end()

    async def test_what_comes_is_stamped_and_counted_and_what_was_there_is_neither(self) -> None:
        await self.put(1, 2, prev_t=0, n=1)
        began = time.time()
        feed = await self.feed()
        ring, relay = feed.relay.ring, feed.relay
        await auntil(lambda: ring.last_shown, "what was there is shown")
        self.assertEqual((ring.holding(0).received_ts, relay.raw_bytes), (None, 0))  # type: ignore[union-attr]
        await self.tell(3, prev_t=2, n=3)
        await auntil(lambda: ring.shown == 3, "a message is shown")
        with self.assertLogs("ticks.live.relay", "WARNING"):
            await self.put(3, prev_t=2, n=3)
            await self.put(4, prev_t=3, n=4)
            await auntil(lambda: ring.shown == 4, "a repair is shown")
        await self.tell(4, 5, prev_t=3, n=4)
        await auntil(lambda: ring.shown == 5, "the rest of a message is shown")
        stamps = [batch.received_ts or 0.0 for t in (2, 3, 4) if (batch := ring.holding(t)) is not None]
        self.assertEqual((len(stamps), stamps), (3, sorted(stamps)))
        self.assertLessEqual(began, stamps[0])
        self.assertLessEqual(stamps[-1], time.time())
        self.assertEqual(relay.raw_bytes, sum(len(line) + 1 for line in lines(3, 4, 4, 5)))
        await self.end()

    async def test_live_ticks_arrive_where_the_hot_log_cannot_be_read(self) -> None:
        url = self.valkey.url_of("blind", "-xrange", "-xrevrange")
        self.use(url)
        await self.put(1, prev_t=0, n=1)
        feed = await self.feed(url)
        self.assertEqual(in_ring(feed), [])
        await self.tell(2, prev_t=1, n=2)
        await self.tell(3, prev_t=2, n=3)
        await auntil(lambda: in_ring(feed) == [2, 3], "the messages are in the ring")
        self.assertGreater(self.valkey.denied("blind"), 0)
        await self.end()

    async def test_a_new_epoch_replaces_the_ring_and_a_late_message_of_the_old_one_does_not(self) -> None:
        await self.put(7, prev_t=6, n=7)
        feed = await self.feed()
        await self.put(1, prev_t=0, n=1, epoch=NEXT_EPOCH)
        await self.tell(1, prev_t=0, n=1, epoch=NEXT_EPOCH)
        await auntil(lambda: feed.relay.ring.epoch == NEXT_EPOCH, "the new epoch is in the ring")
        await self.tell(8, prev_t=7, n=8)
        await self.tell(2, prev_t=1, n=2, epoch=NEXT_EPOCH)
        await auntil(lambda: in_ring(feed) == [1, 2], "the old epoch's message is passed over")
        await self.end()

    async def test_a_message_that_is_none_is_logged_and_the_relay_goes_on(self) -> None:
        feed = await self.feed()
        with self.assertLogs("ticks.live.relay", "ERROR"):
            await get_channel_layer().group_send(wire.group("main"), {"type": "ticks.batch"})
            await asyncio.to_thread(self.valkey.client.publish, "ticks__group__ticks.main", "no message at all")
            await self.tell(1, prev_t=0, n=1)
            await auntil(lambda: in_ring(feed) == [1], "the next message is in the ring")
        await self.end()


class FeedTest(LiveCase):
    async def read(self, feed: Feed, cursor: Cursor, last_t: int) -> list[int]:
        read: list[int] = []
        async with asyncio.timeout(60):
            async for owed in follow(feed, Reader(feed, cursor, PLAIN.frames)):
                assert isinstance(owed, Batch)
                assert owed.prev_t <= cursor.t
                cursor = owed.cursor
                read += ts_of([owed])
                if read[-1] >= last_t:
                    return read
        raise AssertionError

    async def test_a_reader_passes_from_archive_to_hot_log_to_ring_to_live_without_a_hole(self) -> None:
        await asyncio.to_thread(self.keep, 1, 2, 3)
        await self.put(3, 4, 5, prev_t=2, n=3)
        feed = await self.feed(ring_bytes=1)
        for t in (6, 7):
            await self.put(t, prev_t=t - 1, n=t)
            await self.tell(t, prev_t=t - 1, n=t)
        await auntil(lambda: feed.relay.ring.tip == 7, "the ring is at 7")
        self.assertEqual(feed.relay.ring.floor, 6)
        reading = asyncio.create_task(self.read(feed, Cursor(EPOCH, 0), 8))
        await self.put(8, prev_t=7, n=8)
        await self.tell(8, prev_t=7, n=8)
        self.assertEqual(await reading, list(range(1, 9)))
        await self.end()

    async def test_without_a_cursor_a_reader_begins_with_the_newest_tick(self) -> None:
        await self.put(1, 2, 3, prev_t=0, n=1)
        feed = await self.feed()
        cursor, gap, _ = await feed.start(Query())
        assert cursor is not None
        self.assertEqual((cursor, gap), (Cursor(EPOCH, 2, 2), None))
        await self.end()

    async def test_a_cursor_ahead_of_the_log_is_told_and_goes_on_at_the_tip(self) -> None:
        await self.put(1, 2, 3, prev_t=0, n=1)
        feed = await self.feed()
        cursor, gap, _ = await feed.start(Query(from_t=99))
        assert cursor is not None
        assert gap is not None
        self.assertEqual((cursor.t, gap.after_t, gap.next_t, gap.count, gap.reason), (3, 99, 4, 0, "epoch"))
        await self.end()

    async def test_while_the_log_is_being_refilled_no_cursor_is_ahead(self) -> None:
        batch = Batch.of(EPOCH, 0, 1, lines(1, 2))
        append = self.hotlog().append
        await asyncio.to_thread(
            lambda: append(batch, after_t=0, newest_t=9, fence=1, max_bytes=1 << 20, indexed_t=0, now=0.0)
        )
        feed = await self.feed()
        self.assertEqual(await feed.start(Query(from_t=9)), (Cursor(EPOCH, 9), None, False))
        self.assertIsNotNone((await feed.start(Query(from_t=10))).gap)
        await self.end()

    async def test_minus_one_is_all_that_is_kept(self) -> None:
        await asyncio.to_thread(self.keep, 4, 5)
        feed = await self.feed()
        cursor, _, _ = await feed.start(Query(from_t=-1))
        self.assertEqual(await self.read(feed, cursor or Cursor(EPOCH, 0), 5), [4, 5])
        await self.end()

    async def test_a_batch_follows_the_readers_own_cursor_also_where_no_tick_has_that_t(self) -> None:
        await self.put(10, 20, 30, prev_t=0, n=1)
        feed = await self.feed()
        for t, ts in ((5, [10, 20, 30]), (15, [20, 30]), (20, [30])):
            owed = await anext(follow(feed, Reader(feed, Cursor(EPOCH, t), PLAIN.frames)))
            assert isinstance(owed, Batch)
            self.assertEqual((owed.prev_t, ts_of([owed])), (t, ts))
        await self.end()

    async def test_an_empty_stream_has_no_cursor_yet(self) -> None:
        feed = await self.feed()
        self.assertEqual(await feed.start(Query()), (None, None, True))
        self.assertEqual(await feed.start(Query(from_t=0)), (None, None, False))
        await self.end()
