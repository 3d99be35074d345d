"""The queue between a connection and its application."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest import IsolatedAsyncioTestCase

from monitor.serving.inbox import MESSAGES, Inbox


def message(number: int) -> dict[str, Any]:
    return {"type": "websocket.receive", "number": number}


class InboxTest(IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.inbox = Inbox()

    async def test_messages_come_in_their_order_before_and_after_somebody_waits(self) -> None:
        self.inbox.put_nowait(message(1))
        self.inbox.put_nowait(message(2))
        self.assertEqual([await self.inbox.get() for _ in range(2)], [message(1), message(2)])
        waiting = asyncio.ensure_future(self.inbox.get())
        await asyncio.sleep(0)
        self.inbox.put_nowait(message(3))
        self.assertEqual(await waiting, message(3))

    async def test_a_getter_that_is_cancelled_takes_no_message_with_it(self) -> None:
        first, second = asyncio.ensure_future(self.inbox.get()), asyncio.ensure_future(self.inbox.get())
        await asyncio.sleep(0)
        self.inbox.put_nowait(message(1))
        first.cancel()  # it has been woken, and has not run
        await asyncio.wait([first])
        self.assertTrue(first.cancelled())
        self.assertEqual(await second, message(1))

    async def test_each_of_many_getters_gets_one(self) -> None:
        getters = [asyncio.ensure_future(self.inbox.get()) for _ in range(5)]
        await asyncio.sleep(0)
        for number in range(5):
            self.inbox.put_nowait(message(number))
        self.assertEqual([await getter for getter in getters], [message(number) for number in range(5)])

    async def test_it_is_full_and_tells_once_when_it_is_empty_again(self) -> None:
        called: list[bool] = []
        for number in range(MESSAGES + 1):
            self.assertFalse(self.inbox.is_full)
            self.inbox.put_nowait(message(number))
        self.assertTrue(self.inbox.is_full)
        self.inbox.when_empty(lambda: called.append(True))
        for _ in range(MESSAGES):
            await self.inbox.get()
        self.assertEqual(called, [])
        await self.inbox.get()
        self.inbox.put_nowait(message(0))
        await self.inbox.get()
        self.assertEqual(called, [True])
