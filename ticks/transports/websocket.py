"""`/ws/stream`: the Channels consumer, a thin file over the read path and the protocol."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from ticks.access.entry import Entry, Facts, Refused, enter
from ticks.cursor import Cursor
from ticks.direct import offered
from ticks.live.delivery import Delivery
from ticks.live.feed import Feed
from ticks.live.hub import hub
from ticks.live.lag import lag_ticks
from ticks.live.limits import Allowance
from ticks.live.relayed import Relayed
from ticks.live.subscriber import Subscriber, TooSlow
from ticks.packing import Frame
from ticks.protocol import PLAIN, SUBPROTOCOL, TICKS_V1, Close, Dialect, plain, ticks_v1
from ticks.query import BadRequest, Query, parse_query
from ticks.session import Session

logger = logging.getLogger(__name__)

MESSAGES_A_SECOND, MESSAGES_AT_ONCE = 20.0, 100
"""A client that says more is closed."""


class StreamConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """A subscriber: it pulls what its cursor is owed. It joins no group and has no channel of its own."""

    channel_layer_alias = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.entry: Entry | None = None
        self.subscriber: Subscriber | None = None
        self.ending: asyncio.Task[None] | None = None
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
            query = self._parse(plain_mode=not v1)
            self.dialect = ticks_v1(query.selection, query.packing) if v1 else plain(query.selection)
            self.entry = await enter(self.scope, query.stream, transport="websocket", member=self)
        except Refused as refused:
            await self._end(refused.code, refused.detail)
            return
        session = Session(settings.TICKS_WINDOW_BYTES, query.selection, query.packing) if v1 else None
        self.subscriber = self._subscribe(hub.feed(query.stream), query, session)
        self.subscriber.go()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        now = time.monotonic()
        if self.allowance is None:
            self.allowance = Allowance(MESSAGES_A_SECOND, MESSAGES_AT_ONCE, now)
        if not self.allowance.take(now):
            await self._end(Close.TOO_MANY, f"more than {MESSAGES_A_SECOND:g} messages a second")
        elif self.subscriber is not None:
            await self.subscriber.hear(text_data if text_data is not None else bytes_data or b"")

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    def disconnect(self, refused: Refused) -> None:
        """See `Member`."""
        if self.ending is None:
            self.ending = asyncio.create_task(self._end(refused.code, refused.detail))

    def facts(self) -> Facts:
        """See `Member`."""
        subscriber, direct = self.subscriber, offered(self.scope)
        lag = lag_ticks(subscriber.newest, subscriber.place) if subscriber is not None else None
        facts = Facts(lag_ticks=lag, lag_s=0.0 if lag == 0 else None)
        return (
            facts if direct is None else facts._replace(bytes_sent=direct.bytes_sent, round_trip_s=direct.round_trip_s)
        )

    def _parse(self, *, plain_mode: bool) -> Query:
        try:
            return parse_query(self.scope["query_string"].decode("latin1"), plain=plain_mode)
        except BadRequest as error:
            raise Refused(Close.BAD_REQUEST, str(error)) from None

    def _subscribe(self, feed: Feed, query: Query, session: Session | None) -> Subscriber:
        direct = offered(self.scope)
        if direct is None:
            return Relayed(feed, query, self.dialect, session, self._failed, self._send)
        return Delivery(feed, query, self.dialect, session, self._failed, direct)

    def _failed(self, error: Exception) -> None:
        if self.ending is None:
            self.ending = asyncio.create_task(self._fail(error))

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
            for frame in self.dialect.error(code.name.lower(), detail, cursor) if detail else ():
                await self._send(frame)
        with suppress(OSError):
            await self.close(int(code))

    def _stop(self) -> None:
        if self.entry is not None:
            self.entry.leave()
        if self.subscriber is not None:
            self.subscriber.end()
        if self.ending is not None and self.ending is not asyncio.current_task():
            self.ending.cancel()

    async def _send(self, frame: Frame) -> None:
        if isinstance(frame, str):
            await self.send(text_data=frame)
        else:
            await self.send(bytes_data=frame)
