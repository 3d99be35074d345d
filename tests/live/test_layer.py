"""The channel layer: what channels_redis promises, without its asking."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import patch

from channels.layers import get_channel_layer
from redis.asyncio.client import PubSub
from redis.asyncio.connection import AbstractConnection

from tests.support.cases import ValkeyCase
from tests.support.waiting import auntil
from ticks.live.layer import ChannelLayer


class LayerTest(ValkeyCase):
    async def joined(self) -> tuple[Any, str]:
        layer = get_channel_layer()
        self.assertIsInstance(layer, ChannelLayer)
        channel = await layer.new_channel()
        await layer.group_add("group", channel)
        return layer, channel

    async def receive(self, layer: Any, channel: str) -> Any:
        return await asyncio.wait_for(layer.receive(channel), 60)

    async def test_it_asks_once_a_message_and_otherwise_sleeps(self) -> None:
        with patch.object(PubSub, "get_message", autospec=True, side_effect=PubSub.get_message) as asked:
            layer, channel = await self.joined()
            for number in range(3):
                await layer.group_send("group", {"type": "test", "number": number})
                self.assertEqual(await self.receive(layer, channel), {"type": "test", "number": number})
            before = asked.call_count
            await asyncio.sleep(0.35)  # three times the period of channels_redis
            self.assertEqual(asked.call_count, before)

    async def test_who_is_cancelled_while_it_connects_ends(self) -> None:
        layer = get_channel_layer()
        heeded = 0
        for passes in range(1, 40):  # of the event loop: wherever it stands by then
            await layer.flush()
            joining = asyncio.create_task(self.joined())
            for _ in range(passes):
                await asyncio.sleep(0)
            was_cancelled = joining.cancel()
            await asyncio.wait([joining], timeout=60)
            self.assertEqual(joining.cancelled(), was_cancelled, f"after {passes} passes")
            heeded += was_cancelled
        self.assertGreater(heeded, 10)

    async def test_who_is_cancelled_while_it_sends_ends(self) -> None:
        layer = get_channel_layer()
        sending: asyncio.Task[None] | None = None

        async def sent_as_it_is_cancelled(connection: AbstractConnection, command: Any) -> None:
            await send(connection, command)
            if sending is not None and b"PUBLISH" in b"".join(command):
                sending.cancel()

        send = AbstractConnection._send_packed_command
        with patch.object(AbstractConnection, "_send_packed_command", sent_as_it_is_cancelled):
            sending = asyncio.create_task(layer.group_send("group", {"type": "test"}))
            await asyncio.wait([sending], timeout=60)
        self.assertEqual((sending.cancelling(), sending.cancelled()), (1, True))

    async def test_after_its_connection_was_cut_it_receives_again(self) -> None:
        layer, channel = await self.joined()
        await layer.group_send("group", {"type": "test"})
        await self.receive(layer, channel)
        self.assertEqual(self.valkey.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub"), 1)
        count = ("PUBSUB", "NUMSUB", "ticks__group__group")
        await auntil(lambda: self.valkey.client.execute_command(*count)[1] == 1, "it is back")
        await layer.group_send("group", {"type": "again"})
        self.assertEqual(await self.receive(layer, channel), {"type": "again"})

    async def test_a_message_that_can_not_be_handed_over_is_logged_and_the_next_one_comes(self) -> None:
        layer, channel = await self.joined()
        [shard] = layer._get_layer()._shards

        def hand_over(message: Any, real: Any = shard._receive_message) -> None:
            if message is not None and b"lost" in message["data"]:
                raise ValueError("no")
            real(message)

        with (
            patch("ticks.live.layer.AFTER_ERROR_S", 0),
            patch.object(shard, "_receive_message", hand_over),
            self.assertLogs("ticks.live.layer", "ERROR"),
        ):
            await layer.group_send("group", {"type": "waited for before it was patched"})
            await self.receive(layer, channel)
            await layer.group_send("group", {"type": "lost"})
            await layer.group_send("group", {"type": "next"})
            self.assertEqual(await self.receive(layer, channel), {"type": "next"})
