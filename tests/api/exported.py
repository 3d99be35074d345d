"""Answers of the API that come in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.test import AsyncClient

from tests.api.cases import ApiCase


class StreamedCase(ApiCase):
    def user(self, **rights: bool) -> User:
        return User.objects.create_user(f"user{User.objects.count()}", **rights)

    def fetch(self, path: str, status: int = 200, user: User | None = None, **headers: str) -> tuple[Any, bytes]:
        """An answer, and all of its body."""

        async def ask() -> tuple[Any, bytes]:
            answer = await client.get(path, headers=headers)
            body = b"".join([piece async for piece in answer]) if answer.streaming else answer.content
            return answer, body

        client = AsyncClient()
        if user is not None:
            client.force_login(user)
        answer, body = asyncio.run(ask())
        self.assertEqual(answer.status_code, status, body)
        return answer, body

    def with_answer(self, path: str, look: Callable[[Any], Any]) -> Any:
        """What `look` makes, on the event loop, of an answer whose body was not read."""

        async def ask() -> Any:
            return await look(await AsyncClient().get(path))

        return asyncio.run(ask())
