"""`/range`: all ticks from one to another, streamed as they are stored."""

from __future__ import annotations

import asyncio
from functools import partial
from http import HTTPStatus

from isal import isal_zlib

from ticks.direct import goodbyes
from ticks.gzipped import LEVEL
from ticks.http_query import parse_range
from ticks.live.hub import hub
from ticks.live.span import PIECE_BYTES, Span
from ticks.live.threads import in_reading_thread
from ticks.transports.http import answers
from ticks.transports.http.endpoint import admit
from ticks.transports.http.exchange import Exchange
from ticks.transports.http.placing import placed_before
from ticks.transports.http.unsent import reserved

GZIP_BITS = 16 + isal_zlib.MAX_WBITS


async def serve(exchange: Exchange) -> None:
    """Raises `Problem`, `BadRequest` and `Refused`."""
    asked = parse_range(exchange.query)
    await admit(exchange, asked.stream)
    feed = hub.feed(asked.stream)
    start = await placed_before(feed, asked)
    if exchange.is_head:
        await answers.send_head(exchange)
    elif start is None:
        nothing = answers.range_begin(None) + answers.range_end((), asked.t0, has_more=False)
        await answers.send(exchange, 0, lambda: nothing)
    else:
        await _send(exchange, Span(feed, start, asked.t1, asked.selection, asked.limit))


async def _send(exchange: Exchange, span: Span) -> None:
    first = await span.piece()
    if span.is_over:
        await answers.send(exchange, len(first), partial(_whole, span, first))
    else:
        with reserved(2 * PIECE_BYTES):
            await Streamed(exchange, span).run(first)


class Streamed:
    """An answer in pieces: while one is sent, the next one is read."""

    def __init__(self, exchange: Exchange, span: Span) -> None:
        self._exchange = exchange
        self._span = span
        is_gzip = answers.accepts_gzip(exchange)
        self._deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP_BITS) if is_gzip else None
        self._is_stopping = False

    async def run(self, first: bytes) -> None:
        """Until it is all sent, or the client leaves; where the server stops, it ends with what was read."""
        parting = goodbyes(self._exchange.scope)
        if parting is not None:
            parting.add(self._stop)
        left = asyncio.create_task(self._exchange.left())
        ahead: asyncio.Task[bytes] | None = None
        try:
            await self._begin()
            piece = await self._packed(_begin(self._span) + first)
            while not self._span.is_over and not left.done():
                ahead = asyncio.create_task(self._next())
                if piece:
                    await self._exchange.piece(piece)
                piece = await ahead
                await asyncio.sleep(0)  # to all others, however much the client takes
            if not left.done():
                if piece:
                    await self._exchange.piece(piece)
                await self._exchange.finish(await self._packed(_end(self._span), is_last=True))
        finally:
            left.cancel()
            if ahead is not None:
                ahead.cancel()
            if parting is not None:
                parting.discard(self._stop)

    async def _begin(self) -> None:
        packed = {"Content-Encoding": "gzip"} if self._deflate is not None else {}
        await self._exchange.begin(HTTPStatus.OK, {**answers.HEADERS, "X-Accel-Buffering": "no", **packed})

    async def _next(self) -> bytes:
        piece = await self._packed(await self._span.piece())
        if self._is_stopping:
            self._span.stop()
        return piece

    async def _packed(self, data: bytes, *, is_last: bool = False) -> bytes:
        if self._deflate is None or not data:
            return data
        packed: bytes = await in_reading_thread(self._deflated, data, is_last)
        return packed

    def _deflated(self, data: bytes, is_last: bool) -> bytes:
        assert self._deflate is not None
        flush = isal_zlib.Z_FINISH if is_last else isal_zlib.Z_SYNC_FLUSH
        made: bytes = self._deflate.compress(data) + self._deflate.flush(flush)
        return made

    def _stop(self) -> None:
        self._is_stopping = True


def _whole(span: Span, ticks: bytes) -> bytes:
    return _begin(span) + ticks + _end(span)


def _begin(span: Span) -> bytes:
    return answers.range_begin(span.cursor.epoch)


def _end(span: Span) -> bytes:
    return answers.range_end(span.gaps, span.cursor.t + 1, has_more=span.has_more)
