"""Subscribers that use the client of the product, which comes back by itself."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar

from tests.oracle.history import Broken, Closed, Cursor
from tests.oracle.readers import Reader, opener
from ticks.client import Gap, Item, Refused, follow


class ClientReader(Reader):
    """What a follower hands out; nothing of how it gets there."""

    path = "/ws/stream"

    def __init__(self, port: int, start: int | None = None) -> None:
        super().__init__(opener(port), start)
        self.follower = follow(f"http://127.0.0.1:{port}", from_t=start)

    def take(self, item: Item) -> None:
        at = self.follower.cursor
        assert at is not None
        if isinstance(item, Gap):
            told = {"after_t": item.after_t, "next_t": item.next_t, "count": item.count, "reason": item.reason}
            self.take_gap({**told, "epoch": item.epoch})
        else:
            self.cursor = Cursor(at.epoch, at.t)
            self.take_tick(item)
        if (at.epoch, at.t) != self.cursor:
            self.note(Broken(f"its cursor is {at} after {item!r:.100}"))


class AsyncClient(ClientReader):
    mode = "ticks.client, async"

    async def session(self, asked: Cursor | None) -> Closed:
        try:
            while not self.leaving:
                await self.reading()
                self.take(await anext(self.follower))
        except StopAsyncIteration:
            return Closed(None)
        except Refused as refused:
            return Closed(refused.code, refused.detail)
        return Closed(None)

    def cut(self) -> None:
        looping = self.follower._looping
        if looping is not None and looping._socket is not None:
            looping._socket.transport.abort()

    async def leave(self) -> None:
        self.go_on()
        await self.follower.aclose()


class SyncClient(ClientReader):
    """In a thread of its own."""

    mode = "ticks.client, sync"

    def __init__(self, port: int, start: int | None = None) -> None:
        super().__init__(port, start)
        self._may_read = threading.Event()
        self._may_read.set()

    async def session(self, asked: Cursor | None) -> Closed:
        return await asyncio.to_thread(self._follow)

    def _follow(self) -> Closed:
        try:
            for item in self.follower:
                self.take(item)
                self._may_read.wait()
        except Refused as refused:
            return Closed(refused.code, refused.detail)
        return Closed(None)

    def stall(self) -> None:
        self._may_read.clear()

    def go_on(self) -> None:
        self._may_read.set()

    def cut(self) -> None:
        blocking = self.follower._blocking
        connection = blocking._socket if blocking is not None else None
        if connection is not None:
            with suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)

    async def leave(self) -> None:
        self.go_on()
        await asyncio.to_thread(self.follower.close)


MODES: tuple[type[ClientReader], ...] = (AsyncClient, SyncClient)


class News(logging.Handler):
    """What the log of all clients of this process says."""

    words: ClassVar[dict[str, str]] = {"connected": "connected to the stream", "silent": "nothing was heard for"}

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.wrong: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = self.wrong if record.levelno >= logging.WARNING else self.said
        said.append(record.getMessage())

    def count(self, name: str) -> int:
        return sum(self.words[name] in line for line in self.said)

    @classmethod
    @contextmanager
    def listening(cls) -> Iterator[News]:
        news, logger = cls(), logging.getLogger("ticks.client")
        before = logger.level
        logger.addHandler(news)
        logger.setLevel(logging.INFO)
        try:
            yield news
        finally:
            logger.removeHandler(news)
            logger.setLevel(before)
