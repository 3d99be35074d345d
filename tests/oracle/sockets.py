"""Subscribers over `/ws/stream`, one for each mode, written from docs/websocket.md."""

from __future__ import annotations

import gzip
import json
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

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
    mode = "ticks.v1, slow=skip"
    options = {"slow": "skip"}
    reasons = ("slow",)


class ClosingV1(V1):
    mode = "ticks.v1, slow=close"
    options = {"slow": "close"}


class SkippingPlain(Plain):
    mode = "plain, slow=skip"
    options = {"slow": "skip"}
    reasons = ("slow",)


MODES: tuple[type[Reader], ...] = (V1, SkippingV1, ClosingV1, Plain)
