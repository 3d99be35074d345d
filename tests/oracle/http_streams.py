"""Subscribers over `/stream`, one for each mode, written from docs/http.md and the HTML Standard."""

from __future__ import annotations

import zlib
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import orjson

from tests.oracle.history import Closed, Cursor, Hello
from tests.oracle.http_events import Block, EventParser
from tests.oracle.http_reader import HttpReader
from tests.oracle.http_wire import WHOLE, Wire
from tests.oracle.log import FIELD

GZIP_ALONE = 16 + zlib.MAX_WBITS


class StreamReader(HttpReader):
    """One connection is one answer without an end, as long as the server stays."""

    path = "/stream"
    media_type: ClassVar[str]
    packing: ClassVar[str | None] = None

    @property
    def whole(self) -> int:
        """How many answers came to their end."""
        return sum(isinstance(event, Closed) and event.code == WHOLE for event in self.history)

    @abstractmethod
    def begin(self, headers: Mapping[str, str], asked: Cursor | None) -> None:
        """The head of an answer has come."""

    @abstractmethod
    def take(self, data: bytes) -> None:
        """Some of it; what is not a whole record yet is kept."""

    @abstractmethod
    def end(self) -> str:
        """It has ended. Returns what the server said last, as a reason."""

    def request(self, asked: Cursor | None) -> tuple[str, Mapping[str, str]]:
        """The target and the headers."""
        return f"{self.path}?{self.query(asked)}", self.asks

    async def converse(self, wire: Wire, asked: Cursor | None) -> Closed:
        if self.leaving:
            return Closed(None)
        await wire.ask(*self.request(asked))
        self.connections += 1
        if wire.status != 200:
            return Closed(wire.status, (await wire.rest()).decode())
        self._check_head(wire.headers)
        self.begin(wire.headers, asked)
        while True:
            await self.reading()
            piece = await wire.piece()
            await self.reading()
            if piece is None:
                return Closed(WHOLE, self.end())
            self.take(piece)

    def _check_head(self, headers: Mapping[str, str]) -> None:
        said = [headers.get(name) for name in ("content-encoding", "cache-control", "x-accel-buffering")]
        if said != [self.packing, "no-cache", "no"] or headers.get("transfer-encoding") != "chunked":
            self.broke(f"the head of an answer was {headers}")
        if headers.get("content-type", "").partition(";")[0] != self.media_type:
            self.broke(f"{self.asks} was answered by {headers.get('content-type')}")


class Sse(StreamReader):
    """As a browser's `EventSource` does: always the same address, and of where it is the last id alone."""

    mode = "SSE"
    asks = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
    media_type = "text/event-stream"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.last_event_id = ""
        self._parser = EventParser()
        self._was_greeted = False
        self._said = ""

    def request(self, asked: Cursor | None) -> tuple[str, Mapping[str, str]]:
        resuming = {"Last-Event-ID": self.last_event_id} if self.last_event_id else {}
        return f"{self.path}?{self.query(None)}", {**self.asks, **resuming}

    def begin(self, headers: Mapping[str, str], asked: Cursor | None) -> None:
        self._parser, self._was_greeted, self._said = EventParser(), False, ""

    def take(self, data: bytes) -> None:
        for block in self._parser.feed(data):
            self.take_block(block)

    def take_block(self, block: Block) -> None:
        if not self._was_greeted and (block.name != "hello" or block.retry_ms is None):
            self.broke(f"before a hello, and when to come back, came {block}")
        self._was_greeted = True
        if block.data is not None:
            self._take_event(block.name, orjson.loads(block.data))
        elif block.names_id:
            self.broke(f"no event, and yet an id: {block}")
        self._said = block.comments[-1] if block.comments else ""
        self.last_event_id = block.last_id
        if block.last_id != (f"{self.cursor.epoch}:{self.cursor.t}" if self.cursor is not None else ""):
            self.broke(f"at {self.cursor} its id is {block.last_id!r}")

    def end(self) -> str:
        if not self._parser.is_between_events:
            self.broke("an answer ended within an event")
        if not self._said.startswith("restart: "):
            self.broke(f"an answer ended with {self._said!r}")
        return self._said

    def _take_event(self, name: str, message: Any) -> None:
        if name == "hello":
            self._take_hello(message)
        elif name not in ("message", "gap"):
            self.broke(f"an event {name!r}")
        elif self.cursor is None:
            self.broke(f"{name!r} before a hello with a cursor")
        elif name == "gap":
            self.take_gap(message)
        else:
            self.take_tick(message)

    def _take_hello(self, message: Any) -> None:
        at = message["cursor"]
        self.cursor = Cursor(at["epoch"], at["t"]) if at else None
        self.note(Hello(self.cursor))


class SseOfField(Sse):
    """Of each tick one field, and a few of them at once."""

    mode = f"SSE, fields={FIELD}, batch_ms"
    options = {"fields": FIELD, "batch_ms": "100"}

    def take_tick(self, record: Any) -> None:
        if set(record) != {"t", "ts", FIELD}:
            self.broke(f"{FIELD} was asked for, and {record!r:.200} came")
        super().take_tick(record)


class SkippingSse(Sse):
    mode = "SSE, slow=skip"
    options = {"slow": "skip"}
    reasons = ("slow",)


class Ndjson(StreamReader):
    """It comes back with the last `t` that it has and the epoch that the head of an answer named, or a gap since.

    Of a stream without a tick no head names one, and the first line does: a gap with nothing in it.
    """

    mode = "NDJSON"
    asks: ClassVar[Mapping[str, str]] = {}
    media_type = "application/x-ndjson"
    _epoch: str | None = None
    _left = b""

    def begin(self, headers: Mapping[str, str], asked: Cursor | None) -> None:
        self._epoch, self._left = headers.get("x-ticks-epoch"), b""
        if asked is not None and asked.epoch != self._epoch:
            self.broke(f"asked for {asked}, it begins in {self._epoch}")

    def take(self, data: bytes) -> None:
        *lines, self._left = (self._left + data).split(b"\n")
        for line in filter(None, lines):
            self.take_line(orjson.loads(line))

    def take_line(self, message: Any) -> None:
        if self._epoch is None:
            self._take_beginning(message.get("gap"))
        elif "t" in message:
            self.cursor = self.cursor or Cursor(self._epoch, message["t"])
            self.take_tick(message)
        elif "gap" in message:
            self.cursor = self.cursor or Cursor(self._epoch, message["gap"]["after_t"])
            self.take_gap(message["gap"])
        else:
            self.broke(f"no tick, no gap: {message!r:.200}")

    def _take_beginning(self, gap: Any) -> None:
        if gap is None or (gap["reason"], gap["count"], gap["next_t"]) != ("epoch", 0, gap["after_t"] + 1):
            self.broke(f"before an epoch was named came {gap}")
            return
        self._epoch = gap["epoch"]
        self.cursor = Cursor(self._epoch, gap["after_t"])
        self.note(Hello(self.cursor))

    def end(self) -> str:
        if self._left:
            self.broke(f"an answer ended within a line: {self._left!r:.200}")
        return ""


class NdjsonGzip(Ndjson):
    """And all of it is one gzip member."""

    mode = "NDJSON, gzip"
    asks = {"Accept-Encoding": "gzip"}
    packing = "gzip"

    def begin(self, headers: Mapping[str, str], asked: Cursor | None) -> None:
        super().begin(headers, asked)
        self._unpacking = zlib.decompressobj(GZIP_ALONE)

    def take(self, data: bytes) -> None:
        super().take(self._unpacked(data))

    def end(self) -> str:
        if not self._unpacking.eof or self._unpacking.unused_data:
            self.broke("an answer ended otherwise than its gzip member")
        return super().end()

    def _unpacked(self, data: bytes) -> bytes:
        try:
            return self._unpacking.decompress(data)
        except zlib.error as error:
            self.broke(str(error))
            return b""


MODES: tuple[type[HttpReader], ...] = (Sse, Ndjson, NdjsonGzip, SseOfField)
