"""A subscriber that is led by what its client says: at the tip, behind, paused, in a replay."""

from __future__ import annotations

import asyncio

from tests.live.conversing import ConversationCase, turns
from tests.live.peers import Peer
from tests.support.cases import EPOCH
from tests.support.waiting import auntil
from ticks.cursor import Cursor
from ticks.query import Query


class EarlyTest(ConversationCase):
    """Who comes before a stream's first tick gets them all, whatever it says while it waits."""

    async def come_early(self) -> None:
        await self.enter(Query())
        self.assertIsNone(self.of("hello")[0]["cursor"])

    async def first_ticks(self) -> None:
        for t in (1, 2, 3):
            await self.put(t, prev_t=t - 1, n=t)
            await self.tell(t, prev_t=t - 1, n=t)

    async def test_paused_meanwhile_it_has_the_first_ones_too_when_it_goes_on(self) -> None:
        await self.come_early()
        await self.say("pause")
        await self.first_ticks()
        await self.say("resume")
        await self.has(1, 2, 3)
        await self.finish()

    async def test_with_another_selection_while_they_come_it_has_the_first_ones_too(self) -> None:
        await self.come_early()
        await self.put(1, prev_t=0, n=1)
        await self.put(2, prev_t=1, n=2)
        await self.say("subscribe", downsample=1)
        await self.has(1, 2)
        self.assertEqual((await self.heard("hello", 2))["cursor"]["t"], 0)
        await self.finish()


class PauseTest(ConversationCase):
    async def test_what_came_during_a_pause_comes_after_it(self) -> None:
        await self.begin()
        await self.at_tip()
        await self.say("pause")
        await self.live(5)
        self.assertEqual(self.peer.ts, list(range(1, 15)))
        await self.say("resume")
        await self.has(*range(1, 20))
        hello = await self.heard("hello", 2)
        self.assertEqual((hello["cursor"]["t"], hello["newest_t"]), (14, 19))
        await self.at_tip()
        await self.live()
        await self.has(*range(1, 21))
        await self.finish()

    async def test_what_came_at_the_tip_before_a_pause_does_not_come_again(self) -> None:
        await self.begin()
        await self.at_tip()
        await self.live(3)
        await self.has(*range(1, 18))
        await self.say("pause")
        await self.live(1)
        await self.say("resume")
        await self.has(*range(1, 19))
        self.assertEqual((await self.heard("hello", 2))["cursor"]["t"], 17)
        await self.finish()

    async def test_one_that_pauses_while_it_is_behind_goes_on_where_it_was(self) -> None:
        await self.begin()
        self.peer.room = 0
        await self.say("pause")
        got = len(self.peer.ts)
        self.peer.read()
        await self.live(3)
        self.assertEqual(len(self.peer.ts), got)
        self.peer.room = 1 << 40
        await self.say("resume")
        await self.has(*range(1, 18))
        await self.finish()

    async def test_heartbeats_go_on_in_a_pause_also_after_something_had_to_wait(self) -> None:
        await self.begin()
        await self.at_tip()
        self.peer.room = 0
        await self.say("ping", t0=1)
        await self.say("pause")
        self.peer.room = 1 << 40
        self.peer.read()
        await auntil(lambda: not self.subscriber._is_full, "what waited was taken")
        before = len(self.peer.writes)
        self.subscriber.beat(b"\x81\x02{}")
        self.assertEqual(len(self.peer.writes), before + 1)
        await self.finish()


class SubscribeTest(ConversationCase):
    async def test_another_selection_goes_on_behind_the_same_cursor(self) -> None:
        await self.begin()
        await self.at_tip()
        await self.say("subscribe", fields=[], downsample=2)
        hello = await self.heard("hello", 2)
        self.assertEqual((hello["fields"], hello["downsample"], hello["cursor"]["t"]), ([], 2, 14))
        self.assertEqual(set(hello["latest"]), {"t", "ts"})
        last = await self.live(4)
        await auntil(lambda: self.of("ticks")[-1]["last_t"] == last, "all was looked through")
        self.assertEqual([t for t in self.peer.ts if t > 14], [16, 18])
        self.assertEqual(
            {key for message in self.of("ticks")[-4:] for tick in message["ticks"] for key in tick}, {"t", "ts"}
        )
        await self.say("subscribe")
        await self.live(2)
        await auntil(lambda: self.peer.ts[-2:] == [19, 20], "everything again")
        self.check_chain()
        await self.finish()

    def check_chain(self) -> None:
        """The client's rule."""
        at: int | None = None
        for message in self.peer.messages:
            if message["type"] == "hello":
                at = message["cursor"]["t"]
            elif message["type"] == "ticks":
                self.assertEqual(message["prev_t"], at)
                at = message["last_t"]

    async def test_from_a_place_it_is_sent_what_comes_after_that(self) -> None:
        await self.begin()
        await self.at_tip()
        await self.say("subscribe", from_t=10, epoch=EPOCH)
        await self.has(*range(1, 15), *range(11, 15))
        await self.say("subscribe", from_ts=1003.0)
        await self.has(*range(1, 15), *range(11, 15), *range(3, 15))
        self.check_chain()
        await self.finish()

    async def test_one_that_says_much_at_once_is_led_by_the_last(self) -> None:
        await self.begin()
        for from_t in (5, 3, 9):
            await self.say("subscribe", from_t=from_t, epoch=EPOCH)
        await auntil(lambda: self.peer.ts[-5:] == list(range(10, 15)), "what comes after the last place")
        await self.at_tip()
        self.check_chain()
        await self.finish()

    async def test_orders_are_answered_in_turn_however_soon_they_come(self) -> None:
        await self.begin()
        await self.at_tip()
        for first in range(5):
            for second in range(5):
                before = len(self.of("hello"))
                await self.say("subscribe", from_t=5, epoch=EPOCH)
                await turns(first)
                await self.say("replay", from_t=1, epoch=EPOCH, speed=1)
                await turns(second)
                await self.say("pause")
                await self.say("subscribe", from_t=9, epoch=EPOCH)
                await self.at_tip()
                hellos = [(hello["mode"], hello["cursor"]["t"]) for hello in self.of("hello")[before:]]
                self.assertEqual(hellos, [("live", 5), ("replay", 1), ("live", 9)])
        self.check_chain()
        await self.finish()

    async def test_what_is_said_before_the_hello_is_done_after_it(self) -> None:
        await asyncio.to_thread(self.fill)
        self.feed_ = await self.feed()
        self.peer, self.failures = Peer(), []
        self.subscriber = self.subscribe(self.feed_, self.peer, Query(from_t=0, epoch=EPOCH))
        await self.say("ping", t0=7)
        self.assertEqual([message["type"] for message in self.peer.messages][:2], ["hello", "pong"])
        await self.finish()


class ReplayTest(ConversationCase):
    async def test_a_replay_keeps_the_pace_of_the_ticks_and_joins_live_without_a_hole_or_a_double(self) -> None:
        await self.begin()
        await self.at_tip()
        began = asyncio.get_running_loop().time()
        await self.say("replay", from_t=4, epoch=EPOCH, speed=20)
        hello = await self.heard("hello", 2)
        self.assertEqual((hello["mode"], hello["speed"], hello["cursor"]["t"]), ("replay", 20, 4))
        await auntil(lambda: self.peer.ts[14:] != [], "the first one is sent")
        await self.live(2)
        hello = await self.heard("hello", 3)
        self.assertGreaterEqual(asyncio.get_running_loop().time() - began, 9 / 20)
        self.assertEqual((hello["mode"], hello["cursor"]["t"]), ("live", 16))
        await self.live(2)
        await self.has(*range(1, 15), *range(5, 19))
        # As many messages as ticks, nearly: they were 50 ms apart, and 20 ms travel together.
        self.assertGreater(len(self.of("ticks")), 8)
        await self.finish()

    async def test_a_pause_in_a_replay_goes_on_as_a_replay(self) -> None:
        await self.begin()
        await self.say("replay", from_t=0, epoch=EPOCH, speed=1)
        await self.heard("hello", 2)
        await auntil(lambda: self.peer.ts[-1:] == [2], "the second one is sent")
        await self.say("pause")
        await self.say("resume")
        hello = await self.heard("hello", 3)
        self.assertEqual((hello["mode"], hello["speed"], hello["cursor"]["t"]), ("replay", 1, 2))
        await auntil(lambda: self.peer.ts[-2:] == [2, 3], "the next one follows")
        await self.say("replay", from_t=10, epoch=EPOCH, speed=1000)
        await self.heard("hello", 5)
        self.assertEqual(self.peer.ts[-4:], [11, 12, 13, 14])
        await self.finish()


class PlaceTest(ConversationCase):
    async def test_it_tells_what_its_client_has_by_now(self) -> None:
        await self.begin()
        await self.at_tip()
        last = await self.live(2)
        self.assertEqual(self.subscriber.place, Cursor(EPOCH, last, last))
        await self.finish()
