"""Channels as its tutorial has it: each subscriber a member of a group, each tick a message to the group.

Served by stock Daphne: `daphne benchmarks.peers.naive:application`, with `REDIS_URL` set.
"""

from __future__ import annotations

import os
from typing import Any

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

GROUP = "naive"
LAYER = {
    "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "CONFIG": {"hosts": [os.environ["REDIS_URL"]], "prefix": "ticks"},
}


class Ticks(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def tick(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


settings.configure(CHANNEL_LAYERS={"default": LAYER}, SECRET_KEY="of a benchmark")
django.setup()
application = ProtocolTypeRouter({"websocket": Ticks.as_asgi()})
