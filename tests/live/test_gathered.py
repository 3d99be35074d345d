"""A subscriber that has ticks gathered for it: by number, by time, at a gap, at a new epoch."""

from __future__ import annotations

import asyncio

from tests.live.conversing import ConversationCase
from tests.live.peers import Peer
from tests.support.cases import EPOCH, NEXT_EPOCH
from tests.support.waiting import auntil
from ticks.query import Gathering, Query


class GatheringTest(ConversationCase):
    async def test_batches_of_n_are_the_same_for_who_is_behind_and_who_is_at_the_tip(self) -> None:
        await self.begin(Query(from_t=0, epoch=EPOCH, gathering=Gathering(0, 4)))
        await self.has(*range(1, 13))
        await self.live(2)
        await self.has(*range(1, 17))
        await self.at_tip()
        late = Peer()
        other = self.subscribe(self.feed_, late, Query(from_t=9, epoch=EPOCH, gathering=Gathering(0, 4)))
        await self.live(9)
        await self.has(*range(1, 25))
        await auntil(lambda: late.ts == list(range(10, 25)), "the other one, too")
        for peer, counts in ((self.peer, [4] * 6), (late, [3, 4, 4, 4])):
            sent = [len(message["ticks"]) for message in peer.messages if message["type"] == "ticks"]
            self.assertEqual(sent, counts)
        await auntil(lambda: other._task is None and self.subscriber._task is None, "both are at the tip")
        other.end()
        await self.finish()
        self.assertEqual(self.feed_._views, {})

    async def test_what_lies_before_a_gap_is_not_kept_back_for_a_whole_batch(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2, 3))
        await asyncio.to_thread(lambda: self.publish(6, 7, 8, 9, prev_t=5, n=6))
        self.feed_, self.peer, self.failures = await self.feed(), Peer(), []
        query = Query(from_t=0, epoch=EPOCH, gathering=Gathering(0, 4))
        self.subscriber = self.subscribe(self.feed_, self.peer, query)
        await self.has(1, 2, 3, 6, 7, 8)
        [gap] = self.peer.gaps
        self.assertEqual((gap["after_t"], gap["next_t"], gap["count"]), (3, 6, 2))
        await self.finish()

    async def test_ticks_are_gathered_for_so_many_milliseconds(self) -> None:
        await self.begin(Query(from_t=0, epoch=EPOCH, gathering=Gathering(250, 0)))
        await self.has(*range(1, 15))
        self.assertEqual(len(self.of("ticks")), 1, "what is stored comes together")
        await self.at_tip()
        began, sent = asyncio.get_running_loop().time(), len(self.of("ticks"))
        last = await self.live(30)
        await self.has(*range(1, last + 1))
        messages = len(self.of("ticks")) - sent
        seconds = asyncio.get_running_loop().time() - began
        self.assertLessEqual(messages, seconds / 0.25 + 1)
        await self.at_tip()
        await self.finish()

    async def test_of_n_and_milliseconds_what_is_first_counts(self) -> None:
        await self.begin(Query(from_t=14, epoch=EPOCH, gathering=Gathering(50, 4)))
        await self.live(3)
        await self.has(15, 16, 17)
        await self.live(20)
        await self.has(*range(15, 38))
        self.assertTrue(all(message["last_t"] % 4 == 0 or len(message["ticks"]) < 4 for message in self.of("ticks")))
        self.assertTrue(all(len(message["ticks"]) <= 4 for message in self.of("ticks")))
        await self.finish()

    async def test_one_that_leaves_a_gathering_to_others_does_not_end_it(self) -> None:
        query = Query(from_t=14, epoch=EPOCH, gathering=Gathering(0, 2))
        await self.begin(query)
        beside = self.subscribe(self.feed_, Peer(), query)
        beside.end()
        beside.end()
        await self.live(4)
        await self.has(*range(15, 19))
        await self.finish()
        self.assertEqual(self.feed_.fanout.passed_on, [])


class GatheringEpochTest(ConversationCase):
    async def test_who_waits_for_a_whole_batch_is_told_of_a_new_epoch_at_once(self) -> None:
        await self.begin(Query(from_t=12, epoch=EPOCH, gathering=Gathering(0, 4)))
        await self.live(2)
        await self.has(13, 14, 15, 16)
        await self.at_tip()
        await self.live(2)
        await self.put(1, prev_t=0, n=1, epoch=NEXT_EPOCH)
        await self.tell(1, prev_t=0, n=1, epoch=NEXT_EPOCH)
        await auntil(lambda: self.peer.gaps != [], "the end of the epoch is told", 8)
        self.assertEqual(self.peer.ts, [13, 14, 15, 16, 17, 18])
        await self.finish()
