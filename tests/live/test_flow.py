"""A subscriber that acknowledges: its window, and what goes on while it is full."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import patch

from tests.live.conversing import ConversationCase
from tests.live.peers import Peer
from tests.support.cases import EPOCH
from tests.support.waiting import auntil
from ticks.live import flow
from ticks.live.subscriber import TooSlow
from ticks.query import Query


class WindowTest(ConversationCase):
    async def test_no_more_than_the_window_is_on_its_way_from_the_first_acknowledgement_on(self) -> None:
        await self.begin(window=300)
        await self.at_tip()
        await self.say("ack", t=14)
        before = sum(map(len, self.peer.writes))
        last = await self.live(12)
        self.assertLessEqual(sum(map(len, self.peer.writes)) - before, 300)
        self.assertLess(self.peer.ts[-1], last)
        await self.catch_up(last)
        await self.has(*range(1, last + 1))
        await self.at_tip()
        await self.say("ack", t=last)
        await self.live()
        await self.has(*range(1, last + 2))
        await self.finish()

    async def catch_up(self, last: int) -> None:
        while self.peer.ts[-1] < last:
            t = self.peer.ts[-1]
            await self.say("ack", t=t)
            await auntil(lambda t=t: self.peer.ts[-1] > t, "there is room again")  # type: ignore[misc]

    async def test_who_acknowledges_nothing_more_is_given_up_with_its_cursor(self) -> None:
        await self.begin(window=300)
        await self.at_tip()
        await self.say("ack", t=14)
        with patch.object(flow, "STALL_S", 0.05):
            await self.live(12)
            await auntil(lambda: self.failures, "it is given up")
        [error] = self.failures
        assert isinstance(error, TooSlow)
        self.assertIn("nothing was acknowledged", str(error))
        self.assertEqual(error.cursor.t, self.peer.ts[-1])
        self.failures.clear()
        await self.finish()

    async def test_others_do_not_wait_for_one_whose_window_is_full(self) -> None:
        await self.begin(window=300)
        await self.at_tip()
        other = Peer()
        beside = self.subscribe(self.feed_, other, Query(from_t=14, epoch=EPOCH))
        await self.say("ack", t=14)
        last = await self.live(12)
        await auntil(lambda: other.ts == list(range(15, last + 1)), "the other has everything")
        self.assertLess(self.peer.ts[-1], last)
        beside.end()
        await self.finish()


class BeatTest(ConversationCase):
    async def test_heartbeats_go_on_for_one_that_was_full_when_it_came_to_the_tip(self) -> None:
        await self.begin()
        await self.at_tip()
        reading, go_on = asyncio.Event(), asyncio.Event()
        read = self.feed_.read

        async def slow_read(cursor: Any, form: Any) -> Any:
            reading.set()
            await go_on.wait()
            return await read(cursor, form)

        self.feed_.read = slow_read  # type: ignore[method-assign]
        await self.say("resume")
        await asyncio.wait_for(reading.wait(), 60)
        self.peer.room = 0
        await self.say("ping", t0=1)
        self.peer.room = 1 << 40
        self.peer.read()
        go_on.set()
        await self.at_tip()
        before = len(self.peer.writes)
        self.subscriber.beat(b"\x81\x02{}")
        self.assertEqual(len(self.peer.writes), before + 1)
        await self.finish()
