"""Requests to the whole ASGI application, as a server without direct writes passes them on; a real Valkey behind it."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User
from django.test import Client

from monitor.asgi import application
from tests.live.test_relay import LiveCase
from ticks.access import door
from ticks.live.hub import Hub
from ticks.models import Stream

Headers = dict[str, str]
PATIENCE_S = 60.0
MORE_THAN_ONCE = {b"vary", b"set-cookie"}


class Answer(ApplicationCommunicator):
    """A request that is on its way, and what comes of it."""

    status: int
    headers: Headers

    async def begin(self) -> Answer:
        """Wait for the head."""
        head = await self.receive_output(PATIENCE_S)
        assert head["type"] == "http.response.start", head
        self.status = head["status"]
        names = [name.lower() for name, _ in head["headers"] if name.lower() not in MORE_THAN_ONCE]
        assert len(set(names)) == len(names), f"twice: {names}"
        self.headers = {name.decode().lower(): value.decode() for name, value in head["headers"]}
        return self

    async def piece(self) -> tuple[bytes, bool]:
        """The next one, and whether more is to come."""
        body = await self.receive_output(PATIENCE_S)
        assert body["type"] == "http.response.body", body
        return body.get("body", b""), body.get("more_body", False)

    async def rest(self) -> bytes:
        """All up to the end."""
        pieces = b""
        while True:
            piece, more = await self.piece()
            pieces += piece
            if not more:
                await self.wait(PATIENCE_S)
                return pieces

    async def leave(self) -> None:
        """The client goes away; returns when the application has ended."""
        await self.send_input({"type": "http.disconnect"})
        await self.wait(PATIENCE_S)


@dataclass
class Goodbyes:
    """A server's: see `ticks.direct.Goodbyes`."""

    waiting: list[Any] = field(default_factory=list)

    def add(self, goodbye: Any) -> None:
        self.waiting.append(goodbye)

    def discard(self, goodbye: Any) -> None:
        if goodbye in self.waiting:
            self.waiting.remove(goodbye)

    def say(self) -> None:
        for goodbye in list(self.waiting):
            goodbye()


class HttpCase(LiveCase):
    """`main` is public, `private` is not. `goodbyes` are those of the server."""

    transports: tuple[Any, ...] = ()
    """The modules whose hub is each test's own."""

    def setUp(self) -> None:
        super().setUp()
        Stream.objects.set_visibility("main", True)
        Stream.objects.set_visibility("private", False)
        self.hub = Hub()
        self.goodbyes = Goodbyes()
        patches = self.enterContext(ExitStack())
        for transport in self.transports:
            patches.enter_context(patch.object(transport, "hub", self.hub))

    def request(self, target: str, headers: Headers | None = None, method: str = "GET", **scope: Any) -> Answer:
        path, _, query = target.partition("?")
        named = {"host": "localhost", **(headers or {})}
        asked = {
            **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": ""},
            **{"method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode("latin1")},
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            **{"client": ["192.0.2.1", 4711], "server": ["localhost", 80]},
            "extensions": {"ticks.goodbye": self.goodbyes},
            **scope,
        }
        return Answer(application, asked)

    async def open(self, target: str, headers: Headers | None = None, method: str = "GET", **scope: Any) -> Answer:
        """Ask, and wait for the head of the answer."""
        answer = self.request(target, headers, method, **scope)
        await answer.send_input({"type": "http.request", "body": b"", "more_body": False})
        return await answer.begin()

    async def get(self, target: str, headers: Headers | None = None, method: str = "GET") -> tuple[Answer, bytes]:
        answer = await self.open(target, headers, method)
        return answer, await answer.rest()

    async def problem(self, target: str, headers: Headers | None = None, method: str = "GET") -> dict[str, Any]:
        """The document of a refusal."""
        answer, body = await self.get(target, headers, method)
        self.assertEqual(answer.headers["content-type"], "application/problem+json", body)
        told: dict[str, Any] = json.loads(body)
        self.assertEqual(told["status"], answer.status)
        return told

    def cookie(self, **rights: bool) -> Headers:
        user = User.objects.create_user(f"user{User.objects.count()}", **rights)
        client = Client()
        client.force_login(user)
        return {"cookie": f"sessionid={client.cookies['sessionid'].value}"}

    async def fill_all(self) -> None:
        await asyncio.to_thread(self.fill)

    async def end(self) -> None:
        await door.close()
        self.feeds = list(self.hub._feeds.values())
        await super().end()
