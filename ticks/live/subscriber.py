"""A subscriber over a WebSocket: greeted, supplied, and told where it must go on when it takes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from django.conf import settings

from ticks.cursor import Cursor, Gap
from ticks.direct import STALL_S
from ticks.live.feed import Feed
from ticks.live.reader import Reader
from ticks.live.start import Start
from ticks.protocol import Dialect, Frame
from ticks.query import Query

FIRST_TICK_S = 5.0
"""Who waits for a stream's first tick looks for it so often, also if nothing is announced."""

Send = Callable[[Sequence[Frame]], Awaitable[None]]


class TooSlow(Exception):
    """The subscriber takes nothing; `cursor` is where it has to go on when it comes back."""

    def __init__(self, cursor: Cursor) -> None:
        super().__init__(f"nothing was taken for {STALL_S:g} s: come back from t={cursor.t} of epoch {cursor.epoch}")
        self.cursor = cursor


async def greet(feed: Feed, query: Query, dialect: Dialect, send: Send) -> Start:
    """Say hello."""
    start = await feed.start(query)
    await send(dialect.hello(await feed.hello(start.cursor), await feed.latest()))
    return start


async def begun(feed: Feed, query: Query, start: Start, dialect: Dialect, send: Send) -> Cursor:
    """Wait for the first tick of a stream that has none, and say hello again; tell where reading begins."""
    if start.is_empty:
        query = replace(query, from_t=-1)  # who came before the first ticks gets them all
    while start.cursor is None:
        await feed.fanout.changed(feed.fanout.mark, FIRST_TICK_S)
        start = await feed.start(query)
        if start.cursor is not None:
            await send(dialect.hello(await feed.hello(start.cursor), await feed.latest()))
    if start.gap is not None:
        await send(dialect.gap(start.gap))
    return start.cursor


async def beat(feed: Feed, dialect: Dialect, send: Send) -> None:
    """Send heartbeats, for ever."""
    while True:
        await asyncio.sleep(settings.TICKS_HEARTBEAT_S)
        await send(dialect.heartbeat(feed.heartbeat()))


async def follow(reader: Reader, dialect: Dialect, send: Send) -> None:
    """Send all that comes after the reader's cursor, for ever. Raises `TooSlow`."""
    async for owed in reader.follow():
        frames = dialect.gap(owed) if isinstance(owed, Gap) else owed.form(dialect.frames)
        try:
            async with asyncio.timeout(STALL_S):
                await send(frames)
        except TimeoutError:
            raise TooSlow(reader.cursor) from None
