"""Reading a stream by cursor: the one read path of every transport, out of ring, hot log and archive."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, NamedTuple

import redis
from django.conf import settings

from ticks.batch import MAX_BYTES, Batch
from ticks.cursor import Cursor, Gap
from ticks.live.hotlog import HotLog, connect
from ticks.live.relay import Relay
from ticks.live.store import Oldest, Store
from ticks.protocol import Query
from ticks.ring import Ring

RECHECK_S = 1.0
"""A reader that waits looks again after so long even if nothing was announced."""
Prepare = Callable[[Batch], object]

READY_S = 2.0
"""A new reader waits so long for a relay that has just been started."""

# Readers that wait for a Redis that does not answer must not keep the relay and newcomers waiting.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ticks")
_reading = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ticks-read")


async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *arguments)


async def _in_reading_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_reading, function, *arguments)


class Start(NamedTuple):
    """Where a reader begins, and what it is told first. `is_empty`: the stream has no tick at all yet."""

    cursor: Cursor | None
    gap: Gap | None = None
    is_empty: bool = False


class Feed:
    """One stream in this process, for any number of readers."""

    def __init__(self, stream: str, ring_bytes: int, client: redis.Redis) -> None:
        hotlog = HotLog(client, stream)
        self.stream = stream
        self.relay = Relay(stream, Ring(ring_bytes), hotlog, in_thread)
        self.store = Store(settings.TICKS_ARCHIVE, hotlog, stream)
        self.relay.start()

    async def start(self, query: Query) -> Start:
        """Where a reader begins; no cursor while the stream has no tick, or nobody knows its newest."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.relay.ready.wait(), READY_S)
        if query.from_t is None and query.from_ts is None:
            return await self._newest()
        started: Start = await in_thread(self._start, query)
        return started

    async def read(self, cursor: Cursor, prepare: Prepare) -> Batch | Gap | None:
        """What a reader at `cursor` is owed next; None while there is nothing.

        `prepare` makes the forms that will be sent: in a thread, where they are large or the reader's alone.
        """
        ring = self.relay.ring
        if cursor.epoch != ring.epoch or cursor.t < ring.floor:
            stored: Batch | Gap | None = await _in_reading_thread(self._read_stored, cursor, prepare)
            return stored
        owed = ring.after(cursor.t)
        if owed is not None:
            owed = owed.at(cursor.t)
            if owed.size > MAX_BYTES:
                await _in_reading_thread(prepare, owed)
        return owed

    def _read_stored(self, cursor: Cursor, prepare: Prepare) -> Batch | Gap | None:
        owed = self.store.after(cursor)
        if isinstance(owed, Batch):
            owed = owed.at(cursor.t)
            prepare(owed)
        return owed

    async def follow(self, cursor: Cursor, prepare: Prepare = lambda _: None) -> AsyncIterator[Batch | Gap]:
        """Everything after `cursor`, for ever; a batch's `prev_t` is the reader's own cursor."""
        while True:
            mark = self.relay.mark
            owed = await self.read(cursor, prepare)
            if owed is None:
                await self.relay.changed(mark, RECHECK_S)
                continue
            cursor = owed.cursor
            yield owed

    async def latest(self) -> bytes | None:
        """The line of the newest tick that can be had, or None."""
        newest = self.relay.ring.newest or await in_thread(self._newest_stored)
        return newest.records[-1] if newest is not None else None

    @property
    def newest_t(self) -> int | None:
        """`t` of the newest tick that came in; None before the first."""
        return self.relay.ring.tip if self.relay.ring.epoch else None

    async def oldest_t(self, epoch: str) -> int | None:
        """`t` of the oldest tick that is kept of an epoch."""
        oldest: Oldest | None = await in_thread(self.store.oldest, epoch)
        return oldest.first_t if oldest is not None else None

    async def _newest(self) -> Start:
        """Before the newest tick, which only the ring or the hot log can know."""
        newest = self.relay.ring.newest
        if newest is None:
            try:
                newest = await in_thread(self.store.newest)
            except redis.RedisError:
                return Start(None)
        if newest is None:
            return Start(None, is_empty=True)
        one = newest.newest()
        return Start(Cursor(one.epoch, one.prev_t, one.n - 1))

    def _newest_stored(self) -> Batch | None:
        try:
            return self.store.newest()
        except redis.RedisError:
            return None

    def _start(self, query: Query) -> Start:
        if query.from_ts is not None:
            ts = query.from_ts if query.from_ts >= 0 else time.time() + query.from_ts
            return Start(self.store.seek(ts) or self._tip())
        epoch = query.epoch or self.store.epoch()
        if epoch is None:
            return Start(None)
        if query.from_t == -1:
            oldest = self.store.oldest(epoch)
            return Start(oldest.cursor if oldest is not None else Cursor(epoch, -1))
        return self._at(Cursor(epoch, query.from_t or 0))

    def _at(self, cursor: Cursor) -> Start:
        """A cursor is ahead only of a fresh tip: another numbering made it."""
        head = self.store.head()
        if head is None or head.tip.epoch != cursor.epoch or cursor.t <= head.newest_t:
            return Start(cursor)
        return Start(head.tip, Gap(cursor.t, head.tip.t + 1, 0, "epoch", head.tip, head.tip.epoch))

    def _tip(self) -> Cursor | None:
        newest = self._newest_stored()
        return newest.cursor if newest is not None else None


class Hub:
    """The feeds of a process, each begun when its first reader comes."""

    def __init__(self) -> None:
        self._feeds: dict[str, Feed] = {}
        self._client: redis.Redis | None = None

    def feed(self, stream: str) -> Feed:
        """The stream's feed; call it on the event loop."""
        if stream not in self._feeds:
            if self._client is None:
                self._client = connect(settings.REDIS_URL)
            share = settings.TICKS_RING_BYTES // (len(self._feeds) + 1)
            for feed in self._feeds.values():
                feed.relay.ring.limit(share)
            self._feeds[stream] = Feed(stream, share, self._client)
        return self._feeds[stream]


hub = Hub()
