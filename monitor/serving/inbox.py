"""What came in for an application and it has not yet received."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

MESSAGES = 32
"""With more than so many a connection is read no further: whoever sends and never reads would fill the memory."""


class Inbox:
    """Takes the place of the `asyncio.Queue` that Daphne makes for each connection: its four deques take 3 KB."""

    __slots__ = ("_getters", "_messages", "_resume")

    def __init__(self) -> None:
        self._messages: list[dict[str, Any]] = []
        self._getters: list[asyncio.Future[None]] = []
        self._resume: Callable[[], None] | None = None

    def put_nowait(self, message: dict[str, Any]) -> None:
        self._messages.append(message)
        self._wake()

    @property
    def is_full(self) -> bool:
        return len(self._messages) > MESSAGES

    def when_empty(self, resume: Callable[[], None]) -> None:
        """Call this, once, when all has been received."""
        self._resume = resume

    async def get(self) -> dict[str, Any]:
        """The oldest message; waits for one."""
        while not self._messages:
            getter = asyncio.get_running_loop().create_future()
            self._getters.append(getter)
            try:
                await getter
            except BaseException:
                if getter in self._getters:
                    self._getters.remove(getter)
                elif self._messages:
                    self._wake()  # this one was woken, and is cancelled before it could take the message
                raise
        message = self._messages.pop(0)
        if not self._messages and self._resume is not None:
            resume, self._resume = self._resume, None
            resume()
        return message

    def _wake(self) -> None:
        while self._getters:
            getter = self._getters.pop(0)
            if not getter.done():
                getter.set_result(None)
                return
