"""Delivery to a socket that is written to directly: behind, at the tip, slow, stalled, gone."""

from __future__ import annotations

import asyncio
import itertools

from tests.live.peers import Peer
from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH
from tests.support.waiting import auntil
from ticks.cursor import Cursor
from ticks.live.delivery import Delivery
from ticks.live.feed import Feed
from ticks.live.subscriber import TooSlow
from ticks.protocol import PLAIN, TICKS_V1, Dialect
from ticks.query import Query, Slow


class DeliveryTest(LiveCase):
    """Ticks 1 to 14 are in archive and hot log; what comes after them is told as it comes live."""

    async def begin(
        self, feed: Feed, peer: Peer, t: int = 0, slow: Slow = "close", dialect: Dialect = TICKS_V1
    ) -> Delivery:
        self.failures: list[Exception] = []
        delivery = Delivery(feed, Query(slow=slow), dialect, None, self.failures.append, peer)
        delivery.cursor = Cursor(EPOCH, t)
        delivery.go()
        self.t = itertools.count(15)
        return delivery

    async def filled(self, ring_bytes: int = 1 << 20) -> Feed:
        await asyncio.to_thread(self.fill)
        return await self.feed(ring_bytes=ring_bytes)

    async def live(self, feed: Feed, count: int = 1) -> int:
        """So many more ticks, each in the ring and shown; returns the last."""
        t = 14
        for t in itertools.islice(self.t, count):
            await self.put(t, prev_t=t - 1, n=t)
            await self.tell(t, prev_t=t - 1, n=t)
            await auntil(lambda t=t: feed.relay.ring.shown == t, f"tick {t} is shown")  # type: ignore[misc]
        return t

    async def at_tip(self, delivery: Delivery) -> None:
        await auntil(lambda: delivery._task is None, "it is at the tip, where it needs no task")

    async def test_it_gets_the_past_then_what_comes_without_a_task_at_the_tip(self) -> None:
        feed = await self.filled()
        await self.check_past_and_live(feed, TICKS_V1)
        await self.check_past_and_live(feed, PLAIN)
        await self.end()

    async def check_past_and_live(self, feed: Feed, dialect: Dialect) -> None:
        peer = Peer()
        delivery = await self.begin(feed, peer, dialect=dialect)
        await self.at_tip(delivery)
        self.t = itertools.count(feed.relay.ring.shown + 1)
        last = await self.live(feed, 3)
        await auntil(lambda: peer.ts == list(range(1, last + 1)), "all came once, in order")
        self.assertIsNone(delivery._task)
        delivery.end()

    async def test_a_slow_one_gets_everything_also_what_is_no_longer_in_memory(self) -> None:
        feed, peer = await self.filled(ring_bytes=1), Peer(room=0)
        delivery = await self.begin(feed, peer)
        await auntil(lambda: peer.writes, "it takes a first batch")
        last = await self.live(feed, 5)
        self.assertLess(len(peer.ts), last)
        await auntil(lambda: peer.read() or delivery._task is None, "it reads on, up to the tip")
        self.assertEqual((peer.ts, peer.gaps), (list(range(1, last + 1)), []))
        delivery.end()
        await self.end()

    async def test_one_that_skips_is_told_how_many_it_missed_and_goes_on_at_the_tip(self) -> None:
        feed, peer = await self.filled(ring_bytes=1), Peer()
        delivery = await self.begin(feed, peer, slow="skip")
        await self.at_tip(delivery)
        self.assertEqual(peer.ts, list(range(1, 15)), "what was before it came is no reason to skip")
        peer.room = 0
        await self.live(feed, 6)  # 15 is taken and waits; the ring holds no more than 20 in the end
        peer.room = 1 << 40
        peer.read()
        await auntil(lambda: peer.ts[-1:] == [20], "it goes on at the tip")
        [gap] = peer.gaps
        self.assertEqual(
            {key: gap[key] for key in ("after_t", "next_t", "count", "reason")},
            {"after_t": 15, "next_t": 20, "count": 4, "reason": "slow"},
        )
        self.assertEqual(peer.ts, [*range(1, 16), 20])
        await self.at_tip(delivery)
        await self.live(feed)
        self.assertEqual(peer.ts, [*range(1, 16), 20, 21])
        delivery.end()
        await self.end()

    async def test_one_that_skips_and_falls_behind_again_before_it_has_a_tick_is_told_again(self) -> None:
        feed, peer = await self.filled(ring_bytes=1), Peer()
        delivery = await self.begin(feed, peer, slow="skip")
        await self.at_tip(delivery)
        peer.room = 0
        await self.live(feed, 6)
        peer.read()
        await auntil(lambda: peer.gaps, "it is told, and nothing fits behind that")
        await self.live(feed, 4)
        peer.room = 1 << 40
        peer.read()
        await auntil(lambda: peer.ts[-1:] == [24], "it goes on at the tip")
        self.assertEqual(
            [(gap["after_t"], gap["next_t"], gap["count"]) for gap in peer.gaps], [(15, 20, 4), (19, 24, 4)]
        )
        self.assertEqual({gap["reason"] for gap in peer.gaps}, {"slow"})
        self.assertEqual(peer.ts, [*range(1, 16), 24])
        delivery.end()
        await self.end()

    async def test_one_that_stalls_is_given_up_with_the_cursor_to_come_back_with(self) -> None:
        feed, peer = await self.filled(), Peer()
        delivery = await self.begin(feed, peer)
        await self.at_tip(delivery)
        peer.room = 0
        await self.live(feed)
        peer.stall()
        await auntil(lambda: self.failures, "it is given up")
        [error] = self.failures
        assert isinstance(error, TooSlow)
        self.assertEqual((error.cursor.epoch, error.cursor.t), (EPOCH, 15))
        self.assertIn("come back from t=15", str(error))
        delivery.end()
        await self.end()

    async def test_one_that_is_gone_costs_nothing_more(self) -> None:
        feed, peer = await self.filled(), Peer()
        delivery = await self.begin(feed, peer)
        await self.at_tip(delivery)
        peer.leave()
        await self.live(feed, 2)
        await self.at_tip(delivery)
        self.assertIsNone(feed.fanout.leave(TICKS_V1.ready, delivery))
        self.assertEqual((peer.ts, self.failures), (list(range(1, 15)), []))
        await self.end()

    async def test_one_that_is_dismissed_as_soon_as_it_is_at_the_tip_can_still_be_ended(self) -> None:
        feed, peer = await self.filled(), Peer()
        delivery = await self.begin(feed, peer)
        task = delivery._task
        assert task is not None
        # Runs when the task is over, and before what the delivery itself does then.
        task.remove_done_callback(delivery._done)
        task.add_done_callback(lambda _: peer.block())
        task.add_done_callback(lambda _: delivery.dismissed(Cursor(EPOCH, 14)))
        task.add_done_callback(delivery._done)
        await asyncio.wait([task])
        await asyncio.sleep(0)
        again = delivery._task
        assert again is not None
        self.assertIsNot(again, task)
        delivery.end()
        await asyncio.wait([again])
        self.assertTrue(again.cancelled())
        await self.end()

    async def test_after_its_end_nothing_is_written(self) -> None:
        feed, peer = await self.filled(), Peer()
        delivery = await self.begin(feed, peer)
        await self.at_tip(delivery)
        delivery.end()
        await self.live(feed, 2)
        self.assertEqual(peer.ts, list(range(1, 15)))
        await self.end()

    async def test_a_heartbeat_is_written_unless_something_waits(self) -> None:
        feed, peer = await self.filled(), Peer()
        delivery = await self.begin(feed, peer)
        await self.at_tip(delivery)
        before = len(peer.writes)
        delivery.beat(b"\x81\x02{}")
        self.assertEqual(len(peer.writes), before + 1)
        peer.room = 0
        delivery.beat(b"\x81\x02{}")
        self.assertEqual(len(peer.writes), before + 2)
        for _ in range(3):
            delivery.beat(b"\x81\x02{}")
        self.assertEqual(len(peer.writes), before + 2)
        await self.live(feed, 2)
        peer.room = 1 << 40
        peer.read()
        await auntil(lambda: peer.ts == list(range(1, 17)), "it goes on where it was")
        delivery.end()
        await self.end()
