"""Subscribers of servers that know no direct writes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from django.conf import settings

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.direct import STALL_S
from ticks.framing import framed
from ticks.live.feed import Feed
from ticks.live.subscriber import Failed, Subscriber, TooSlow
from ticks.packing import Frame
from ticks.protocol import Dialect
from ticks.query import Query
from ticks.session import Session

Send = Callable[[Frame], Awaitable[None]]


class Relayed(Subscriber):
    """A subscriber that is sent to through ASGI's `send`, which may wait."""

    __slots__ = ("_beating", "_is_sending", "_send", "_sending")

    def __init__(
        self, feed: Feed, query: Query, dialect: Dialect, session: Session | None, failed: Failed, send: Send
    ) -> None:
        super().__init__(feed, query, dialect, session, failed)
        self._send = send
        self._is_sending = False
        self._sending = asyncio.Lock()
        self._beating: asyncio.Task[None] | None = None

    async def say(self, frames: Sequence[Frame]) -> None:
        async with self._sending:
            for frame in frames:
                await self._send(frame)

    async def settled(self) -> None:
        async with self._sending:
            pass

    def end(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
        super().end()

    @property
    def _form(self) -> Form[Any]:
        return self.dialect.frames

    def _greeted(self) -> None:
        self._beating = asyncio.create_task(self._beat())

    def _interrupt(self) -> asyncio.Task[None] | None:
        """What is being sent has to come to its end: nobody would know whether it was."""
        if not self._is_sending:
            return super()._interrupt()
        task, self._task = self._task, None
        return task

    async def _beat(self) -> None:
        try:
            while True:
                await asyncio.sleep(settings.TICKS_HEARTBEAT_S)
                await self.say(self.dialect.heartbeat(self._feed.heartbeat()))
        except OSError as error:
            self.failed(error)

    async def _drained(self) -> None:
        """`send` waits by itself."""

    async def _write(self, owed: Batch | Gap) -> None:
        frames = self.dialect.gap(owed) if isinstance(owed, Gap) else owed.form(self.dialect.frames)
        if isinstance(owed, Batch) and self._flow.is_bounded:
            size = sum(len(framed(frame)) for frame in frames)
            await self._room(size)
            self._flow.sent(owed.cursor, size)
        if isinstance(owed, Batch):
            self._feed.traffic.add(sum(map(len, frames)), owed.raw_bytes)
        self._is_sending = True
        try:
            async with asyncio.timeout(STALL_S):
                await self.say(frames)
        except TimeoutError:
            if self.cursor is None:
                raise
            raise TooSlow(self.cursor) from None
        finally:
            self._is_sending = False

    def _join(self, cursor: Cursor) -> bool:
        return False
