"""Long answers: made piece by piece in a thread, however many ask and whatever becomes of who does."""

from __future__ import annotations

import asyncio
import threading
import time
from asyncio import AbstractEventLoop, Future
from collections.abc import AsyncIterator
from contextlib import suppress

from rest_framework import status
from rest_framework.exceptions import APIException

from ticks.history.exporting import Pieces
from ticks.live.threads import in_reading_thread

RETRY_S = 5
BEGIN_S = 30.0


class Busy(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    wait = RETRY_S
    """Goes into `Retry-After`."""


class Room:
    """For so many long answers of one kind at a time, in this web worker."""

    def __init__(self, most: int, each: int, what: str) -> None:
        """`each`: for one client, so that nobody takes it all."""
        self.most, self.each, self.what = most, each, what
        self._seats = set[Seat]()
        self._lock = threading.RLock()  # the collector may let a body go in the midst of it

    @property
    def taken(self) -> int:
        return len(self._seats)

    def take(self, client: str) -> Seat:
        """Raises `Busy`."""
        now = time.monotonic()
        with self._lock:
            self._seats.difference_update([seat for seat in list(self._seats) if not seat.is_kept(now)])
            if self.taken >= self.most:
                raise Busy(f"This web worker has {self.most} {self.what} under way, and makes no more at a time.")
            if sum(seat.client == client for seat in self._seats) >= self.each:
                raise Busy(f"You have {self.each} {self.what} under way in this web worker, which are all for one.")
            seat = Seat(self, now, client)
            self._seats.add(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        with self._lock:
            self._seats.discard(seat)


class Seat:
    """Taken until it is left; or given up, where nothing is begun: of a client that left before, nobody tells."""

    def __init__(self, room: Room, now: float, client: str) -> None:
        self.client = client
        self._room, self._since = room, now
        self.has_begun = False

    def is_kept(self, now: float) -> bool:
        return self.has_begun or now < self._since + BEGIN_S

    def leave(self) -> None:
        self._room.leave(self)


class Streamed(AsyncIterator[bytes]):
    """A body for Django: while one piece is sent the next one is made. Where that fails, it raises.

    `first` is its first piece. `close` may be called in any thread, and more than once.
    """

    def __init__(self, pieces: Pieces, seat: Seat | None = None, first: bytes = b"") -> None:
        self._pieces: Pieces | None = pieces
        self._seat = seat
        self._first = first
        self._loop: AbstractEventLoop | None = None
        self._ahead: Future[bytes] | None = None

    def __del__(self) -> None:
        if self._seat is not None:
            self._seat.leave()

    async def __anext__(self) -> bytes:
        await asyncio.sleep(0)  # to all others, however much the client takes
        if self._seat is not None:
            self._seat.has_begun = True
        try:
            piece = await self._next()
        except BaseException:
            self._end()
            raise
        if not piece:
            self._end()
            raise StopAsyncIteration
        return piece

    async def _next(self) -> bytes:
        """Nothing at the end."""
        piece, self._first = self._first, b""
        while not piece and not self._is_over():
            piece = await self._making()
            self._ahead = None
        if not self._is_over():
            self._making()
        return piece

    def _is_over(self) -> bool:
        return self._pieces is None or (self._ahead is None and self._pieces.is_over)

    def _making(self) -> Future[bytes]:
        """What is being made; nothing else is to touch the pieces meanwhile."""
        if self._ahead is None and self._pieces is not None:
            self._loop = asyncio.get_running_loop()
            self._ahead = asyncio.ensure_future(in_reading_thread(self._pieces.piece))
        assert self._ahead is not None
        return self._ahead

    def close(self) -> None:
        loop = self._loop
        if loop is None:
            self._end()
        else:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        """What is still being made in a thread is dropped."""
        if self._ahead is not None:
            self._ahead.cancel()
        self._pieces = self._ahead = None
        if self._seat is not None:
            self._seat.leave()


class Nothing:
    """The body of an answer to HEAD, for which nothing is read."""

    is_over = True

    def piece(self) -> bytes:
        return b""
