"""A subscriber that says something, and what it hears."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

from tests.live.peers import Peer
from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH
from tests.support.waiting import auntil
from ticks.live.delivery import Delivery
from ticks.live.feed import Feed
from ticks.protocol import ticks_v1
from ticks.query import Query
from ticks.session import Session

WINDOW = 1 << 16
FROM_THE_FIRST = Query(from_t=0, epoch=EPOCH)


class ConversationCase(LiveCase):
    """Ticks 1 to 14, a second apart, are in archive and hot log; `live` makes more."""

    async def begin(self, query: Query = FROM_THE_FIRST, window: int = WINDOW) -> None:
        await asyncio.to_thread(self.fill)
        await self.enter(query, window)

    async def enter(self, query: Query, window: int = WINDOW) -> None:
        """A stream as it is."""
        self.feed_ = await self.feed()
        self.peer, self.failures = Peer(), list[Exception]()
        self.subscriber = self.subscribe(self.feed_, self.peer, query, window)
        self.t = itertools.count(15)
        await self.heard("hello", 1)

    def subscribe(self, feed: Feed, peer: Peer, query: Query, window: int = WINDOW) -> Delivery:
        dialect = ticks_v1(query.selection, query.packing)
        session = Session(window, query.selection, query.packing)
        made = Delivery(feed, query, dialect, session, self.failures.append, peer)
        made.go()
        return made

    async def say(self, type: str, **keys: Any) -> None:
        await self.subscriber.hear(json.dumps({"type": type, **keys}))

    def of(self, type: str) -> list[dict[str, Any]]:
        return [message for message in self.peer.messages if message["type"] == type]

    async def heard(self, type: str, count: int) -> dict[str, Any]:
        """The last of so many messages."""
        await auntil(lambda: len(self.of(type)) >= count, f"{count} {type} came")
        return self.of(type)[-1]

    async def live(self, count: int = 1) -> int:
        """So many more ticks, each released; returns the last."""
        t = 14
        for t in itertools.islice(self.t, count):
            await self.put(t, prev_t=t - 1, n=t)
            await self.tell(t, prev_t=t - 1, n=t)
            await auntil(lambda t=t: self.feed_.relay.ring.shown >= t, f"tick {t} is shown")  # type: ignore[misc]
        return t

    async def has(self, *ts: int) -> None:
        await auntil(lambda: self.peer.ts == list(ts), f"it has {ts}")

    async def at_tip(self) -> None:
        await auntil(lambda: self.subscriber._task is None, "it is at the tip")

    async def finish(self) -> None:
        self.subscriber.end()
        await self.end()
        self.assertEqual(self.failures, [])


async def turns(count: int) -> None:
    """So many of the event loop's."""
    for _ in range(count):
        await asyncio.sleep(0)
