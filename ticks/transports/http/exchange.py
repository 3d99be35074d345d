"""One request and its answer: what ASGI and HTTP want, and nothing of the stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from ticks.access import identity, origin
from ticks.access.identity import Claim

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PIECE_BYTES = 256 << 10
ALWAYS = {"X-Content-Type-Options": "nosniff"}


class Exchange:
    """Call everything on the event loop. `headers` are those of every answer to it."""

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self.scope = scope
        self.headers: dict[str, str] = dict(ALWAYS)
        self.has_begun = False
        """Whether the head of the answer is out."""
        self._receive = receive
        self._send = send

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def is_head(self) -> bool:
        return self.method == "HEAD"

    @property
    def query(self) -> str:
        query: bytes = self.scope["query_string"]
        return query.decode("latin1")

    @property
    def claim(self) -> Claim:
        return identity.of_cookies(self.scope)

    def parameter(self, name: str) -> str:
        """The first one of that name, where nothing else of the query counts."""
        return next((value for key, value in parse_qsl(self.query, keep_blank_values=True) if key == name), "")

    def header(self, name: str) -> str:
        """The first one of that name, which is in lower case."""
        return origin.header(self.scope, name.encode())

    def accepts(self, header: str, value: str) -> bool:
        """Whether a list such as `Accept` names the value, and does not rule it out by `q=0`."""
        for part in origin.headers(self.scope, header.encode()).lower().split(","):
            named, *options = (one.strip() for one in part.split(";"))
            if named == value:
                return not any(one.startswith("q=0") and not one[3:].strip("0.") for one in options)
        return False

    async def begin(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        """The head of an answer in pieces; it leaves with the first one."""
        self.has_begun = True
        told = [(name.lower().encode(), value.encode("latin1")) for name, value in {**self.headers, **headers}.items()]
        await self._send({"type": "http.response.start", "status": int(status), "headers": told})

    async def piece(self, data: bytes) -> None:
        """Some of the body; returns when there is room for more."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def finish(self, data: bytes = b"") -> None:
        """The last of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": False})

    async def answer(self, status: HTTPStatus, body: bytes, media_type: str, headers: Mapping[str, str] = {}) -> None:
        """All of it at once; of a HEAD request the head."""
        kind = {"Content-Type": media_type, "Content-Length": str(len(body))} if body else {}
        await self.begin(status, {**kind, **headers})
        await self.finish(b"" if self.is_head else body)

    async def answer_at_pace(self, body: bytes, headers: Mapping[str, str]) -> None:
        """A large one, as fast as it is taken; returns when it is."""
        await self.begin(HTTPStatus.OK, {**headers, "Content-Length": str(len(body))})
        for start in range(0, len(body), PIECE_BYTES):
            await self.piece(body[start : start + PIECE_BYTES])
        await self.finish()

    async def answer_head(self, headers: Mapping[str, str]) -> None:
        """What a HEAD request gets of an answer whose length is not known."""
        await self.answer(HTTPStatus.OK, b"", "", headers)

    async def left(self) -> None:
        """Return when the client has gone away, or the answer is over. Whatever its body is, it is not looked at."""
        message = await self._receive()
        while message["type"] != "http.disconnect":
            message = await self._receive()
