"""The channel layer: channels_redis's own, but its receivers sleep until something comes.

Those of channels_redis ask ten times a second, which is a fifth of what an idle web worker takes of a processor.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer, RedisSingleShardConnection
from channels_redis.utils import decode_hosts

logger = logging.getLogger(__name__)

UNSUBSCRIBED_S = 0.1
"""So often it is looked whether there is anything to receive."""
AFTER_ERROR_S = 1.0


def heed_cancellation() -> None:
    """End a task that was cancelled while redis-py connected or sent, which may go on as if nothing had been said.

    It sends by `asyncio.wait_for`, which returns where what it waits for is over at that moment (CPython 3.11).
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Connection(RedisSingleShardConnection):  # type: ignore[misc]  # channels_redis has no types
    async def subscribe(self, channel: str) -> None:
        await super().subscribe(channel)
        heed_cancellation()

    async def publish(self, channel: str, message: bytes) -> None:
        await super().publish(channel, message)
        heed_cancellation()

    async def _do_receiving(self) -> None:
        """For ever, over reconnects, which redis-py makes by itself."""
        while True:
            try:
                if self._pubsub and self._pubsub.subscribed:
                    self._receive_message(await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=None))
                else:
                    await asyncio.sleep(UNSUBSCRIBED_S)
            except Exception:
                logger.exception("The channel layer's connection failed")
                await asyncio.sleep(AFTER_ERROR_S)
            heed_cancellation()


class LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._shards: list[Any] = [Connection(host, self) for host in decode_hosts(options["hosts"])]


class ChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    def _get_layer(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            super()._get_layer()  # which also sees to it that the layer is closed with its loop
            self._layers[loop] = LoopLayer(**self._kwargs, channel_layer=self)
        return self._layers[loop]
