"""Every refusal of the WebSocket, in one table: it opens, says why, and closes."""

from __future__ import annotations

import asyncio
from typing import Any

from django.contrib.auth.models import User
from django.test import override_settings

from tests.transports.test_websocket import SocketCase
from ticks.access import tokens
from ticks.access.rights import WRONG_TOKEN

Header = tuple[bytes, bytes]
FOREIGN = (b"origin", b"http://evil.example")
MAX_T = 9007199254740991
NO_PUBLIC = "there is no public stream {!r}: sign in"

# Who, the query, settings, close code, code, detail.
TABLE: list[tuple[str, str, dict[str, Any], int, str, str]] = [
    ("", "stream=private", {}, 4401, "sign_in", NO_PUBLIC.format("private")),
    ("", "stream=nosuch", {}, 4401, "sign_in", NO_PUBLIC.format("nosuch")),
    ("guest", "stream=private", {}, 4403, "not_allowed", "no stream 'private' for guest: staff only, or no such"),
    ("guest", "stream=nosuch", {}, 4403, "not_allowed", "no stream 'nosuch' for guest: staff only, or no such"),
    ("token", "stream=private", {}, 4403, "not_allowed", "no stream 'private' for guest: staff only, or no such"),
    ("staff", "stream=nosuch", {}, 4404, "no_such_stream", "there is no stream 'nosuch'"),
    ("staff foreign", "stream=private", {}, 4401, "sign_in", NO_PUBLIC.format("private")),
    ("wrong", "stream=main", {}, 4401, "sign_in", WRONG_TOKEN),
    ("wrong staff", "stream=main", {}, 4401, "sign_in", WRONG_TOKEN),
    ("", "from_t=-2", {}, 4400, "bad_request",
     f"from_t=-2 is neither -1 (all that is kept) nor a whole number up to {MAX_T}"),
    ("", "", {"ALLOWED_HOSTS": ["elsewhere.example"]}, 4403, "not_allowed",
     "this host name is not allowed: see ALLOWED_HOSTS, --allow-host"),
    ("first", "", {"TICKS_MAX_CONNECTIONS": 1}, 4429, "too_many",
     "this web worker has its 1 connections (TICKS_MAX_CONNECTIONS=1)"),
    ("first", "", {"TICKS_MAX_PER_STREAM": 1}, 4429, "too_many",
     "the stream 'main' has its 1 subscribers (TICKS_MAX_PER_STREAM=1)"),
    ("first", "", {"TICKS_MAX_PER_IP": 1}, 4429, "too_many",
     "unknown has 1 connections already (TICKS_MAX_PER_IP=1)"),
    ("first guest", "", {"TICKS_MAX_PER_IP": 1}, 4429, "too_many",
     "guest has 1 connections already (TICKS_MAX_PER_IP=1)"),
]  # fmt: skip


class RefusalsTest(SocketCase):
    def headers(self, who: str) -> list[Header]:
        words = who.split()
        headers = [self.cookie_of(name) for name in ("guest", "staff") if name in words]
        if "token" in words:
            secret = tokens.make(User.objects.get(username="guest"), f"token{len(self.made)}")
            headers.append((b"authorization", b"Token " + secret.encode()))
        if "wrong" in words:
            headers.append((b"authorization", b"Token tm_wrong"))
        return headers + [FOREIGN] * ("foreign" in words)

    def cookie_of(self, name: str) -> Header:
        self.client.force_login(User.objects.get(username=name))
        return (b"cookie", f"sessionid={self.client.cookies['sessionid'].value}".encode())

    async def test_every_refusal_says_why_and_closes_with_its_code(self) -> None:
        self.made: list[Header] = []
        for name in ("guest", "staff"):
            await asyncio.to_thread(User.objects.create_user, name, is_staff=name == "staff")
        for who, query, settings, *expected in TABLE:
            with self.subTest(who=who, query=query, settings=settings), override_settings(**settings):
                headers = tuple(await asyncio.to_thread(self.headers, who))
                first = await self.open(query, headers) if "first" in who else None
                if first is not None:
                    self.assertEqual((await self.hear(first))["type"], "hello")
                self.assertEqual(list(await self.refused(query, headers)), expected)
                if first is not None:
                    await first.disconnect()
        await self.end()
