"""Subscribers written from the protocols' descriptions alone; each notes down what it receives."""

from __future__ import annotations

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from tests.oracle.history import Broken, Closed, Cursor, Event, Gap, History, Opened, Tick, checksum
from tests.oracle.judge import judge
from tests.oracle.log import Log

ALL_KEPT, NEWEST = -1, None
AGAIN_S = 0.05
"""A moment before it comes back."""
NARROW_BYTES = 64 << 10
"""Of a receive buffer: what a subscriber that does not read leaves in the kernel is then bounded."""

Open = Callable[[], socket.socket]


def opener(port: int, host: str = "127.0.0.1", *, narrow: bool = False) -> Open:
    """How a subscriber gets to the server."""

    def open_socket() -> socket.socket:
        made = socket.socket()
        made.settimeout(5)
        if narrow:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW_BYTES)
        try:
            made.connect((host, port))
        except OSError:
            made.close()
            raise
        made.setblocking(False)
        return made

    return open_socket


class Reader(ABC):
    """A subscriber of one transport and mode, which comes back with its cursor whenever it is cut off.

    A transport says in `session` how one connection is made and read; it calls `take_tick`, `take_gap` and
    `note`, and awaits `reading` before it reads. Everything runs on the crowd's event loop.
    """

    mode: ClassVar[str]
    path: ClassVar[str]
    place: ClassVar[str] = "from_t"
    """The parameter that says after which `t`."""
    options: ClassVar[dict[str, str]] = {}
    """Parameters besides the cursor."""
    reasons: ClassVar[Sequence[str]] = ()
    """Of gaps that this mode excuses by itself."""
    codes: ClassVar[Sequence[int]] = ()

    def __init__(self, open_socket: Open, start: int | None = None) -> None:
        """`start` is the `t` that the first connection names: `ALL_KEPT`, `NEWEST`, which names none, or another."""
        self.open_socket, self.start = open_socket, start
        self.history: History = []
        self.cursor: Cursor | None = None
        self.last: Tick | None = None
        self.ticks = 0
        self.connections = 0
        self.leaving = False
        self._reading = asyncio.Event()
        self._reading.set()

    def __str__(self) -> str:
        return f"{self.mode} from {'the newest' if self.start is None else self.start}"

    def owed_from(self, log: Log) -> int | None:
        """The index of the first tick that it asked for; None where it asked for the newest, whatever that is."""
        if self.start in (ALL_KEPT, NEWEST):
            return 0 if self.start == ALL_KEPT else None
        return log.after(log.epochs[0], self.start or 0)

    def stands(self, log: Log) -> int:
        """How many ticks of the log lie behind it, as far as is known."""
        found = log.find(*self.last) if self.last is not None else None
        return 0 if found is None else found + 1

    def judge(self, log: Log, until: int | None, reasons: Iterable[str] = (), codes: Iterable[int] = ()) -> list[str]:
        """What is wrong with what it received; see `judge`."""
        excused, fine = (*self.reasons, *reasons), (*self.codes, *codes)
        return judge(log, self.history, start=self.owed_from(log), reasons=excused, codes=fine, until=until)

    @property
    def gaps(self) -> list[Gap]:
        return [event for event in self.history if isinstance(event, Gap)]

    async def run(self) -> None:
        """Until `leaving`."""
        while True:
            await self.reading()
            if self.leaving:
                return
            asked = self.cursor
            self.note(Opened(asked))
            closed = await self.session(asked)
            self.note(closed)
            await asyncio.sleep(AGAIN_S)

    @abstractmethod
    async def session(self, asked: Cursor | None) -> Closed:
        """One connection, to its end; raises nothing."""

    @abstractmethod
    def cut(self) -> None:
        """End the connection at once, without a word; nothing where there is none."""

    @abstractmethod
    async def leave(self) -> None:
        """End the connection as the protocol has it, for good."""

    def stall(self) -> None:
        """Stop reading; who is cut off besides stays away."""
        self._reading.clear()

    def go_on(self) -> None:
        self._reading.set()

    async def reading(self) -> None:
        await self._reading.wait()

    def query(self, asked: Cursor | None) -> str:
        cursor: dict[str, Any] = {}
        if asked is not None:
            cursor = {self.place: asked.t} if asked.epoch is None else {self.place: asked.t, "epoch": asked.epoch}
        elif self.start is not None:
            cursor = {self.place: self.start}
        return urlencode({**self.options, **cursor})

    def note(self, event: Event) -> None:
        self.history.append(event)

    def broke(self, what: str) -> None:
        self.note(Broken(what))

    def take_tick(self, record: Any) -> None:
        epoch = self.cursor.epoch if self.cursor is not None else None
        tick = Tick(epoch, record["t"], checksum(record))
        self.note(tick)
        self.last, self.cursor = tick, Cursor(epoch, tick.t)
        self.ticks += 1

    def take_gap(self, gap: dict[str, Any]) -> None:
        told = Gap(gap["after_t"], gap["next_t"], gap["count"], gap["reason"], gap.get("epoch"))
        self.note(told)
        epoch = told.epoch or (self.cursor.epoch if self.cursor is not None else None)
        self.cursor = Cursor(epoch, told.next_t - 1)
