"""Conversations over the whole ASGI application, as a server without direct writes has them."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from typing import Any

import msgpack
from channels.testing import WebsocketCommunicator
from django.test import override_settings

from tests.support.cases import EPOCH
from tests.transports.test_websocket import SocketCase

AT = f"from_t=0&epoch={EPOCH}"


class ConversationTest(SocketCase):
    """Ticks 1 to 14, a second apart, are in archive and hot log."""

    async def begin(self, query: str = AT) -> WebsocketCommunicator:
        await asyncio.to_thread(self.fill)
        socket = await self.open(query)
        self.hello = await self.hear(socket)
        self.assertEqual(self.hello["type"], "hello")
        return socket

    async def say(self, socket: WebsocketCommunicator, type: str, **keys: Any) -> None:
        await socket.send_to(text_data=json.dumps({"type": type, **keys}))

    async def ticks(self, socket: WebsocketCommunicator, last_t: int) -> list[int]:
        """The `t` of all that comes, up to the message that ends with `last_t`; the chain holds."""
        got: list[int] = []
        cursor = self.hello["cursor"]["t"]
        while cursor != last_t:
            message = await self.hear(socket)
            if message["type"] == "heartbeat":
                continue
            self.assertEqual((message["type"], message["prev_t"]), ("ticks", cursor), message)
            cursor = message["last_t"]
            got += [tick["t"] for tick in message["ticks"]]
        self.hello["cursor"]["t"] = cursor
        return got

    async def greeted(self, socket: WebsocketCommunicator) -> dict[str, Any]:
        """The next hello; nothing comes before it."""
        self.hello = await self.hear(socket)
        self.assertEqual(self.hello["type"], "hello")
        return self.hello

    async def more(self, *ts: int) -> None:
        for t in ts:
            await self.put(t, prev_t=t - 1, n=t)
            await self.tell(t, prev_t=t - 1, n=t)

    async def finish(self, socket: WebsocketCommunicator) -> None:
        await socket.disconnect()
        await self.end()

    async def test_pings_are_answered_with_the_times_at_which_they_came_and_went(self) -> None:
        socket = await self.begin("from_t=14")
        before = time.time()
        await self.say(socket, "ping", t0=-1.5e300)
        pong = await self.hear(socket)
        self.assertEqual((pong["type"], pong["t0"]), ("pong", -1.5e300))
        self.assertTrue(before <= pong["t1"] <= pong["t2"] <= time.time())
        await self.finish(socket)

    async def test_what_came_in_a_pause_comes_after_it(self) -> None:
        socket = await self.begin()
        self.assertEqual(await self.ticks(socket, 14), list(range(1, 15)))
        await self.say(socket, "pause")
        await self.say(socket, "ping", t0=0)
        self.assertEqual((await self.hear(socket))["type"], "pong")
        await self.more(15, 16)
        self.assertTrue(await socket.receive_nothing(0.1))
        await self.say(socket, "resume")
        self.assertEqual((await self.greeted(socket))["cursor"], {"epoch": EPOCH, "t": 14})
        self.assertEqual(await self.ticks(socket, 16), [15, 16])
        await self.more(17)
        self.assertEqual(await self.ticks(socket, 17), [17])
        await self.finish(socket)

    async def test_a_selection_is_changed_where_it_is_and_from_a_place(self) -> None:
        socket = await self.begin("from_t=14&fields=what&downsample=3")
        self.assertEqual((self.hello["fields"], self.hello["downsample"]), (["what"], 3))
        self.assertEqual(set(self.hello["latest"]), {"t", "ts"})
        await self.say(socket, "subscribe", fields="value", downsample=4, from_t=0, epoch=EPOCH)
        await self.greeted(socket)
        self.assertEqual(await self.ticks(socket, 14), [4, 8, 12])
        await self.say(socket, "subscribe")
        self.assertEqual((await self.greeted(socket))["cursor"], {"epoch": EPOCH, "t": 14})
        await self.more(15)
        self.assertEqual(await self.ticks(socket, 15), [15])
        await self.finish(socket)

    async def test_a_replay_joins_live(self) -> None:
        socket = await self.begin("from_t=14")
        await self.say(socket, "replay", from_ts=1004.0, speed=100)
        hello = await self.greeted(socket)
        self.assertEqual((hello["mode"], hello["cursor"]["t"]), ("replay", 3))
        self.assertEqual(await self.ticks(socket, 14), list(range(4, 15)))
        self.assertEqual((await self.greeted(socket))["mode"], "live")
        await self.more(15)
        self.assertEqual(await self.ticks(socket, 15), [15])
        await self.finish(socket)

    @override_settings(TICKS_WINDOW_BYTES=300)
    async def test_no_more_than_the_window_is_on_its_way(self) -> None:
        socket = await self.begin("from_t=14")
        await self.say(socket, "ack", t=14)
        await self.say(socket, "ping", t0=0)
        self.assertEqual((await self.hear(socket))["type"], "pong")
        last, size = 14, 0
        for t in range(15, 25):
            await self.more(t)
            message = await self.quiet(socket)
            if message is None:
                break
            last, size = message["last_t"], size + len(json.dumps(message, separators=(",", ":")))
        self.assertTrue(14 < last < 24, last)
        self.assertLessEqual(size, 300)
        await self.say(socket, "ack", t=last)
        self.assertEqual((await self.hear(socket))["prev_t"], last)
        await self.finish(socket)

    async def quiet(self, socket: WebsocketCommunicator) -> dict[str, Any] | None:
        return None if await socket.receive_nothing(0.3) else await self.hear(socket)

    async def test_msgpack_both_ways(self) -> None:
        await asyncio.to_thread(self.fill)
        socket = await self.open(f"{AT}&format=msgpack")
        self.assertEqual((await self.hear_msgpack(socket))["type"], "hello")
        self.assertEqual([tick["t"] for tick in (await self.hear_msgpack(socket))["ticks"]][:4], [1, 2, 3, 4])
        await socket.send_to(bytes_data=msgpack.packb({"type": "ping", "t0": 5}))
        while (said := await self.hear_msgpack(socket))["type"] != "pong":
            pass
        self.assertEqual(said["t0"], 5)
        await self.finish(socket)

    async def hear_msgpack(self, socket: WebsocketCommunicator) -> dict[str, Any]:
        said = await socket.receive_from(timeout=60)
        assert isinstance(said, bytes)
        heard: dict[str, Any] = msgpack.unpackb(gzip.decompress(said) if said[:2] == b"\x1f\x8b" else said)
        return heard

    async def test_in_plain_mode_fields_are_selected_and_nothing_is_answered(self) -> None:
        await asyncio.to_thread(self.fill)
        socket = await self.open(f"{AT}&fields=value&downsample=5", v1=False)
        await socket.send_to(text_data='{"type": "ping", "t0": 1}')
        self.assertEqual(await self.hear(socket), {"t": 5, "ts": 1005.0, "value": 5})
        self.assertEqual((await self.hear(socket))["t"], 10)
        self.assertTrue(await socket.receive_nothing(0.1))
        await self.finish(socket)

    async def test_what_only_ticks_v1_can_do_is_refused_in_plain_mode(self) -> None:
        for query in ("format=msgpack", "compression=gzip"):
            socket = await self.open(query, v1=False)
            error = (await self.hear(socket))["error"]
            self.assertEqual(error["code"], "bad_request")
            self.assertIn("needs the subprotocol ticks.v1", error["detail"])
            await socket.disconnect()
        await self.end()
