"""How a subscriber begins: what its hello says, and where that is, be it that the stream's first tick has to come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from ticks.cursor import Cursor, Gap
from ticks.live.feed import AT_ONCE_BYTES, Feed
from ticks.live.threads import in_reading_thread
from ticks.packing import Frame
from ticks.protocol import Dialect
from ticks.query import Query

FIRST_TICK_S = 5.0
"""Who waits for a stream's first tick looks for it so often, also if nothing is announced."""


async def hello(feed: Feed, cursor: Cursor | None, dialect: Dialect, in_force: dict[str, Any]) -> Sequence[Frame]:
    """`in_force`: what is sent, see `session.in_force`."""
    stored = await feed.latest()
    facts = await feed.hello(cursor, dialect.selection)
    latest = feed.relay.ring.newest.records[-1] if feed.relay.ring.newest is not None else stored  # that of `newest_t`
    told = {**facts, **in_force}
    if latest is None or len(latest) <= AT_ONCE_BYTES:
        return dialect.hello(told, latest)
    frames: Sequence[Frame] = await in_reading_thread(dialect.hello, told, latest)
    return frames


async def placed(
    feed: Feed, query: Query, greet: Callable[[Cursor | None], Awaitable[None]]
) -> tuple[Cursor, Gap | None]:
    """Where a query begins, once there is a tick, and the gap that is to be told first.

    `greet` is awaited with the place; before that with None, where there is no tick yet.
    """
    start = await feed.start(query)
    await greet(start.cursor)
    if start.is_empty:
        query = replace(query, from_t=-1, epoch=None, from_ts=None)  # who came before the first ticks gets them all
    while start.cursor is None:
        await feed.fanout.changed(feed.fanout.mark, FIRST_TICK_S)
        start = await feed.start(query)
        if start.cursor is not None:
            await greet(start.cursor)
    return start.cursor, start.gap
