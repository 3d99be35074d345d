"""One stream in this process: its relay, its ring, what is stored of it, and the pass over its subscribers."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import redis
from django.conf import settings

from ticks.batch import MAX_TICKS, Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.live.beats import Beats
from ticks.live.encoding import Encoder, owed
from ticks.live.fanout import Fanout
from ticks.live.health import health
from ticks.live.hotlog import HotLog
from ticks.live.relay import Relay
from ticks.live.standings import Standings
from ticks.live.start import Start, begin, newest_stored
from ticks.live.store import Oldest, Store
from ticks.live.summary import Summary
from ticks.live.telling import Telling
from ticks.live.threads import in_reading_thread, in_thread
from ticks.live.traffic import Traffic
from ticks.live.view import View
from ticks.protocol import cursor_fields
from ticks.query import Gathering, Query
from ticks.ring import Ring
from ticks.selection import ALL, Selection

READY_S = 2.0
"""A new reader waits so long for a relay that has just been started."""
AT_ONCE_BYTES = 32 << 10
"""So much is encoded for one reader on the event loop; a thread is slower than that."""
AT_ONCE_ANSWERS = 4
OLDEST_S = 1.0
"""What is the oldest tick is asked so often at most, however many subscribers come at once."""


class Feed:
    """One stream in this process, for any number of readers."""

    def __init__(self, stream: str, ring_bytes: int, client: redis.Redis) -> None:
        hotlog = HotLog(client, stream)
        ring = Ring(ring_bytes)
        self.stream = stream
        self.encoder = Encoder(in_reading_thread)
        self.traffic = Traffic()
        self.fanout = Fanout(ring, self.encoder, traffic=self.traffic)
        self.relay = Relay(stream, ring, hotlog, in_thread, self.fanout.wake)
        self.store = Store(settings.TICKS_ARCHIVE, hotlog, stream)
        self.beats = Beats(settings.TICKS_HEARTBEAT_S, self.heartbeat)
        self.summary = Summary(self.store)
        self.collecting = asyncio.Semaphore(AT_ONCE_ANSWERS)
        """For those who collect an answer of what is stored, which takes memory."""
        self.subscribers = 0
        """Those that are pushed what comes."""
        self._telling = Telling(Standings(client, hotlog), self.standing)
        self._views: dict[Gathering, View] = {}
        self._oldest: dict[str, tuple[float, int | None]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Start its tasks, which live as long as the event loop."""
        health.start()
        self.relay.start()
        self._tasks = [asyncio.create_task(self.beats.run()), asyncio.create_task(self._telling.run())]

    async def end(self) -> None:
        await self.relay.stop()
        self.fanout.stop()
        for view in self._views.values():
            view.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def start(self, query: Query) -> Start:
        """Where a reader begins; no cursor while the stream has no tick, or nobody knows its newest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_S):  # not wait_for, which may swallow a cancellation (CPython 3.11)
                await self.relay.ready.wait()
        run = in_thread if query.from_ts is None else in_reading_thread  # a search in files, as often as one asks
        start: Start = await run(begin, query, self.store, self.relay.ring.newest)
        return start

    async def read(self, cursor: Cursor, form: Form[Any] | None, max_ticks: int = MAX_TICKS) -> Batch | Gap | None:
        """What a reader at `cursor` is owed next, in that form if in one; None while there is nothing.

        `max_ticks`, of what is not in memory: see `Store.after`.
        """
        ring = self.relay.ring
        if cursor.epoch != ring.epoch or cursor.t < ring.floor:
            stored: Batch | Gap | None = await in_reading_thread(self._read_stored, cursor, form, max_ticks)
            return stored
        batch = ring.holding(cursor.t)
        return await self.encoder.owed(batch, cursor.t, form, AT_ONCE_BYTES) if batch is not None else None

    async def encoded(self, batch: Batch, form: Form[Any] | None) -> Batch:
        """A batch of a reader's own, in that form if in one."""
        return await self.encoder.owed(batch, batch.prev_t, form, AT_ONCE_BYTES)

    def enter(self, gathering: Gathering) -> Fanout:
        """The passes over those who want batches like that; `leave` them once for each time."""
        self.subscribers += 1
        if gathering == Gathering():
            return self.fanout
        view, ring = self._views.get(gathering), self.relay.ring
        if view is None:
            view = View(gathering, self.encoder, ring.epoch, ring.shown, self.traffic)
            self._views[gathering] = view
            self.fanout.passed_on.append(view.take)
        view.users += 1
        return view.fanout

    def leave(self, gathering: Gathering) -> None:
        self.subscribers -= 1
        view = self._views.get(gathering)
        if view is None:
            return
        view.users -= 1
        if not view.users:
            self.fanout.passed_on.remove(view.take)
            view.stop()
            del self._views[gathering]

    def _read_stored(self, cursor: Cursor, form: Form[Any] | None, max_ticks: int) -> Batch | Gap | None:
        found = self.store.after(cursor, max_ticks=max_ticks)
        return owed(found, cursor.t, form) if isinstance(found, Batch) else found

    async def hello(self, cursor: Cursor | None, selection: Selection = ALL) -> dict[str, Any]:
        """What a subscriber is told first, but for the newest tick and what is in force for it alone."""
        oldest_t = await self.oldest_t(cursor.epoch) if cursor else None
        summary = await self.summary.of(selection)
        return {
            "stream": self.stream,
            "epoch": cursor.epoch if cursor else None,
            "cursor": cursor_fields(cursor) if cursor else None,
            "oldest_t": oldest_t,
            "newest_t": self.newest_t,
            "summary": summary,
            "server_time": time.time(),
            "heartbeat_s": settings.TICKS_HEARTBEAT_S,
        }

    def heartbeat(self) -> dict[str, Any]:
        """What a heartbeat carries."""
        age = self.relay.age_s
        return {
            "server_time": time.time(),
            "newest_t": self.newest_t,
            "upstream_age_s": None if age is None else round(age, 3),
            "producer": "up" if self.relay.producer_up else "down",
            "loop_lag_ms": round(health.lag_ms, 3),
        }

    def standing(self) -> dict[str, Any]:
        """What this process says of the stream, see docs/history.md."""
        return {
            "subscribers": self.subscribers,
            "loop_lag_ms": health.lags().summary(),
            "raw_bytes": self.relay.raw_bytes,
            "sent_bytes": self.traffic.sent_bytes,
            "unpacked_bytes": self.traffic.unpacked_bytes,
            "repaired": self.relay.repaired,
        }

    async def latest(self) -> bytes | None:
        """The line of the newest tick that can be had, or None."""
        newest = self.relay.ring.newest or await in_thread(newest_stored, self.store)
        return newest.records[-1] if newest is not None else None

    @property
    def newest_t(self) -> int | None:
        """`t` of the newest tick that came in; None before the first."""
        return self.relay.ring.tip if self.relay.ring.epoch else None

    async def oldest_t(self, epoch: str) -> int | None:
        """`t` of the oldest tick that is kept of an epoch, as of a moment ago."""
        asked_at, oldest_t = self._oldest.get(epoch, (-OLDEST_S, None))
        now = time.monotonic()
        if asked_at + OLDEST_S < now:
            oldest: Oldest | None = await in_thread(self.store.oldest, epoch)
            oldest_t = oldest.first_t if oldest is not None else None
            self._oldest = {epoch: (now, oldest_t)}
        return oldest_t
