"""Delivery to a socket that can be written to at once: by a task while it is behind, without one at the tip."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.direct import Direct, Gone, Stalled
from ticks.framing import framed
from ticks.live.feed import Feed
from ticks.live.reader import RECHECK_S, Reader
from ticks.live.subscriber import TooSlow
from ticks.protocol import Dialect

Failed = Callable[[Exception], None]


class Delivery:
    """Supplies one subscriber from `begin` to `end`; `failed` is called, once, with what ended it before."""

    __slots__ = ("_dialect", "_direct", "_feed", "_is_full", "_reader", "_task", "failed", "write")

    def __init__(self, feed: Feed, dialect: Dialect, direct: Direct, failed: Failed) -> None:
        self.write = direct.write
        self._feed = feed
        self._dialect = dialect
        self._direct = direct
        self.failed = failed
        self._is_full = False
        self._reader: Reader | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self, reader: Reader) -> None:
        """Go on from where the reader stands."""
        self._reader = reader
        self._task = asyncio.create_task(self._catch_up(reader))
        self._task.add_done_callback(self._done)

    def end(self) -> None:
        self._feed.beats.discard(self)
        self._feed.fanout.leave(self._dialect.ready, self)
        if self._task is not None:
            self._task.cancel()

    def dismissed(self, cursor: Cursor) -> None:
        """The pass over all goes on without it."""
        assert self._reader is not None
        self._reader.cursor = cursor
        self._is_full = True
        self.begin(self._reader)

    def beat(self, data: bytes) -> None:
        """Write a heartbeat, unless something waits to be written: then it is known that we live."""
        if not self._is_full and not self._direct.write(data):
            self._is_full = True
            cursor = self._feed.fanout.leave(self._dialect.ready, self)
            if cursor is not None:
                self.dismissed(cursor)

    async def _catch_up(self, reader: Reader) -> None:
        fanout, form = self._feed.fanout, self._dialect.ready
        while True:
            await self._drained(reader)
            mark = fanout.mark
            owed = await reader.next()
            if owed is not None:
                self._is_full = not self._direct.write(self._encoded(owed))
                await asyncio.sleep(0)  # to those at the tip, however far this one is behind
            elif fanout.join(form, self, reader.cursor):
                return
            else:
                await fanout.changed(mark, RECHECK_S)

    async def _drained(self, reader: Reader) -> None:
        try:
            await self._direct.writable()
        except Stalled:
            raise TooSlow(reader.cursor) from None
        self._is_full = False

    def _encoded(self, owed: Batch | Gap) -> bytes:
        if isinstance(owed, Gap):
            return b"".join(map(framed, self._dialect.gap(owed)))
        return owed.form(self._dialect.ready)

    def _done(self, task: asyncio.Task[None]) -> None:
        if self._task is task:  # it may have been dismissed again meanwhile
            self._task = None
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception) and not isinstance(error, Gone):  # of that the server tells
            self.failed(error)
