"""Subscribers of servers that know no direct writes: supplied through ASGI's `send`, which may wait."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from unittest.mock import patch

from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH
from tests.support.waiting import auntil
from ticks.direct import Stalled
from ticks.live import relayed
from ticks.live.relayed import Relayed
from ticks.live.subscriber import TooSlow
from ticks.packing import Frame, Packing
from ticks.protocol import PLAIN, ticks_v1
from ticks.query import Gathering, Query
from ticks.session import Session


class FollowTest(LiveCase):
    async def test_it_is_sent_one_batch_after_the_other(self) -> None:
        await asyncio.to_thread(self.fill)
        feed = await self.feed()
        got: list[int] = []
        all_came = asyncio.Event()

        async def send(frame: Frame) -> None:
            got.append(json.loads(frame)["t"])
            if got[-1] == 14:
                all_came.set()

        subscriber = Relayed(feed, Query(from_t=0), PLAIN, None, self.fail, send)
        subscriber.go()
        await asyncio.wait_for(all_came.wait(), 60)
        self.assertEqual(got, list(range(1, 15)))
        subscriber.end()
        await self.end()

    async def test_one_that_takes_nothing_is_given_up_with_the_cursor_of_its_last_message(self) -> None:
        await asyncio.to_thread(self.fill)
        feed = await self.feed()
        sent: list[int] = []

        async def send(frame: Frame) -> None:
            sent.append(json.loads(frame)["t"])
            if len(sent) == 5:
                await asyncio.Event().wait()

        given_up: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        with patch.object(relayed, "STALL_S", 0.05):
            subscriber = Relayed(feed, Query(from_t=0), PLAIN, None, given_up.set_result, send)
            subscriber.go()
            error = await asyncio.wait_for(given_up, 60)
        subscriber.end()
        assert isinstance(error, TooSlow)
        self.assertLess(error.cursor.t, sent[-1])
        await self.end()

    async def test_one_that_is_told_to_stop_while_something_is_sent_sends_that_and_nothing_more(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2))
        await asyncio.to_thread(lambda: self.keep(3, 4))
        feed = await self.feed(ring_bytes=1)
        sent: list[dict[str, Any]] = []
        may_go_on, is_sending = asyncio.Event(), asyncio.Event()

        async def send(frame: Frame) -> None:
            assert isinstance(frame, str)
            sent.append(json.loads(frame))
            if sent[-1]["type"] == "ticks":
                is_sending.set()
                await may_go_on.wait()

        query = Query(from_t=0, epoch=EPOCH, packing=Packing("json", "none"), gathering=Gathering(0, 1))
        dialect = ticks_v1(query.selection, query.packing)
        session = Session(1 << 16, query.selection, query.packing)
        subscriber = Relayed(feed, query, dialect, session, self.fail, send)
        subscriber.go()
        await asyncio.wait_for(is_sending.wait(), 60)
        await subscriber.hear('{"type": "pause"}')
        task = subscriber._task
        assert task is not None
        may_go_on.set()
        await asyncio.wait_for(task, 60)
        self.assertEqual([message["last_t"] for message in sent if message["type"] == "ticks"], [1])
        await subscriber.hear('{"type": "resume"}')
        await auntil(lambda: sent[-1].get("last_t") == 4, "it goes on behind that")
        self.assertEqual([message["last_t"] for message in sent if message["type"] == "ticks"], [1, 2, 3, 4])
        subscriber.end()
        await self.end()


class RelayedOrdersTest(LiveCase):
    """What a client asks for while a message is being sent to it."""

    async def begin(self) -> None:
        await asyncio.to_thread(self.fill)
        self.feed_ = await self.feed()
        self.sent: list[dict[str, Any]] = []
        self.may_go_on, self.is_sending = asyncio.Event(), asyncio.Event()
        self.error: Exception | None = None
        query = Query(from_t=0, epoch=EPOCH, packing=Packing("json", "none"))
        session = Session(1 << 16, query.selection, query.packing)
        dialect = ticks_v1(query.selection, query.packing)
        self.failures: list[Exception] = []
        self.subscriber = Relayed(self.feed_, query, dialect, session, self.failures.append, self.send)
        self.subscriber.go()
        await asyncio.wait_for(self.is_sending.wait(), 60)

    async def send(self, frame: Frame) -> None:
        assert isinstance(frame, str)
        self.sent.append(json.loads(frame))
        if self.sent[-1]["type"] == "ticks":
            self.is_sending.set()
            await self.may_go_on.wait()
        if self.error is not None:
            raise self.error

    def hellos(self) -> list[dict[str, Any]]:
        return [message for message in self.sent if message["type"] == "hello"]

    async def test_a_place_that_is_asked_for_while_a_message_is_sent_is_gone_to(self) -> None:
        await self.begin()
        await self.subscriber.hear(json.dumps({"type": "subscribe", "from_t": 11, "epoch": EPOCH}))
        self.may_go_on.set()
        await auntil(lambda: len(self.hellos()) == 2, "it is answered")
        self.assertEqual(self.hellos()[1]["cursor"]["t"], 11)
        self.subscriber.end()
        await self.end()

    async def test_of_two_orders_while_a_message_is_sent_both_are_answered_in_turn(self) -> None:
        await self.begin()
        await self.subscriber.hear(json.dumps({"type": "subscribe", "from_t": 14, "epoch": EPOCH}))
        replay = json.dumps({"type": "replay", "from_t": 3, "epoch": EPOCH, "speed": 1000})
        hearing = asyncio.create_task(self.subscriber.hear(replay))
        self.may_go_on.set()
        await asyncio.wait_for(hearing, 60)
        await auntil(lambda: len(self.hellos()) == 4, "the replay has joined live")
        told = [(hello["mode"], hello["cursor"]["t"]) for hello in self.hellos()[1:]]
        self.assertEqual(told, [("live", 14), ("replay", 3), ("live", 14)])
        self.subscriber.end()
        await self.end()

    async def test_one_that_can_not_be_sent_to_is_given_up_once(self) -> None:
        await self.begin()
        self.error = Stalled("no byte was taken")
        self.may_go_on.set()
        await auntil(lambda: self.failures, "it is given up")
        await self.subscriber.hear('{"type": "ping", "t0": 1}')
        self.assertTrue(all(isinstance(one, Stalled) for one in self.failures))
        self.subscriber.end()
        await self.end()
