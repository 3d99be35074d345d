"""Wait for something to become true; the limit is for a machine that is very busy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

LIMIT_S = 150.0
LOOK_S = 0.01

T = TypeVar("T")


def until(look: Callable[[], T], what: str, limit_s: float = LIMIT_S, every_s: float = LOOK_S) -> T:
    """The first true answer of `look`, asked again and again."""
    deadline = time.monotonic() + limit_s
    while not (answer := look()):
        assert time.monotonic() < deadline, f"not within {limit_s:g} s: {what}"
        time.sleep(every_s)
    return answer


async def auntil(look: Callable[[], T | Awaitable[T]], what: str, limit_s: float = LIMIT_S) -> T:
    """The same on an event loop."""
    deadline = time.monotonic() + limit_s
    while True:
        answer = look()
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {limit_s:g} s: {what}"
        await asyncio.sleep(LOOK_S)
