"""`/ws/stream`: the Channels consumer, a thin file over the read path and the protocol."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import close_old_connections

from ticks.cursor import Cursor, Gap
from ticks.live.feed import Feed, hub, in_thread
from ticks.models import Stream, is_staff
from ticks.protocol import (
    SUBPROTOCOL,
    BadRequest,
    Close,
    Dialect,
    Frame,
    Plain,
    Query,
    TicksV1,
    cursor_fields,
    parse_query,
)
from ticks.transports.origin import host_is_allowed

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A connection that is not served, with the close code and what its last message says."""

    def __init__(self, code: Close, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class StreamConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """A subscriber: it pulls what its cursor is owed. It joins no group and has no channel of its own."""

    channel_layer_alias = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.tasks: list[asyncio.Task[None]] = []
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Channels calls disconnect() neither after an exception nor when it is cancelled.
            for task in self.tasks:
                task.cancel()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without the hop through the one thread that Channels shares: no handler here uses the ORM in it."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        v1 = SUBPROTOCOL in self.scope["subprotocols"]
        self.dialect: Dialect = TicksV1() if v1 else Plain()
        await self.accept(SUBPROTOCOL if v1 else None)
        try:
            query = await self._admit()
        except Refused as refused:
            await self._send(self.dialect.error(refused.code.name.lower(), refused.detail))
            await self.close(int(refused.code))
            return
        self.tasks = [asyncio.create_task(self._serve(hub.feed(query.stream), query))]

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if isinstance(self.dialect, TicksV1):
            detail = "this server takes no messages yet: reconnect with another query"
            await self._send(self.dialect.error("unknown_message", detail))

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    async def _admit(self) -> Query:
        if not host_is_allowed(self.scope):
            raise Refused(Close.NOT_ALLOWED, "this host name is not allowed: see ALLOWED_HOSTS, --allow-host")
        try:
            query = parse_query(self.scope["query_string"].decode("latin1"))
        except BadRequest as error:
            raise Refused(Close.BAD_REQUEST, str(error)) from None
        user = self.scope["user"]
        if not await in_thread(_may_read, query.stream, user):
            if is_staff(user):
                raise Refused(Close.NO_SUCH_STREAM, f"there is no stream {query.stream!r}")
            if user.is_authenticated:
                raise Refused(Close.NOT_ALLOWED, f"no stream {query.stream!r} for {user}: staff only, or no such")
            raise Refused(Close.SIGN_IN, f"there is no public stream {query.stream!r}: sign in")
        return query

    async def _serve(self, feed: Feed, query: Query) -> None:
        try:
            cursor, gap = await self._begin(feed, query)
            if gap is not None:
                await self._send(self.dialect.gap(gap))
            async for owed in feed.follow(cursor, self.dialect.ticks):
                frames = self.dialect.gap(owed) if isinstance(owed, Gap) else self.dialect.ticks(owed)
                await self._send(frames)
        except Exception:
            logger.exception("%s: a subscriber could not be served", feed.stream)
            for task in self.tasks[1:]:
                task.cancel()
            await self.close(int(Close.BROKEN))

    async def _begin(self, feed: Feed, query: Query) -> tuple[Cursor, Gap | None]:
        """Say hello, again when a stream gets its first tick, and tell where reading begins."""
        start = await feed.start(query)
        await self._hello(feed, start.cursor)
        self.tasks.append(asyncio.create_task(self._beat(feed)))
        if start.cursor is not None:
            return start.cursor, start.gap
        if start.is_empty:
            query = replace(query, from_t=-1)  # who came before the first ticks gets them all
        while True:
            mark = feed.relay.mark
            start = await feed.start(query)
            if start.cursor is not None:
                await self._hello(feed, start.cursor)
                return start.cursor, start.gap
            await feed.relay.changed(mark, settings.TICKS_HEARTBEAT_S)

    async def _hello(self, feed: Feed, cursor: Cursor | None) -> None:
        latest = await feed.latest()
        await self._send(
            self.dialect.hello(
                {
                    "stream": feed.stream,
                    "epoch": cursor.epoch if cursor else None,
                    "cursor": cursor_fields(cursor) if cursor else None,
                    "mode": "live",
                    "oldest_t": await feed.oldest_t(cursor.epoch) if cursor else None,
                    "newest_t": feed.newest_t,
                    "latest": json.loads(latest) if latest else None,
                    "server_time": time.time(),
                    "heartbeat_s": settings.TICKS_HEARTBEAT_S,
                }
            )
        )

    async def _beat(self, feed: Feed) -> None:
        loop = asyncio.get_running_loop()
        while True:
            planned = loop.time() + settings.TICKS_HEARTBEAT_S
            await asyncio.sleep(settings.TICKS_HEARTBEAT_S)
            age = feed.relay.age_s
            facts = {
                "server_time": time.time(),
                "newest_t": feed.newest_t,
                "upstream_age_s": None if age is None else round(age, 3),
                "producer": "up" if feed.relay.producer_up else "down",
                "loop_lag_ms": round((loop.time() - planned) * 1000, 3),
            }
            await self._send(self.dialect.heartbeat(facts))

    async def _send(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            if isinstance(frame, str):
                await self.send(text_data=frame)
            else:
                await self.send(bytes_data=frame)


def _may_read(name: str, user: Any) -> bool:
    close_old_connections()
    return Stream.objects.readable_by(user).filter(name=name).exists()
