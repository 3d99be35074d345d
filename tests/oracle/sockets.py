"""Subscribers over `/ws/stream`, one for each mode, written from docs/protocol.md."""

from __future__ import annotations

import gzip
import json
import random
import time
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import msgpack
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Subprotocol

from tests.oracle.history import Closed, Cursor, Hello
from tests.oracle.readers import Reader

TEXT_BELOW = 1024
CUTS = (OSError, EOFError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError)


class SocketReader(Reader):
    """One connection is one WebSocket."""

    path = "/ws/stream"
    subprotocols: ClassVar[Sequence[Subprotocol] | None] = None
    _socket: ClientConnection | None = None
    _error = ""

    async def session(self, asked: Cursor | None) -> Closed:
        self._error = ""
        try:
            async with self._connect(asked) as self._socket:
                self.connections += 1
                await self._read(self._socket)
        except CUTS:
            pass
        code = self._socket.close_code if self._socket is not None else None
        self._socket = None
        return Closed(None if code == 1006 else code, self._error)

    def cut(self) -> None:
        if self._socket is not None:
            self._socket.transport.abort()

    async def leave(self) -> None:
        self.leaving = True
        self.go_on()
        if self._socket is not None:
            await self._socket.close()

    async def before_reading(self, socket: ClientConnection) -> None:
        """Once for each message: time to say something."""

    @abstractmethod
    def take(self, frame: str | bytes) -> None:
        """One message."""

    def _connect(self, asked: Cursor | None) -> connect:
        return connect(
            f"ws://127.0.0.1{self.path}?{self.query(asked)}",
            sock=self.open_socket(),
            subprotocols=self.subprotocols,
            compression=None,
            proxy=None,
            max_size=None,
            max_queue=1,
            ping_interval=None,
            close_timeout=5,
        )

    async def _read(self, socket: ClientConnection) -> None:
        if self.leaving:
            return
        while True:  # to its end, also while it is being closed: the server's answer comes last
            await self.reading()
            await self.before_reading(socket)
            frame = await socket.recv()
            await self.reading()
            self.take(frame)


class Plain(SocketReader):
    """Text messages, the records themselves. It learns of an epoch only by a gap."""

    mode = "plain"

    def take(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            self.broke("a binary message in plain mode")
        message = orjson.loads(frame)
        if "t" in message:
            if self.cursor is None:
                self.cursor = Cursor(None, message["t"])
            self.take_tick(message)
        elif "gap" in message:
            self.take_gap(message["gap"])
        elif "error" in message:
            self._error = str(message["error"])
        else:
            self.broke(f"no tick, no gap, no error: {frame!r:.200}")


class V1(SocketReader):
    """`ticks.v1`. It holds every message against the client's rule."""

    mode = "ticks.v1"
    subprotocols = (Subprotocol("ticks.v1"),)
    _was_gap = False

    def take(self, frame: str | bytes) -> None:
        message = self._parse(frame)
        kind = message["type"]
        if kind == "hello":
            at = message["cursor"]
            self.note(Hello(Cursor(at["epoch"], at["t"]) if at else None))
            self.cursor, self._was_gap = Cursor(at["epoch"], at["t"]) if at else None, False
        elif kind == "ticks":
            self._take_ticks(message)
        elif kind == "gap":
            self.take_gap(message)
            self._was_gap = True
        elif kind == "error":
            self._error = f"{message['code']}: {message['detail']}"
        elif kind != "heartbeat":
            self.broke(f"a message of type {kind!r}")

    def _parse(self, frame: str | bytes) -> dict[str, Any]:
        text = gzip.decompress(frame) if isinstance(frame, bytes) else frame.encode()
        if isinstance(frame, bytes) != (len(text) >= TEXT_BELOW):
            self.broke(f"a message of {len(text)} bytes came as {type(frame).__name__}")
        message: dict[str, Any] = orjson.loads(text)
        return message

    def _take_ticks(self, message: dict[str, Any]) -> None:
        if self.cursor is None:
            self.broke("ticks before a hello with a cursor")
            return
        prev_t, ts = message["prev_t"], [tick["t"] for tick in message["ticks"]]
        # After a gap the cursor is this message's prev_t: as far as the gap has room.
        if prev_t > self.cursor.t or (prev_t != self.cursor.t and not self._was_gap):
            self.broke(f"at {self.cursor} came prev_t={prev_t}")
        if not ts or (ts[0], ts[-1]) != (message["first_t"], message["last_t"]) or prev_t >= ts[0]:
            self.broke(f"{json.dumps(ts)} came as {prev_t}: {message['first_t']}…{message['last_t']}")
        self._was_gap = False
        for tick in message["ticks"]:
            self.take_tick(tick)


class SkippingV1(V1):
    """And packed by msgpack."""

    mode = "ticks.v1, slow=skip, msgpack"
    options = {"slow": "skip", "format": "msgpack"}
    reasons = ("slow",)

    def _parse(self, frame: str | bytes) -> dict[str, Any]:
        if isinstance(frame, str):
            self.broke("a message of text, where msgpack was asked for")
            return super()._parse(frame)
        is_gzip = frame[:2] == b"\x1f\x8b"
        packed = gzip.decompress(frame) if is_gzip else frame
        if is_gzip != (len(packed) >= TEXT_BELOW):
            self.broke(f"a message of {len(packed)} bytes came {'packed' if is_gzip else 'as it is'}")
        message: dict[str, Any] = msgpack.unpackb(packed)
        return message


class ClosingV1(V1):
    mode = "ticks.v1, slow=close"
    options = {"slow": "close"}


class CountedV1(ClosingV1):
    """Batches of twenty ticks, or of what came in a second."""

    mode = "ticks.v1, slow=close, batch_n"
    options = {"slow": "close", "batch_n": "20", "batch_ms": "1000"}

    def _take_ticks(self, message: dict[str, Any]) -> None:
        if len(message["ticks"]) > int(self.options["batch_n"]):
            self.broke(f"{len(message['ticks'])} ticks in one message")
        super()._take_ticks(message)


class TalkingV1(V1):
    """One that never keeps quiet: it acknowledges, asks the time, stops and goes on. What it says loses it nothing."""

    mode = "ticks.v1, talking, compression=none"
    options = {"compression": "none", "batch_ms": "50"}
    _EVERY_S = 0.15
    _MUCH_BYTES = 1 << 20
    """A window is not full before it says what it has: a server that waits for that would wait for ever."""
    _spoke_at = 0.0
    _unacknowledged = 0
    _was_greeted = False
    _pings = 0

    async def session(self, asked: Cursor | None) -> Closed:
        self._was_greeted, self._pings, self._unacknowledged = False, 0, 0
        return await super().session(asked)

    async def before_reading(self, socket: ClientConnection) -> None:
        now = time.monotonic()
        if self._was_greeted and now - self._spoke_at >= self._EVERY_S:
            self._spoke_at = now
            for message in self._something_to_say():
                await socket.send(json.dumps(message))
        if self._unacknowledged > self._MUCH_BYTES and self.cursor is not None:
            self._unacknowledged = 0
            await socket.send(json.dumps({"type": "ack", "t": self.cursor.t}))

    def take(self, frame: str | bytes) -> None:
        before, was_gap = self.cursor, self._was_gap
        self._unacknowledged += len(frame)
        message = self._parse(frame)
        if message["type"] == "pong":
            self._pings -= 1
            if message["t0"] != self._pings or not message["t1"] <= message["t2"]:
                self.broke(f"a wrong answer to ping {self._pings}: {message}")
            return
        super().take(frame)
        if message["type"] == "hello":
            if self._was_greeted and before is not None and not was_gap and self.cursor != before:
                self.broke(f"at {before} it was told to go on at {self.cursor}")
            self._was_greeted = True

    def _something_to_say(self) -> Sequence[dict[str, Any]]:
        """More than one ping is not on its way: the answer has to be the right one."""
        talk: list[Sequence[dict[str, Any]]] = [
            [{"type": "ack", "t": self.cursor.t if self.cursor else 0}],
            [{"type": "pause"}, {"type": "resume"}],
            [{"type": "subscribe"}],
        ]
        if not self._pings:
            talk.append([{"type": "ping", "t0": self._pings}])
        said = random.choice(talk)
        self._pings += said[0]["type"] == "ping"
        return said

    def _parse(self, frame: str | bytes) -> dict[str, Any]:
        if isinstance(frame, bytes):
            self.broke("a binary message, where no compression was asked for")
        message: dict[str, Any] = orjson.loads(frame)
        return message


class SkippingPlain(Plain):
    mode = "plain, slow=skip"
    options = {"slow": "skip"}
    reasons = ("slow",)


MODES: tuple[type[Reader], ...] = (V1, SkippingV1, CountedV1, TalkingV1, Plain)
