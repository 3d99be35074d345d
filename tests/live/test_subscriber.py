"""Subscribers of servers that know no direct writes: supplied through ASGI's `send`, which may wait."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from unittest.mock import patch

from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH
from ticks.cursor import Cursor
from ticks.live import subscriber
from ticks.live.reader import Reader
from ticks.live.subscriber import TooSlow, follow
from ticks.protocol import PLAIN, Frame


class FollowTest(LiveCase):
    async def test_it_is_sent_one_batch_after_the_other(self) -> None:
        await asyncio.to_thread(self.fill)
        feed = await self.feed()
        got: list[int] = []
        all_came = asyncio.Event()

        async def send(frames: Sequence[Frame]) -> None:
            got.extend(json.loads(frame)["t"] for frame in frames)
            if got[-1] == 14:
                all_came.set()

        following = asyncio.create_task(follow(Reader(feed, Cursor(EPOCH, 0), PLAIN.frames), PLAIN, send))
        await asyncio.wait_for(all_came.wait(), 60)
        self.assertEqual(got, list(range(1, 15)))
        following.cancel()
        await self.end()

    async def test_one_that_takes_nothing_is_given_up_with_the_cursor_of_its_last_message(self) -> None:
        await asyncio.to_thread(self.fill)
        feed = await self.feed()
        sent: list[int] = []

        async def send(frames: Sequence[Frame]) -> None:
            sent.append(json.loads(frames[-1])["t"])
            if len(sent) == 2:
                await asyncio.Event().wait()

        with patch.object(subscriber, "STALL_S", 0.05), self.assertRaises(TooSlow) as given_up:
            await follow(Reader(feed, Cursor(EPOCH, 0), PLAIN.frames), PLAIN, send)
        self.assertEqual(given_up.exception.cursor.t, sent[1])
        await self.end()
