"""People, sessions, tokens and scopes for tests of who may come in."""

from __future__ import annotations

import asyncio
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from tests.support.cases import ValkeyCase
from ticks.access import door, tokens
from ticks.access.entry import Entry, enter
from ticks.access.identity import ANONYMOUS, Claim, Presented, Session
from ticks.access.refused import Refused
from ticks.access.registry import Facts
from ticks.access.worker import Worker
from ticks.models import Stream

ELSEWHERE = Worker("elsewhere", 1, "1", "host")


class Guest:
    """A connection of no transport."""

    def __init__(self, facts: Facts | None = None) -> None:
        self.told = facts or Facts()
        self.refused: list[Refused] = []

    def facts(self) -> Facts:
        return self.told

    def disconnect(self, refused: Refused) -> None:
        self.refused.append(refused)


def scope_of(address: str | None = "192.0.2.1", **headers: str) -> dict[str, Any]:
    """An ASGI scope; a header's name has `_` for `-`."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "websocket",
        "headers": [(b"host", b"localhost"), *named],
        "client": [address, 4711] if address else None,
    }


class AccessCase(ValkeyCase):
    """The stream `main` is public, `private` is not."""

    def setUp(self) -> None:
        super().setUp()
        Stream.objects.set_visibility("main", True)
        Stream.objects.set_visibility("private", False)

    def user(self, name: str = "alice", **rights: bool) -> User:
        return User.objects.create_user(name, password="secret", **rights)

    def signed_in(self, user: User) -> Session:
        client = Client()
        client.force_login(user)
        return Session(client.cookies["sessionid"].value)

    def shown(self, user: User, name: str = "script", days: float | None = None) -> Presented:
        return Presented(tokens.hashed(tokens.make(user, name, days)))

    async def enter(
        self, stream: str = "main", claim: Claim = ANONYMOUS, address: str = "192.0.2.1", guest: Guest | None = None
    ) -> Entry:
        return await enter(scope_of(address), stream, transport="test", member=guest or Guest(), claim=claim)

    async def refusal(self, stream: str = "main", claim: Claim = ANONYMOUS, address: str = "192.0.2.1") -> Refused:
        try:
            await self.enter(stream, claim, address)
        except Refused as refused:
            return refused
        raise AssertionError("let in")

    async def end(self) -> None:
        await door.close()

    def held(self) -> dict[str, int]:
        """What all workers together have in Redis."""
        found: dict[str, int] = {}
        for key in self.valkey.client.keys("ticks:{access}:worker:*"):
            for field, count in self.valkey.client.hgetall(key).items():
                if field:
                    found[field] = found.get(field, 0) + int(count)
        return found

    async def is_held(self, **counts: int) -> bool:
        wanted = {field.replace("_", ":", 1): count for field, count in counts.items()}
        return await asyncio.to_thread(self.held) == wanted
