"""Subscribers that ask again and again, of `/poll` and `/incremental`, written from docs/http.md."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from typing import Any, ClassVar

import orjson

from tests.oracle.history import Closed, Cursor
from tests.oracle.http_reader import HttpReader
from tests.oracle.http_wire import WHOLE, Wire
from tests.oracle.log import Log
from tests.oracle.readers import NEWEST

GZIP_FROM = 1024
NUMBERING = "epoch"


class AskingReader(HttpReader):
    """One connection is as many requests as the server answers on it. Who names no `t` has asked for all after 0."""

    most: ClassVar[int] = 1000
    every_s: ClassVar[float] = 0.0
    """A moment before it asks for what it did not get yet."""
    answers = 0

    def owed_from(self, log: Log) -> int | None:
        return 0 if self.start is NEWEST else super().owed_from(log)

    def take(self, answer: Mapping[str, Any]) -> None:
        """One answer: its gaps where they lie, which is before the ticks or between them."""
        ticks, gaps = list(answer["ticks"]), list(answer["gaps"])
        if len(ticks) > self.most:
            self.broke(f"{len(ticks)} ticks, where {self.most} at most were asked for")
        if answer["epoch"] is not None and self.cursor is None:
            self.cursor = Cursor(answer["epoch"], self.start or 0)
        for tick in ticks:
            while gaps and (gaps[0]["reason"] == NUMBERING or gaps[0]["after_t"] < tick["t"]):
                self.take_gap(gaps.pop(0))
            self.take_tick(tick)
        for gap in gaps:
            self.take_gap(gap)
        told = Cursor(answer["epoch"], answer["next_t"])
        if (ticks or answer["gaps"]) and self.cursor != told:
            self.broke(f"at {self.cursor} it is told to go on after {told}")

    async def converse(self, wire: Wire, asked: Cursor | None) -> Closed:
        self.connections += 1
        while not self.leaving:
            await wire.ask(f"{self.path}?{self.query(self.cursor)}", self.asks)
            body = await wire.rest()
            await self.reading()
            self.answers += 1
            has_more = self._answered(wire, body)
            if not wire.may_go_on():
                return Closed(WHOLE)
            await asyncio.sleep(0 if has_more else self.every_s)
            await self.reading()
        return Closed(None)

    def _answered(self, wire: Wire, body: bytes) -> bool:
        if wire.status != 200:
            self.note(Closed(wire.status, body.decode()))
            return False
        if wire.headers.get("cache-control") != "no-store":
            self.broke(f"the head of an answer was {wire.headers}")
        answer = orjson.loads(self._unpacked(wire.headers, body))
        self.take(answer)
        return bool(answer.get("more"))

    def _unpacked(self, headers: Mapping[str, str], body: bytes) -> bytes:
        is_gzip = headers.get("content-encoding") == "gzip"
        text = gzip.decompress(body) if is_gzip else body
        if is_gzip != (len(text) >= GZIP_FROM and "Accept-Encoding" in self.asks):
            self.broke(f"{len(text)} bytes came as {headers}")
        return text


class Poll(AskingReader):
    mode = "/poll"
    path = "/poll"
    place = "last_t"
    most = 100
    options = {"timeout": "1.5", "limit": "100"}

    def take(self, answer: Mapping[str, Any]) -> None:
        ticks = answer["ticks"]
        last = {"t": answer["next_t"], "data": ticks[-1]} if ticks else {"status": "timeout"}
        if {name: answer[name] for name in ("t", "data", "status") if name in answer} != last:
            self.broke(f"an answer of {len(ticks)} ticks was {answer!r:.200}")
        super().take(answer)


class PollOfExample(Poll):
    """As people write it: it remembers the last `t`, and nothing else."""

    mode = "/poll, last_t alone"
    options = {"limit": "100"}

    def query(self, asked: Cursor | None) -> str:
        return super().query(Cursor(None, asked.t) if asked is not None else None)


class Incremental(AskingReader):
    mode = "/incremental"
    path = "/incremental"
    asks = {"Accept-Encoding": "gzip"}
    most = 150
    every_s = 0.1
    options = {"limit": "150"}

    def take(self, answer: Mapping[str, Any]) -> None:
        if answer["more"] and not (answer["ticks"] or answer["gaps"]):
            self.broke(f"there is more, and nothing came: {answer}")
        super().take(answer)


MODES: tuple[type[HttpReader], ...] = (Poll, PollOfExample, Incremental)
