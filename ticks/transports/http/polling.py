"""`/poll`: what comes after a tick, as soon as it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.conf import settings

from ticks.access.entry import Refused
from ticks.batch import Batch, Form
from ticks.direct import goodbyes
from ticks.http_query import After, parse_poll
from ticks.live.collecting import Collecting
from ticks.live.feed import Feed
from ticks.live.hub import hub
from ticks.live.reader import RECHECK_S
from ticks.live.start import FIRST_TICK_S
from ticks.protocol import Close
from ticks.transports.http import answers
from ticks.transports.http.endpoint import admit
from ticks.transports.http.exchange import Exchange
from ticks.transports.http.placing import placed_after

waiting = 0
"""Polls of this process that wait."""


async def serve(exchange: Exchange) -> None:
    """Raises `Problem`, `BadRequest` and `Refused`."""
    asked, wait_s = parse_poll(exchange.query)
    await admit(exchange, asked.stream)
    poll = Poll(exchange, hub.feed(asked.stream), asked)
    await poll.place()
    if exchange.is_head:
        await answers.send_head(exchange)
        return
    await poll.look()
    if poll.has_ticks or wait_s == 0 or await poll.wait(wait_s):
        await poll.answer()


class Poll:
    """One request, and what was found for it so far."""

    def __init__(self, exchange: Exchange, feed: Feed, asked: After) -> None:
        self._exchange = exchange
        self._feed = feed
        self._asked = asked
        self._found: Collecting | None = None
        """None while the stream has no tick at all."""
        self._mark = feed.fanout.mark

    @property
    def has_ticks(self) -> bool:
        return self._found is not None and self._found.count > 0

    async def place(self) -> None:
        """Find out where it begins. Raises `Problem`."""
        cursor = await placed_after(self._feed, self._asked, "last_t")
        if cursor is not None:
            self._found = Collecting(self._feed, cursor, self._asked.selection, self._asked.limit)

    async def look(self) -> None:
        """Take what there is by now. Raises `Problem`."""
        self._mark = self._feed.fanout.mark
        if self._found is None:
            await self.place()
        if self._found is not None:
            await self._found.read()

    async def wait(self, limit_s: float) -> bool:
        """Until there are ticks, the time is over or the server stops; whether there is still somebody to answer.

        Who waited for long may have lost the right to read. Raises `Problem` and `Refused`.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        with _counted(), self._watched() as (left, over):
            while not (self.has_ticks or over.done()) and (rest_s := began + limit_s - clock()) > 0:
                await self._changed(rest_s, over)
                await self.look()
            if left.done():
                return False
        if clock() - began > settings.TICKS_HEARTBEAT_S:
            await admit(self._exchange, self._asked.stream)
        return True

    async def answer(self) -> None:
        found = self._found
        if found is None:
            await answers.send(self._exchange, 0, partial(answers.timeout, None, self._asked.t, ()))
        elif (only := found.only) is not None:
            # The same for all who waited for it: made once, and kept with it.
            await answers.send_made(
                self._exchange, only.form(_GZIPPED if answers.accepts_gzip(self._exchange) else _PLAIN)
            )
        elif found.count:
            await answers.send(self._exchange, found.bytes, partial(_page, found))
        else:
            at = found.cursor
            await answers.send(self._exchange, 0, partial(answers.timeout, at.epoch, at.t, found.gaps))

    async def _changed(self, rest_s: float, over: asyncio.Future[None]) -> None:
        if self._found is None:
            await self._feed.fanout.changed(self._mark, min(rest_s, FIRST_TICK_S), over)
        elif not self._found.has_more:  # of a long way back perhaps nothing was selected yet
            await self._feed.fanout.changed(self._mark, min(rest_s, RECHECK_S), over)

    @contextmanager
    def _watched(self) -> Iterator[tuple[asyncio.Task[None], asyncio.Future[None]]]:
        """The task that is done when the client has left, and what is done when that has, or the server stops."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def end(_: object = None) -> None:
            if not over.done():
                over.set_result(None)

        left = asyncio.create_task(self._exchange.left())
        left.add_done_callback(end)
        parting = goodbyes(self._exchange.scope)
        if parting is not None:
            parting.add(end)
        try:
            yield left, over
        finally:
            left.cancel()
            if parting is not None:
                parting.discard(end)


@contextmanager
def _counted() -> Iterator[None]:
    """Raises `Refused` where too many wait."""
    global waiting
    most = settings.TICKS_MAX_CONNECTIONS
    if 0 < most <= waiting:
        detail = f"{most} polls wait at this web worker already (TICKS_MAX_CONNECTIONS={most})"
        raise Refused(Close.TOO_MANY, detail)
    waiting += 1
    try:
        yield
    finally:
        waiting -= 1


def _page_of(batch: Batch) -> bytes:
    return answers.page(batch.text, batch.epoch, batch.last_t, ())


_PLAIN = Form("poll", _page_of)
_GZIPPED = Form("poll gzip", lambda batch: answers.packed(_page_of(batch)))


def _page(found: Collecting) -> bytes:
    return answers.page(found.lines, found.cursor.epoch, found.last_t, found.gaps_between)
