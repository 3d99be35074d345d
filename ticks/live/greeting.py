"""How a subscriber begins: what its hello says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ticks.cursor import Cursor
from ticks.live.feed import AT_ONCE_BYTES, Feed
from ticks.live.threads import in_reading_thread
from ticks.packing import Frame
from ticks.protocol import Dialect


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
