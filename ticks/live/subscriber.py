"""A subscriber of a stream that is pushed: greeted, supplied from its cursor on, and led wherever it asks to go."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from ticks.asked import Place
from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.direct import STALL_S, Gone
from ticks.live.feed import Feed
from ticks.live.flow import Flow
from ticks.live.greeting import hello
from ticks.live.reader import RECHECK_S, Reader, reader
from ticks.live.replaying import Replay
from ticks.live.start import FIRST_TICK_S
from ticks.packing import Frame
from ticks.protocol import Dialect, TicksV1, ticks_v1
from ticks.query import Query
from ticks.session import Deed, Go, Hold, Open, Say, Session, in_force

Failed = Callable[[Exception], None]
Opening = Callable[[Cursor | None], Awaitable[None]]
"""Awaited with the place where it begins, if there is one, before anything is said."""


class TooSlow(Exception):
    """The subscriber takes nothing; `cursor` is where it has to go on when it comes back."""

    def __init__(self, cursor: Cursor, what: str = "taken") -> None:
        super().__init__(f"nothing was {what} for {STALL_S:g} s: come back from t={cursor.t} of epoch {cursor.epoch}")
        self.cursor = cursor


class Subscriber(ABC):
    """Supplies one connection, from `go` to `end`; `failed` is called, once, with what ended it before.

    How frames leave is a subclass's. Call everything on the event loop.
    """

    __slots__ = (
        *("_fanout", "_feed", "_flow", "_greeting", "_is_greeted", "_is_over", "_query", "_task"),
        *("cursor", "dialect", "failed", "opening", "session"),
    )

    def __init__(self, feed: Feed, query: Query, dialect: Dialect, session: Session | None, failed: Failed) -> None:
        """`session` is what the client says over time; none where it has no say."""
        self.session = session
        self.dialect = dialect
        self.failed = failed
        self.opening: Opening | None = None
        """To be set before `go`."""
        self.cursor: Cursor | None = None
        """What it has; of one at the tip, what it had when it came there."""
        self._is_greeted = False
        self._greeting: asyncio.Future[None] | None = None
        self._feed = feed
        self._fanout = feed.enter(query.gathering)
        self._query = query
        self._task: asyncio.Task[None] | None = None
        self._is_over = False
        self._flow = Flow(session)

    @property
    def place(self) -> Cursor | None:
        """What it has by now."""
        return self.cursor

    @property
    def newest(self) -> Batch | None:
        """The newest of what its stream has shown."""
        return self._feed.relay.ring.last_shown

    def go(self, place: Place | None = None) -> None:
        """Say hello, and go on from there; from where it is, where there is no place."""
        previous = self._interrupt()
        if place is not None:
            self._query = replace(self._query, from_t=place.from_t, epoch=place.epoch, from_ts=place.from_ts)
        if self.session is not None and isinstance(self.dialect, TicksV1):
            self.dialect = ticks_v1(self.session.selection, self.dialect.packing)
            self._greeting = asyncio.get_running_loop().create_future()
        self._begin(self._start(previous, anew=place is not None))

    async def hear(self, said: Frame) -> None:
        """Do what a message of the client asks for, after the hello that answers the one before it."""
        if self.session is None or self._is_over:
            return
        came_at = time.time()
        if self._greeting is not None:
            await asyncio.wait([self._greeting])
        try:
            for deed in self.session.hear(said, came_at):
                await self._do(deed)
        except OSError as error:
            self.failed(error)

    def end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._interrupt()
        self._feed.leave(self._query.gathering)
        if self._greeting is not None:
            self._greeting.cancel()

    @abstractmethod
    async def settled(self) -> None:
        """After `end`: return when nothing is being sent any more."""

    async def _do(self, deed: Deed) -> None:
        match deed:
            case _ if self._is_over:
                pass
            case Say(type, facts):
                now = {"t2": time.time()} if type == "pong" else {}
                await self.say(self.dialect.say(type, {**facts, **now}))
            case Go(place):
                self.go(place)
            case Hold():
                self._begin(self._rest(self._interrupt()))
            case Open():
                self._acknowledged()

    def _acknowledged(self) -> None:
        self._flow.acknowledged()

    @abstractmethod
    async def say(self, frames: Sequence[Frame]) -> None:
        """Send what is no tick."""

    @abstractmethod
    def _greeted(self) -> None:
        """It has heard the first hello: heartbeats may follow."""

    @property
    @abstractmethod
    def _form(self) -> Form[Any]: ...

    @abstractmethod
    async def _drained(self) -> None:
        """Return when there is room for more. Raises `TooSlow`, and `OSError` where it is gone."""

    @abstractmethod
    async def _write(self, owed: Batch | Gap) -> None:
        """Send it."""

    @abstractmethod
    def _join(self, cursor: Cursor) -> bool:
        """Whether it gets what comes without a task of its own from now on."""

    def _interrupt(self) -> asyncio.Task[None] | None:
        """End what is going on, after what is being sent; returns it where that is not over yet."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        return task

    def _begin(self, what: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.create_task(what)
        self._task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        if self._task is task:  # it may have begun something else meanwhile
            self._task = None
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception) and not isinstance(error, Gone):  # of that the server tells
            self.failed(error)

    async def _start(self, previous: asyncio.Task[None] | None, *, anew: bool) -> None:
        if previous is not None:
            await asyncio.wait([previous])
        if anew or self.cursor is None:
            cursor, gap = await self._placed()
            if gap is not None:
                await self.say(self.dialect.gap(gap))
            self.cursor = cursor
        else:
            await self._greet(self.cursor)
        await self._supply(self.cursor)

    async def _placed(self) -> tuple[Cursor, Gap | None]:
        """Where its query begins, once there is a tick, and the gap that is to be told first."""
        start = await self._feed.start(self._query)
        self._check()
        if start.is_empty:
            # Who came before the first ticks gets them all, also where it says something before they are there.
            self._query = replace(self._query, from_t=-1, epoch=None, from_ts=None)
        await self._greet(start.cursor)
        while start.cursor is None:
            await self._feed.fanout.changed(self._feed.fanout.mark, FIRST_TICK_S)
            start = await self._feed.start(self._query)
            self._check()
            if start.cursor is not None:
                await self._greet(start.cursor)
        self._check()
        return start.cursor, start.gap

    async def _rest(self, previous: asyncio.Task[None] | None) -> None:
        """Send nothing more; what was sent may still have to be taken."""
        if previous is not None:
            await asyncio.wait([previous])
        await self._drained()

    async def _greet(self, cursor: Cursor | None) -> None:
        if self.opening is not None:
            opening, self.opening = self.opening, None
            await opening(cursor)
        if self.dialect.greets:
            told = self.session.facts if self.session is not None else in_force(self.dialect.selection)
            frames = await hello(self._feed, cursor, self.dialect, told)
            self._check()
            await self.say(frames)
        if not self._is_greeted:
            self._is_greeted = True
            self._greeted()
        if self._greeting is not None and not self._greeting.done():
            self._greeting.set_result(None)
            self._greeting = None

    async def _supply(self, cursor: Cursor, *, was_at_tip: bool = False) -> None:
        """Everything after the cursor: a replay first, where one was asked for."""
        if self.session is not None and self.session.speed is not None:
            cursor = await self._replay(cursor, self.session.speed)
            self.session.joined()
            await self._greet(cursor)
        await self._follow(reader(self._feed, cursor, self._form, self._query, was_at_tip=was_at_tip))

    async def _replay(self, cursor: Cursor, speed: float) -> Cursor:
        replay = Replay(self._feed, cursor, self._form, speed)
        while True:
            await self._drained()
            await replay.due()
            owed = await replay.next()
            self._check()
            if owed is None:
                return replay.cursor
            await self._put(owed)

    async def _follow(self, reader: Reader) -> None:
        while True:
            await self._drained()
            mark = self._fanout.mark
            owed = await reader.next()
            self._check()
            if owed is not None:
                await self._put(owed)
            elif self._join(reader.cursor):
                return
            else:
                await self._fanout.changed(mark, RECHECK_S)

    async def _put(self, owed: Batch | Gap) -> None:
        await self._write(owed)
        self.cursor = owed.cursor
        self._check()
        await asyncio.sleep(0)  # to all others, however far this one is behind

    def _check(self) -> None:
        """Go no further in a task that was interrupted: what it awaited may have been over before it was cancelled."""
        if self._task is not asyncio.current_task():
            raise asyncio.CancelledError

    async def _room(self, size: int) -> None:
        """Return when a message of so many bytes may be sent. Raises `TooSlow`."""
        try:
            await self._flow.room(size)
        except TimeoutError:
            assert self.cursor is not None
            raise TooSlow(self.cursor, "acknowledged") from None
