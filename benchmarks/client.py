"""Who asks over HTTP, as cheaply as Python can: one connection that is kept, and nothing is parsed."""

from __future__ import annotations

import json
import re
import time
from http.client import HTTPConnection, HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import urlsplit

AT_ONCE = 1 << 20
LINK = re.compile(r'<([^>]*)>; rel="(\w+)"')


class Answer(NamedTuple):
    ms: float
    body: bytes
    links: dict[str, str]
    """By relation."""


class Taken(NamedTuple):
    """`lines` are counted where that is asked."""

    seconds: float
    bytes: int
    lines: int


class Client:
    """Answers must be those that were asked for, whole, and over the same connection."""

    def __init__(self, url: str) -> None:
        self.base = url
        self._connection = HTTPConnection(urlsplit(url).netloc)
        self._began, self._used = time.monotonic(), time.process_time()

    @property
    def share(self) -> float:
        """The share of a core that this process took since."""
        return (time.process_time() - self._used) / (time.monotonic() - self._began)

    def get(self, where: str) -> Answer:
        """`where` is a URL, or what follows that of the client."""
        began = time.perf_counter()
        answer = self._ask(where)
        body = answer.read()
        took = time.perf_counter() - began
        links = {rel: url for url, rel in LINK.findall(answer.headers.get("Link", ""))}
        return Answer(took * 1000, body, links)

    def json(self, where: str) -> Any:
        return json.loads(self.get(where).body)

    def take(self, where: str, *, count: bool) -> Taken:
        """Read a long answer and forget it."""
        buffer = bytearray(AT_ONCE)
        size = lines = 0
        began = time.perf_counter()
        answer = self._ask(where)
        while got := answer.readinto(buffer):
            size += got
            if count:
                lines += buffer.count(b"\n", 0, got)
        assert not answer.length, f"{answer.length} bytes are missing"
        return Taken(time.perf_counter() - began, size, lines)

    def pieces(self, where: str) -> HTTPResponse:
        """A long answer, for who looks at it."""
        return self._ask(where)

    def _ask(self, where: str) -> HTTPResponse:
        parts = urlsplit(where if "://" in where else self.base + where)
        self._connection.request("GET", f"{parts.path}?{parts.query}")
        answer = self._connection.getresponse()
        assert (answer.status, answer.will_close) == (200, False), (answer.status, answer.read(1000))
        return answer
