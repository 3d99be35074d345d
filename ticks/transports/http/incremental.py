"""`/incremental`: what comes after a tick, at once."""

from __future__ import annotations

from functools import partial

from ticks.http_query import parse_incremental
from ticks.live.collecting import Collecting
from ticks.live.hub import hub
from ticks.transports.http import answers
from ticks.transports.http.endpoint import admit
from ticks.transports.http.exchange import Exchange
from ticks.transports.http.placing import placed_after


async def serve(exchange: Exchange) -> None:
    """Raises `Problem`, `BadRequest` and `Refused`."""
    asked = parse_incremental(exchange.query)
    await admit(exchange, asked.stream)
    feed = hub.feed(asked.stream)
    cursor = await placed_after(feed, asked, "from_t")
    if exchange.is_head:
        await answers.send_head(exchange)
        return
    if cursor is None:
        await answers.send(exchange, 0, partial(answers.increment, b"", None, asked.t, (), has_more=False))
        return
    found = Collecting(feed, cursor, asked.selection, asked.limit)
    await found.read()
    await answers.send(exchange, found.bytes, partial(_answer, found))


def _answer(found: Collecting) -> bytes:
    at = found.cursor
    return answers.increment(found.lines, at.epoch, at.t, found.gaps, has_more=found.has_more)
