"""What all ways of reading over HTTP share: methods, refusals as problem documents, other origins."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import redis
from django.db import DatabaseError

from ticks.access.entry import Refused, allow
from ticks.access.identity import ANONYMOUS
from ticks.cursor import STREAM
from ticks.protocol import Close
from ticks.query import BadRequest
from ticks.transports.http import problems
from ticks.transports.http.exchange import Exchange, Receive, Send
from ticks.transports.http.problems import Problem

logger = logging.getLogger(__name__)

METHODS = "GET, HEAD, OPTIONS"
ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Ticks-Epoch, Retry-After",
}
"""For public streams: any page may read them, and never as its visitor."""
PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Last-Event-ID, Cache-Control",
    "Access-Control-Max-Age": "86400",
}
NO_ANSWER = "what is asked for can't be looked up just now"

Serve = Callable[[Exchange], Awaitable[None]]


class Endpoint:
    """An ASGI application: `serve` answers GET and HEAD, or raises `Problem`, `Refused`, `BadRequest`."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        try:
            await self._answer(exchange)
        except Problem as problem:
            await _tell(exchange, problem)
        except BadRequest as error:
            exchange.headers.update(ANYBODY)  # it says nothing but what was asked
            await _tell(exchange, Problem(HTTPStatus.BAD_REQUEST, str(error)))
        except Refused as refused:
            # When to come back is for everybody: it says nothing of the stream.
            open_to_all(exchange, is_public=refused.code in (Close.TOO_MANY, Close.BROKEN))
            detail = refused.detail or NO_ANSWER
            await _tell(exchange, Problem(problems.STATUS[refused.code], detail, {"code": refused.code.name.lower()}))
        except (redis.RedisError, DatabaseError):
            await _tell(exchange, Problem(HTTPStatus.SERVICE_UNAVAILABLE, NO_ANSWER))
        except Exception:
            if exchange.has_begun:
                raise  # the server cuts it off, so that nobody takes it for whole
            logger.exception("a request could not be served")
            await _tell(exchange, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "this is a fault of the server, not yours"))

    async def _answer(self, exchange: Exchange) -> None:
        if exchange.method == "OPTIONS":
            await _options(exchange)
        elif exchange.method in ("GET", "HEAD"):
            await self._serve(exchange)
        else:
            exchange.headers.update(ANYBODY)
            detail = f"the method {exchange.method[:20]!r} is not allowed here: {METHODS} are"
            raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, headers={"Allow": METHODS})


async def admit(exchange: Exchange, stream: str) -> None:
    """Let a request in that does not stay: it is no connection, and counts for nobody. Raises `Refused`."""
    account = await allow(exchange.scope, stream, exchange.claim)
    open_to_all(exchange, is_public=account.reads_public)


def open_to_all(exchange: Exchange, *, is_public: bool) -> None:
    for name, value in ANYBODY.items():
        if is_public:
            exchange.headers[name] = value
        else:
            exchange.headers.pop(name, None)  # it was public when this request came


async def _tell(exchange: Exchange, problem: Problem) -> None:
    if exchange.has_begun:
        raise problem  # the server cuts it off, so that nobody takes it for whole
    headers = {**problem.headers, "Cache-Control": "no-store"}
    await exchange.answer(problem.status, problem.document, problems.MEDIA_TYPE, headers)


async def _options(exchange: Exchange) -> None:
    """A browser asks so, without credentials, before a page of another origin may send more than the usual headers."""
    headers = {"Allow": METHODS}
    if exchange.header("access-control-request-method") and await _is_public(exchange):
        headers |= {**ANYBODY, **PREFLIGHT}
    await exchange.answer(HTTPStatus.NO_CONTENT, b"", "", headers)


async def _is_public(exchange: Exchange) -> bool:
    stream = exchange.parameter("stream") or "main"
    if not STREAM.fullmatch(stream):
        return False
    try:
        return (await allow(exchange.scope, stream, ANONYMOUS)).reads_public
    except Refused:
        return False
