"""`/stream`: every tick as it comes, as server-sent events or lines of JSON, for as long as the client stays."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

from ticks import gzipped, ndjson, sse
from ticks.access.entry import Entry, Facts, Refused, enter
from ticks.cursor import EPOCH, Cursor
from ticks.direct import FULL, Direct, Gone, Stalled, Tap, goodbyes, offered
from ticks.live.delivery import Delivery
from ticks.live.hub import hub
from ticks.live.lag import lag_ticks
from ticks.live.relayed import Relayed
from ticks.live.subscriber import Subscriber, TooSlow
from ticks.packing import Frame
from ticks.protocol import Close, Dialect
from ticks.query import Query, parse_query
from ticks.tick import MAX_T
from ticks.transports.http.endpoint import open_to_all
from ticks.transports.http.exchange import Exchange

PARAMETERS = ("stream", "from_t", "epoch", "from_ts", "fields", "downsample", "batch_ms", "batch_n", "slow", "link")
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "Vary": "Accept, Accept-Encoding, Origin"}
EVENT_ID = re.compile(rf"({EPOCH.pattern}):(\d{{1,16}})", re.ASCII)
RESTART = "this server goes away: come back"


async def serve(exchange: Exchange) -> None:
    """Answer until the client leaves, or is to come back elsewhere. Raises `BadRequest` and `Refused`."""
    query = parse_query(exchange.query, plain=True, parameters=PARAMETERS)
    pushed = Pushed(exchange, query)
    pushed.entry = await enter(
        exchange.scope, query.stream, transport=pushed.transport, member=pushed, claim=exchange.claim
    )
    try:
        open_to_all(exchange, is_public=pushed.entry.account.reads_public)
        if exchange.is_head:
            await exchange.answer_head(pushed.headers)
        else:
            await pushed.run()
    finally:
        pushed.entry.leave()


class Pushed:
    """One answer without an end: a subscriber, and the `Member` that may be put out."""

    entry: Entry

    def __init__(self, exchange: Exchange, query: Query) -> None:
        self._exchange = exchange
        self._is_sse = exchange.accepts("accept", sse.MEDIA_TYPE)
        self._query = _resumed(query, exchange.header("last-event-id")) if self._is_sse else query
        self._is_gzip = not self._is_sse and exchange.accepts("accept-encoding", "gzip")
        self._dialect: Dialect = sse.sse(query.selection) if self._is_sse else self._lines()
        self._sum = gzipped.Sum()
        self._direct = offered(exchange.scope)
        self._subscriber: Subscriber | None = None
        self._opening: asyncio.Task[None] | None = None
        self._over: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        """Why it is over, other than that the client has left."""
        self.transport = "sse" if self._is_sse else "ndjson"

    @property
    def headers(self) -> dict[str, str]:
        kind = f"{sse.MEDIA_TYPE}; charset=utf-8" if self._is_sse else ndjson.MEDIA_TYPE
        packed = {"Content-Encoding": "gzip"} if self._is_gzip else {}
        return {"Content-Type": kind, **packed, **HEADERS}

    async def run(self) -> None:
        parting = goodbyes(self._exchange.scope)
        self._subscriber = self._subscribe()
        self._subscriber.opening = self._open
        left = asyncio.create_task(self._exchange.left())
        try:
            self._subscriber.go()
            if parting is not None:
                parting.add(self._say_goodbye)
            ends: list[asyncio.Future[Any]] = [left, self._over]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            self._subscriber.end()
            if not left.done():
                await self._end(self._over.result())
        finally:
            left.cancel()
            self._subscriber.end()
            self._subscriber = None  # it knows this, and would keep all of it until garbage is collected
            if parting is not None:
                parting.discard(self._say_goodbye)

    def disconnect(self, refused: Refused) -> None:
        """See `Member`."""
        self._finish(Refused(refused.code, refused.detail))

    def facts(self) -> Facts:
        """See `Member`."""
        subscriber = self._subscriber
        lag = lag_ticks(subscriber.newest, subscriber.place) if subscriber is not None else None
        sent = self._direct.bytes_sent if self._direct is not None else None
        return Facts(lag_ticks=lag, lag_s=0.0 if lag == 0 else None, bytes_sent=sent)

    def _subscribe(self) -> Subscriber:
        feed = hub.feed(self._query.stream)
        shared = (feed, self._query, self._dialect, None, self._finish)
        if self._direct is None:
            return Relayed(*shared, self._send)
        direct = Summing(self._direct, self._sum) if self._is_gzip else self._direct
        return Delivery(*shared, direct)

    async def _open(self, cursor: Cursor | None) -> None:
        """Wholly, whatever becomes of who asks for it: an answer that ends needs its beginning."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._begin(cursor))
        await asyncio.shield(self._opening)

    def _lines(self, *, names_epoch: bool = False) -> Dialect:
        return ndjson.ndjson(self._query.selection, "gzip" if self._is_gzip else "none", names_epoch)

    async def _begin(self, cursor: Cursor | None) -> None:
        if cursor is None and not self._is_sse and self._subscriber is not None:
            self._subscriber.dialect = self._lines(names_epoch=True)
        told = {"X-Ticks-Epoch": cursor.epoch} if cursor is not None and not self._is_sse else {}
        await self._exchange.begin(HTTPStatus.OK, {**self.headers, **told})
        await self._exchange.piece(gzipped.HEADER if self._is_gzip else b"")

    async def _send(self, frame: Frame) -> None:
        assert isinstance(frame, bytes)
        self._sum.add(frame)
        await self._exchange.piece(frame)

    def _say_goodbye(self) -> None:
        self._finish(None)

    def _finish(self, why: Exception | None) -> None:
        if not self._over.done():
            self._over.set_result(why)

    async def _end(self, why: Exception | None) -> None:
        """After a whole record: say why, where something can be said, and finish the answer."""
        if isinstance(why, Gone | Stalled | TooSlow):
            return  # nothing more is taken
        if why is not None and not isinstance(why, Refused):
            raise why
        await self._open(None)
        if self._subscriber is not None:
            await self._subscriber.settled()
        last: bytes = b""
        if isinstance(why, Refused):
            last = self._pack(self._dialect.error(why.code.name.lower(), why.detail))
        elif self._is_sse:
            last = self._pack(self._dialect.error(Close.RESTART.name.lower(), RESTART))
        await self._exchange.finish(last + (self._sum.end() if self._is_gzip else b""))

    def _pack(self, frames: Sequence[Frame]) -> bytes:
        packed = [frame for frame in frames if isinstance(frame, bytes)]
        for frame in packed:
            self._sum.add(frame)
        return b"".join(packed)


class Summing:
    """A `Direct` that sums up what goes over it, for the end of a gzip member."""

    round_trip_s: float | None = None

    def __init__(self, direct: Direct, sum: gzipped.Sum) -> None:
        self._direct = direct
        self._sum = sum
        self.writable = direct.writable
        self.rest = direct.rest
        self.tap = Tap(partial(_take, direct, sum))

    @property
    def bytes_sent(self) -> int:
        return self._direct.bytes_sent

    def write(self, chunks: bytes) -> bool:
        """See `Direct`."""
        return _take(self._direct, self._sum, chunks) != FULL


def _take(direct: Direct, sum: gzipped.Sum, chunks: bytes) -> int:
    """The `send` of a tap."""
    sum.add(chunks)
    return len(chunks) if direct.write(chunks) else FULL


def _resumed(query: Query, event_id: str) -> Query:
    """From where the browser was, whatever the address says that it opened first; what is no cursor counts nothing."""
    found = EVENT_ID.fullmatch(event_id)
    if found is None or int(found[2]) > MAX_T:
        return query
    return replace(query, from_t=int(found[2]), epoch=found[1], from_ts=None)
