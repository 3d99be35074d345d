"""Subscribers of servers that know no direct writes: supplied through ASGI's `send`, which may wait."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from unittest.mock import patch

from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH
from tests.support.waiting import auntil
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
