"""A subscriber that is led by what its client says: at the tip, behind, paused, in a replay, out of its window."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any
from unittest.mock import patch

from tests.live.peers import Peer
from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from tests.support.waiting import auntil
from ticks.cursor import Cursor
from ticks.live import flow
from ticks.live.delivery import Delivery
from ticks.live.feed import Feed
from ticks.live.subscriber import TooSlow
from ticks.protocol import ticks_v1
from ticks.query import Gathering, Query
from ticks.session import Session

WINDOW = 1 << 16
FROM_THE_FIRST = Query(from_t=0, epoch=EPOCH)


class ConversationCase(LiveCase):
    """Ticks 1 to 14, a second apart, are in archive and hot log; `live` makes more."""

    async def begin(self, query: Query = FROM_THE_FIRST, window: int = WINDOW) -> None:
        await asyncio.to_thread(self.fill)
        self.feed_ = await self.feed()
        self.peer, self.failures = Peer(), list[Exception]()
        self.subscriber = self.subscribe(self.feed_, self.peer, query, window)
        self.t = itertools.count(15)
        await self.heard("hello", 1)

    def subscribe(self, feed: Feed, peer: Peer, query: Query, window: int = WINDOW) -> Delivery:
        dialect = ticks_v1(query.selection, query.packing)
        session = Session(window, query.selection, query.packing)
        made = Delivery(feed, query, dialect, session, self.failures.append, peer)
        made.go()
        return made

    async def say(self, type: str, **keys: Any) -> None:
        await self.subscriber.hear(json.dumps({"type": type, **keys}))

    def of(self, type: str) -> list[dict[str, Any]]:
        return [message for message in self.peer.messages if message["type"] == type]

    async def heard(self, type: str, count: int) -> dict[str, Any]:
        """The last of so many messages."""
        await auntil(lambda: len(self.of(type)) >= count, f"{count} {type} came")
        return self.of(type)[-1]

    async def live(self, count: int = 1) -> int:
        """So many more ticks, each released; returns the last."""
        t = 14
        for t in itertools.islice(self.t, count):
            await self.put(t, prev_t=t - 1, n=t)
            await self.tell(t, prev_t=t - 1, n=t)
            await auntil(lambda t=t: self.feed_.relay.ring.shown >= t, f"tick {t} is shown")  # type: ignore[misc]
        return t

    async def has(self, *ts: int) -> None:
        await auntil(lambda: self.peer.ts == list(ts), f"it has {ts}")

    async def at_tip(self) -> None:
        await auntil(lambda: self.subscriber._task is None, "it is at the tip")

    async def finish(self) -> None:
        self.subscriber.end()
        await self.end()
        self.assertEqual(self.failures, [])


async def turns(count: int) -> None:
    """So many of the event loop's."""
    for _ in range(count):
        await asyncio.sleep(0)


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


class PlaceTest(ConversationCase):
    async def test_it_tells_what_its_client_has_by_now(self) -> None:
        await self.begin()
        await self.at_tip()
        last = await self.live(2)
        self.assertEqual(self.subscriber.place, Cursor(EPOCH, last, last))
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
