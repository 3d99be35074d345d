"""Answers in JSON: records go in as the lines that were stored, and are not parsed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus

from ticks.cursor import Gap
from ticks.gzipped import gzipped
from ticks.live.collecting import aside
from ticks.packing import GZIP_FROM, dump
from ticks.protocol import gap_fields
from ticks.transports.http.exchange import Exchange
from ticks.transports.http.unsent import LARGE_BYTES, reserved

MEDIA_TYPE = "application/json"
HEADERS = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", "Vary": "Accept-Encoding, Origin"}
GZIP_HEADERS = {**HEADERS, "Content-Encoding": "gzip"}
GZIP_MAGIC = b"\x1f\x8b"
"""No JSON begins so."""


def page(lines: bytes, epoch: str, t: int, gaps: Sequence[Gap]) -> bytes:
    """Of `/poll`, where there are ticks: their lines, with newlines between them, and the last one's `t`."""
    last = lines[lines.rfind(b"\n") + 1 :]
    return b'{"t":%d,"data":%b,"ticks":[%b],"next_t":%d,%b}' % (t, last, listed(lines), t, _place(epoch, gaps))


def timeout(epoch: str | None, t: int, gaps: Sequence[Gap]) -> bytes:
    """Of `/poll`, where nothing came."""
    return b'{"status":"timeout","next_t":%d,"ticks":[],%b}' % (t, _place(epoch, gaps))


def increment(lines: bytes, epoch: str | None, t: int, gaps: Sequence[Gap], *, has_more: bool) -> bytes:
    """Of `/incremental`."""
    return b'{"ticks":[%b],"next_t":%d,"more":%b,%b}' % (listed(lines), t, _boolean(has_more), _place(epoch, gaps))


def range_begin(epoch: str | None) -> bytes:
    """Of `/range`, before its ticks."""
    return b'{"epoch":%b,"ticks":[' % dump(epoch)


def range_end(gaps: Sequence[Gap], next_t: int, *, has_more: bool) -> bytes:
    """Behind them."""
    return b'],"gaps":%b,"more":%b,"next_t":%d}' % (_gaps(gaps), _boolean(has_more), next_t)


def listed(lines: bytes) -> bytes:
    """As the items of an array."""
    return lines.replace(b"\n", b",")


def accepts_gzip(exchange: Exchange) -> bool:
    return exchange.accepts("accept-encoding", "gzip")


async def send(exchange: Exchange, size: int, make: Callable[[], bytes]) -> None:
    """Answer with what `make` makes, of about `size` bytes."""
    await send_made(exchange, await aside(size, _made, make, accepts_gzip(exchange)))


async def send_made(exchange: Exchange, body: bytes) -> None:
    """Answer with JSON, `packed` or not. Raises `Problem` where too much waits to be taken."""
    headers = GZIP_HEADERS if body.startswith(GZIP_MAGIC) else HEADERS
    if len(body) <= LARGE_BYTES:
        await exchange.answer(HTTPStatus.OK, body, MEDIA_TYPE, headers)
    else:
        with reserved(len(body)):
            await exchange.answer_at_pace(body, headers)


def packed(body: bytes) -> bytes:
    """Compressed, if it is large enough for that."""
    return gzipped(body) if len(body) >= GZIP_FROM else body


async def send_head(exchange: Exchange) -> None:
    """To HEAD: all but how long it would be, for which it would have to be read."""
    await exchange.begin(HTTPStatus.OK, HEADERS)
    await exchange.finish()


def _made(make: Callable[[], bytes], is_gzip: bool) -> bytes:
    return packed(make()) if is_gzip else make()


def _place(epoch: str | None, gaps: Sequence[Gap]) -> bytes:
    return b'"epoch":%b,"gaps":%b' % (dump(epoch), _gaps(gaps))


def _gaps(gaps: Sequence[Gap]) -> bytes:
    return dump([gap_fields(gap) for gap in gaps]) if gaps else b"[]"


def _boolean(value: bool) -> bytes:
    return b"true" if value else b"false"
