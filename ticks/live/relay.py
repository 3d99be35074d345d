"""The relay: the one receiver of a stream's channel-layer group in a web process; it fills the ring."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import redis
from channels.layers import get_channel_layer

from ticks import wire
from ticks.batch import Batch
from ticks.live.hotlog import Head, HotLog
from ticks.live.threads import InThread
from ticks.ring import Ring, Verdict

logger = logging.getLogger(__name__)

T = TypeVar("T")

CHECK_S = 3.0
"""How often the tip is compared with the hot log's: pub/sub dies silently."""
AFTER_ERROR_S = 0.05
"""A moment for everything else, should every message fail."""
IN_FLIGHT_S = 0.25
"""A batch stands in the hot log so long, at most, before its group message has arrived."""
FILL = 512
"""Batches taken from the hot log at the start; older ones are read when a subscriber asks for them."""


class Relay:
    """Keeps a stream's ring at the tip. Start it with `start()`; it lives as long as its event loop."""

    def __init__(
        self, stream: str, ring: Ring, hotlog: HotLog, in_thread: InThread, announce: Callable[[], None]
    ) -> None:
        """`in_thread(function, *arguments)` runs a blocking call away from the event loop.

        `announce` is called when something came into the ring.
        """
        self.stream = stream
        self.ring = ring
        self.repaired = 0
        """Ticks that came from the hot log because their group message did not."""
        self.raw_bytes = 0
        """Of the records that came in, live or repaired, line ends included."""
        self.producer_up = False
        self._hotlog = hotlog
        self._in_thread = in_thread
        self._tell = announce
        self._received_at: float | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._applying = asyncio.Lock()
        self._unread = ""
        self.ready = asyncio.Event()
        """Set once the group is joined and the hot log was asked."""

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        """End; the channel goes with its receiver."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def age_s(self) -> float | None:
        """Seconds since the newest batch came in; None before the first."""
        return None if self._received_at is None else time.monotonic() - self._received_at

    async def _receive(self) -> None:
        layer = get_channel_layer()
        channel = await _until_reached(self.stream, layer.new_channel)
        await _until_reached(self.stream, lambda: layer.group_add(wire.group(self.stream), channel))
        await self._refill()
        self.ready.set()
        while True:
            # Never cancelled while it waits: a cancelled receive() deletes the channel.
            try:
                await self._apply(wire.batch(await layer.receive(channel)))
            except Exception:
                logger.exception("%s: a group message could not be applied", self.stream)
                await asyncio.sleep(AFTER_ERROR_S)

    async def _watch(self) -> None:
        await self.ready.wait()
        while True:
            try:
                self.producer_up = await self._in_thread(self._hotlog.producer_is_up)
                await self._compare()
            except (redis.ConnectionError, redis.TimeoutError) as error:
                self.producer_up = False
                self._say_unread(error)
            except Exception as error:
                self._say_unread(error)
            await asyncio.sleep(CHECK_S)

    async def _compare(self) -> None:
        head: Head | None = await self._in_thread(self._hotlog.head)
        if head is None or self._has(head):
            return
        await asyncio.sleep(IN_FLIGHT_S)
        if self._has(head):
            return
        async with self._applying:
            before = self.ring.tip if self.ring.epoch == head.tip.epoch else None
            ticks = await self._catch_up(head.tip.epoch)
            self.repaired += ticks
        if ticks:
            logger.warning(
                "%s: %d ticks after t=%s came from the hot log, their group messages did not arrive (%d so far)",
                self.stream,
                ticks,
                before,
                self.repaired,
            )

    def _has(self, head: Head) -> bool:
        return self.ring.epoch == head.tip.epoch and self.ring.tip >= head.tip.t

    async def _apply(self, batch: Batch) -> None:
        received_ts = time.time()
        async with self._applying:
            before = (self.ring.epoch, self.ring.tip)
            if not self._put(batch, received_ts):
                await self._bridge(batch)
            if (self.ring.epoch, self.ring.tip) != before:
                self._announce()

    async def _bridge(self, batch: Batch) -> None:
        """Fetch what is missing before a batch. Where it can't be had the ring starts anew: readers who
        are owed more find out from what is stored."""
        try:
            if self.ring.epoch and batch.epoch != self.ring.epoch and not await self._is_present(batch.epoch):
                return
            await self._catch_up(batch.epoch)
        except redis.RedisError as error:
            self._say_unread(error)
        self._put_anyway(batch, batch.received_ts)

    async def _is_present(self, epoch: str) -> bool:
        """Whether an epoch is the one being published; a late message of an ended one is not."""
        head: Head | None = await self._in_thread(self._hotlog.head)
        return head is None or head.tip.epoch == epoch

    async def _refill(self) -> None:
        try:
            head: Head | None = await self._in_thread(self._hotlog.head)
            if head is not None:
                async with self._applying:
                    await self._catch_up(head.tip.epoch)
        except redis.RedisError as error:
            self._say_unread(error)

    async def _catch_up(self, epoch: str) -> int:
        """Bring the ring to the hot log's tip of an epoch; returns how many ticks that took."""
        ticks, is_live = 0, bool(self.ring.epoch)  # what an empty ring is filled with may be of any age
        if self.ring.epoch != epoch:
            newest: Sequence[Batch] = await self._in_thread(self._hotlog.newest, epoch, FILL)
            if not newest:
                return 0
            ticks = self._append(newest, is_live=is_live)
        while batches := await self._in_thread(self._hotlog.after, epoch, self.ring.tip, FILL):
            ticks += self._append(batches, is_live=is_live)
        if ticks:
            self._announce()
        return ticks

    def _append(self, batches: Sequence[Batch], *, is_live: bool) -> int:
        """Append what the hot log gave; where it has forgotten what the ring needs, begin with what it has."""
        received_ts = time.time() if is_live else None
        for batch in batches:
            self._put_anyway(batch, received_ts)
        return sum(batch.count for batch in batches)

    def _put(self, batch: Batch, received_ts: float | None) -> bool:
        """Append what came in, live where it has a time; whether it follows, or was known."""
        batch.received_ts = received_ts
        verdict = self.ring.append(batch)
        if verdict is Verdict.APPENDED:
            self._count(batch)
        return verdict in (Verdict.APPENDED, Verdict.KNOWN)

    def _put_anyway(self, batch: Batch, received_ts: float | None) -> None:
        """The same; where it does not follow, the ring begins anew with it."""
        if not self._put(batch, received_ts):
            self.ring.begin(batch)
            self._count(batch)

    def _count(self, batch: Batch) -> None:
        if batch.received_ts is not None:
            self.raw_bytes += batch.raw_bytes

    def _say_unread(self, error: Exception) -> None:
        """Once, until another error takes its place."""
        if str(error) != self._unread:
            self._unread = str(error)
            logger.warning("%s: the hot log can't be read: %s", self.stream, error)

    def _announce(self) -> None:
        self._received_at = time.monotonic()
        self._tell()


async def _until_reached(stream: str, call: Callable[[], Awaitable[T]]) -> T:
    """Try until Redis answers, saying once that it does not."""
    said = False
    while True:
        try:
            return await call()
        except redis.RedisError as error:
            if not said:
                logger.warning("%s: no channel layer yet: %s", stream, error)
            said = True
            await asyncio.sleep(1)
