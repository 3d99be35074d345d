"""What a subscriber has got, and the proof of it."""

from __future__ import annotations

import socket
from array import array
from typing import NamedTuple

from benchmarks.load import wire
from benchmarks.load.dialects import Dialect
from benchmarks.load.messages import Other, Ticks
from benchmarks.load.reference import Reference


class Received(NamedTuple):
    """Ticks that a subscriber got in a frame that is not the others'."""

    number: int
    at: float
    t: list[int]
    ts: list[float]


class Log:
    """Who got the bytes from where to where of the reference, and when (UNIX seconds)."""

    def __init__(self) -> None:
        self.number, self.at = array("q"), array("d")
        self.begin, self.end = array("q"), array("q")
        self.apart: list[Received] = []

    def add(self, number: int, at: float, begin: int, end: int) -> None:
        self.number.append(number)
        self.at.append(at)
        self.begin.append(begin)
        self.end.append(end)


class Subscriber:
    """A connection, or one after the other; `position` is None while what it gets is not where the others are."""

    def __init__(self, number: int, dialect: Dialect, reference: Reference, log: Log) -> None:
        self.number, self._reference, self._log = number, reference, log
        self._read, self._head = dialect.read, dialect.head
        self.socket: socket.socket | None = None
        self.opened = self.greeted = False
        self.began = 0.0
        """When it began to connect, monotonic seconds."""
        self.rest = b""
        """Of a frame, or of the answer that opens the connection, that is not complete."""
        self.position: int | None = None
        self._cursor: int | None = None
        self.epoch = ""
        self.broken = 0
        """Messages that broke the rule `prev_t == cursor`, or went back."""
        self.others: list[Other] = []
        """All but hello and heartbeat."""

    @property
    def cursor(self) -> int | None:
        """None is: anything may follow."""
        return self._cursor if self.position is None else self._reference.cursor(self.position)

    @property
    def is_between(self) -> bool:
        """Whether nothing of a frame is there that has not all of it."""
        return not self.rest and (self.position is None or not self._reference.begun(self.position))

    def restart(self) -> None:
        """A new connection goes on after the cursor; what was half received is void."""
        self._cursor, self.position = self.cursor, None
        self.opened, self.greeted, self.rest = False, False, b""

    def take(self, data: memoryview, at: float) -> bytes:
        """What came, and when; gives what is to be answered."""
        position = self.position
        if position is not None and not self.rest and self._reference.has(position, data):
            self.position = position + len(data)
            self._log.add(self.number, at, position, self.position)
            return b""
        return self._take_apart(bytes(data), at)

    def _take_apart(self, data: bytes, at: float) -> bytes:
        if self.position is not None and not self.rest:
            begun = self._reference.begun(self.position)
            data, self.position = begun + data, self.position - len(begun)
        else:
            data = self.rest + data
        done, answer = 0, b""
        while done < len(data) and (head := self._head(data, done)) is not None:
            frame = data[done : head.end]
            if head.opcode == wire.PING:
                answer += wire.masked(wire.PONG, data[head.start : head.stop])
            elif head.opcode == wire.CLOSE:
                code = int.from_bytes(data[head.start : head.start + 2])
                self.others.append(Other("close", {"code": code}))
            elif head.opcode in (wire.TEXT, wire.BINARY):
                self._take_frame(frame, data[head.start : head.stop], at)
            done = head.end
        self.rest = data[done:]
        return answer

    def _take_frame(self, frame: bytes, payload: bytes, at: float) -> None:
        position = self.position
        if position is not None and self._reference.has(position, frame):
            self._move(position, frame, at)
            return
        message = self._read(payload)
        if isinstance(message, Ticks):
            self._take_ticks(frame, message, at)
        elif message.kind == "hello":
            self.greeted = True
            cursor = message.fields["cursor"]
            if cursor is not None:
                self._take_cursor(cursor["epoch"], cursor["t"])
        elif message.kind != "heartbeat":
            self.others.append(message)
            self._cursor = self.position = None

    def _take_cursor(self, epoch: str, t: int) -> None:
        if self.epoch and self.cursor is not None and (self.epoch, self.cursor) != (epoch, t):
            self.broken += 1
        self.epoch, self._cursor, self.position = epoch, t, None

    def _take_ticks(self, frame: bytes, ticks: Ticks, at: float) -> None:
        cursor, known = self.cursor, self._reference.last_t
        self.greeted, self.epoch = True, ticks.epoch or self.epoch
        if cursor is not None:
            self.broken += ticks.t[0] <= cursor if ticks.prev_t is None else ticks.prev_t != cursor
        place = self._reference.begins.get(ticks.t[0])
        if place is not None and self._reference.has(place, frame):
            self._move(place, frame, at)
        elif ticks.t[-1] > known:
            self._apart(ticks, at, known)
            self._move(self._reference.append(frame, ticks), frame, at)
        else:
            self._apart(ticks, at, known)
            self._cursor, self.position = ticks.t[-1], None

    def _move(self, begin: int, frame: bytes, at: float) -> None:
        self.position = begin + len(frame)
        self._log.add(self.number, at, begin, self.position)

    def _apart(self, ticks: Ticks, at: float, through_t: int) -> None:
        count = sum(t <= through_t for t in ticks.t)
        if count:
            self._log.apart.append(Received(self.number, at, ticks.t[:count], ticks.ts[:count]))
