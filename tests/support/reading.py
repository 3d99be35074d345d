"""A reader in a test: whatever comes after its cursor, as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ticks.batch import Batch
from ticks.cursor import Gap
from ticks.live.feed import Feed
from ticks.live.reader import RECHECK_S, Reader


async def follow(feed: Feed, reader: Reader) -> AsyncIterator[Batch | Gap]:
    """Everything after the cursor, for ever."""
    while True:
        mark = feed.fanout.mark
        owed = await reader.next()
        if owed is None:
            await feed.fanout.changed(mark, RECHECK_S)
        else:
            yield owed
