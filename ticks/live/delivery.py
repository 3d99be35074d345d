"""Delivery to a socket that can be written to at once: by a task while it is behind, without one at the tip."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.direct import FULL, Direct, Stalled, Tap
from ticks.live.feed import Feed
from ticks.live.subscriber import Failed, Subscriber, TooSlow
from ticks.packing import Frame
from ticks.protocol import Dialect
from ticks.query import Query
from ticks.session import Session


class Delivery(Subscriber):
    """A subscriber that is written to directly."""

    __slots__ = ("_direct", "_is_full", "_refused", "tap")

    def __init__(
        self, feed: Feed, query: Query, dialect: Dialect, session: Session | None, failed: Failed, direct: Direct
    ) -> None:
        super().__init__(feed, query, dialect, session, failed)
        self.tap = direct.tap
        """At the tip. Nothing but the connection's own, as long as nobody counts what is on its way."""
        self._direct = direct
        self._is_full = False
        self._refused: Cursor | None = None
        """What it has, where it was not written to for want of room in its window."""

    @property
    def place(self) -> Cursor | None:
        return self._fanout.tip(self._form, self) or self.cursor

    async def say(self, frames: Sequence[Frame]) -> None:
        if not self._direct.write(self.dialect.wire(frames)):
            self._fill()

    def rest(self, data: bytes, taken: int) -> bool:
        return taken != FULL and self._direct.rest(data, taken)

    def _acknowledged(self) -> None:
        if self.tap is self._direct.tap:
            self.tap = Tap(self._into_window)
            self._fanout.tapped(self._form, self)
        super()._acknowledged()

    async def settled(self) -> None:
        """What was written is on its way."""

    def end(self) -> None:
        self._feed.beats.discard(self)
        super().end()
        self.tap = self._direct.tap  # one of its own knows this one, and would keep it

    def dismissed(self, cursor: Cursor) -> None:
        """The pass over all goes on without it."""
        self.cursor, self._refused = self._refused or cursor, None
        self._is_full = True
        self._begin(self._supply(self.cursor, was_at_tip=True))

    def beat(self, data: bytes) -> None:
        """Write a heartbeat, unless something waits to be written: then it is known that we live."""
        if not self._is_full and not self._direct.write(data):
            self._fill()

    @property
    def _form(self) -> Form[bytes]:
        return self.dialect.ready

    def _greeted(self) -> None:
        self._feed.beats.add(self, self.dialect)

    def _fill(self) -> None:
        """Nothing more for now, also where it is at the tip."""
        self._is_full = True
        cursor = self._fanout.leave(self._form, self)
        if cursor is not None:
            self.dismissed(cursor)
        elif self._task is None or self._task.done():
            self._begin(self._drained())

    def _interrupt(self) -> asyncio.Task[None] | None:
        self.cursor = self._fanout.leave(self._form, self) or self.cursor
        return super()._interrupt()

    def _into_window(self, data: bytes) -> int:
        audience = self._fanout.audience(self._form)
        if not self._flow.has_room(len(data)):
            self._refused = audience.before
            return FULL
        self._flow.sent(audience.tip, len(data))
        return len(data) if self._direct.write(data) else FULL

    async def _drained(self) -> None:
        try:
            await self._direct.writable()
        except Stalled:
            if self.cursor is None:
                raise
            raise TooSlow(self.cursor) from None
        self._is_full = False

    async def _write(self, owed: Batch | Gap) -> None:
        if isinstance(owed, Gap):
            data = self.dialect.wire(self.dialect.gap(owed))
        else:
            data = owed.form(self.dialect.ready)
            await self._room(len(data))
            self._flow.sent(owed.cursor, len(data))
            self._feed.traffic.add(len(data), owed.raw_bytes)
        self._is_full = not self._direct.write(data)

    def _join(self, cursor: Cursor) -> bool:
        return not self._is_full and self._fanout.join(self._form, self, cursor)
