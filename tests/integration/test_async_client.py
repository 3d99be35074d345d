"""The client of the product, iterated in an event loop, against servers that do what a test says."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any
from unittest import IsolatedAsyncioTestCase
from unittest.mock import patch

from websockets.sync.server import ServerConnection

from tests.integration.scripted import AT_ONCE_S, GENEROUS_S, LONG_S, Part, Scripted, closes, says
from tests.receiving.messages import EPOCH, error, gap, hello, ticks
from tests.support.waiting import auntil
from ticks.client import Cursor, Follower, Gap, Refused, follow


class AsyncTest(IsolatedAsyncioTestCase):
    def server(self, *parts: Part) -> Scripted:
        made = Scripted(*parts)
        self.addCleanup(made.end)
        return made

    async def test_it_hands_out_ticks_and_gaps_and_comes_back_with_its_cursor(self) -> None:
        server = self.server(closes(1012, hello(4), ticks(4, 5), gap(5, 9, 3)), says(hello(8), ticks(8, 9)))
        async with follow(server.url, from_t=4) as follower:
            items = []
            async for item in follower:
                items.append(item)
                if len(items) == 3:
                    break
        self.assertEqual(items, [{"t": 5}, Gap(5, 9, 3, "expired"), {"t": 9}])
        self.assertEqual(follower.cursor, Cursor(EPOCH, 9))
        self.assertEqual(server.queries[1], f"stream=main&from_t=8&epoch={EPOCH}")

    async def test_a_cancelled_step_can_be_taken_again(self) -> None:
        go_on = threading.Event()

        def part(connection: ServerConnection) -> None:
            says(hello(4), ticks(4, 5))(connection)
            go_on.wait(GENEROUS_S)
            says(ticks(5, 6))(connection)

        server = self.server(part)
        async with follow(server.url) as follower:
            self.assertEqual(await anext(follower), {"t": 5})
            with self.assertRaises(TimeoutError):
                await asyncio.wait_for(anext(follower), 0.05)
            go_on.set()
            self.assertEqual(await anext(follower), {"t": 6})
        self.assertEqual(len(server.queries), 1)

    async def test_what_was_taken_is_acknowledged(self) -> None:
        server = self.server(says(hello(4), ticks(4, 5, 6)))
        async with follow(server.url) as follower:
            taking = asyncio.create_task(taken(follower))
            await auntil(lambda: server.heard, "it acknowledges")
            await follower.aclose()
            self.assertEqual(await asyncio.wait_for(taking, AT_ONCE_S), [{"t": 5}, {"t": 6}])
        self.assertEqual(server.heard[0], {"type": "ack", "t": 6, "epoch": EPOCH})

    async def test_closing_from_a_thread_ends_it(self) -> None:
        async with follow(self.server(says(hello(4))).url) as follower:
            taking = asyncio.create_task(taken(follower))
            await auntil(lambda: follower._looping is not None and follower._looping._socket, "it waits")
            await asyncio.to_thread(follower.close)
            self.assertEqual(await asyncio.wait_for(taking, AT_ONCE_S), [])

    async def test_closing_ends_who_waits_for_a_server_that_does_not_answer(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            async with follow(f"http://127.0.0.1:{listener.getsockname()[1]}") as follower:
                taking = asyncio.create_task(taken(follower))
                connection, _ = await asyncio.get_running_loop().sock_accept(listener)
                await follower.aclose()
                self.assertEqual(await asyncio.wait_for(taking, AT_ONCE_S), [])
                connection.close()

    @patch("ticks.receiving.comeback.TOO_MANY_S", LONG_S)
    async def test_closing_ends_who_waits_to_try_again(self) -> None:
        server = self.server(closes(4429, error("too_many", "TICKS_MAX_PER_IP")))
        with self.assertLogs("ticks.client", "INFO") as logs:
            async with follow(server.url) as follower:
                taking = asyncio.create_task(taken(follower))
                await auntil(lambda: any("trying again" in line for line in logs.output), "it waits")
                await follower.aclose()
                self.assertEqual(await asyncio.wait_for(taking, AT_ONCE_S), [])

    async def test_silence_is_noticed_and_a_refusal_raised(self) -> None:
        server = self.server(says(hello(4, heartbeat_s=0.2)), closes(4403, error("not_allowed", "staff only")))
        with self.assertLogs("ticks.client", "INFO") as logs, self.assertRaisesRegex(Refused, "staff only"):
            await anext(follow(server.url))
        self.assertTrue(any("nothing was heard for 0.5 s" in line for line in logs.output))

    async def test_one_follower_is_iterated_in_one_way(self) -> None:
        async with follow(self.server(says(hello(4), ticks(4, 5))).url) as follower:
            await anext(follower)
            with self.assertRaisesRegex(RuntimeError, "async for"):
                next(follower)


async def taken(follower: Follower) -> list[Any]:
    return [item async for item in follower]
