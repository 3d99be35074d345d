"""`/ws/stream`: the Channels consumer, a thin file over the read path and the protocol."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import close_old_connections

from ticks.cursor import Cursor
from ticks.direct import Direct, offered
from ticks.live.delivery import Delivery
from ticks.live.feed import Feed
from ticks.live.hub import hub
from ticks.live.limits import Allowance
from ticks.live.reader import Reader
from ticks.live.start import Start
from ticks.live.subscriber import TooSlow, beat, begun, follow, greet
from ticks.live.threads import in_thread
from ticks.models import Stream, is_staff
from ticks.protocol import PLAIN, SUBPROTOCOL, TICKS_V1, Close, Dialect, Frame
from ticks.query import BadRequest, Query, parse_query
from ticks.transports.origin import host_is_allowed

logger = logging.getLogger(__name__)

MESSAGES_A_SECOND, MESSAGES_AT_ONCE = 20.0, 100
"""A client that says more is closed."""


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
        self.serving: asyncio.Task[None] | None = None
        self.delivery: Delivery | None = None
        self.allowance: Allowance | None = None
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Channels calls disconnect() neither after an exception nor when it is cancelled.
            self._stop()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without the hop through the one thread that Channels shares: no handler here uses the ORM in it."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        v1 = SUBPROTOCOL in self.scope["subprotocols"]
        self.dialect: Dialect = TICKS_V1 if v1 else PLAIN
        await self.accept(SUBPROTOCOL if v1 else None)
        try:
            query = await self._admit()
        except Refused as refused:
            await self._end(refused.code, refused.detail)
            return
        self.serving = asyncio.create_task(self._serve(hub.feed(query.stream), query))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        now = time.monotonic()
        if self.allowance is None:
            self.allowance = Allowance(MESSAGES_A_SECOND, MESSAGES_AT_ONCE, now)
        if not self.allowance.take(now):
            await self._end(Close.TOO_MANY, f"more than {MESSAGES_A_SECOND:g} messages a second")
        elif self.dialect is TICKS_V1:
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
            start = await greet(feed, query, self.dialect, self._send)
            direct = offered(self.scope)
            if direct is None:
                await self._follow(feed, query, start)
            else:
                await self._deliver(feed, query, start, direct)
        except Exception as error:
            await self._fail(error)

    async def _follow(self, feed: Feed, query: Query, start: Start) -> None:
        beating = asyncio.create_task(beat(feed, self.dialect, self._send))
        try:
            cursor = await begun(feed, query, start, self.dialect, self._send)
            await follow(Reader(feed, cursor, self.dialect.frames, query.slow), self.dialect, self._send)
        finally:
            beating.cancel()

    async def _deliver(self, feed: Feed, query: Query, start: Start, direct: Direct) -> None:
        """Once it has begun, no task of this consumer waits for ticks."""
        self.delivery = Delivery(feed, self.dialect, direct, self._failed)
        feed.beats.add(self.delivery, self.dialect)
        cursor = await begun(feed, query, start, self.dialect, self._send)
        self.delivery.begin(Reader(feed, cursor, self.dialect.ready, query.slow))

    def _failed(self, error: Exception) -> None:
        self.serving = asyncio.create_task(self._fail(error))

    async def _fail(self, error: Exception) -> None:
        if isinstance(error, TooSlow):
            await self._end(Close.TOO_SLOW, str(error), error.cursor)
        elif isinstance(error, OSError):
            await self._end(Close.TOO_SLOW, "nothing was taken")
        else:
            logger.error("a subscriber could not be served", exc_info=error)
            await self._end(Close.BROKEN)

    async def _end(self, code: Close, detail: str = "", cursor: Cursor | None = None) -> None:
        """Say why, where there is something to say, and close."""
        self._stop()
        with suppress(OSError):  # it takes nothing: what is written now waits until it is cut off
            if detail:
                await self._send(self.dialect.error(code.name.lower(), detail, cursor))
        with suppress(OSError):
            await self.close(int(code))

    def _stop(self) -> None:
        if self.delivery is not None:
            self.delivery.end()
        if self.serving is not None and self.serving is not asyncio.current_task():
            self.serving.cancel()

    async def _send(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            if isinstance(frame, str):
                await self.send(text_data=frame)
            else:
                await self.send(bytes_data=frame)


def _may_read(name: str, user: Any) -> bool:
    close_old_connections()
    return Stream.objects.readable_by(user).filter(name=name).exists()
