"""Many questions that come at once, asked as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")


class Together(Generic[Q, A]):
    """While one question is being answered, all that come in are collected: they are the next one, each of them once.

    An answer is never older than its question. Call everything on one event loop.
    """

    def __init__(self, answer: Callable[[Sequence[Q]], Awaitable[Mapping[Q, A]]]) -> None:
        self._answer = answer
        self._asked: dict[Q, list[asyncio.Future[A]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """Raises what the answering raises."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(question, []).append(future)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await self._settle(asked)
        finally:
            self._task = None

    async def _settle(self, asked: Mapping[Q, Sequence[asyncio.Future[A]]]) -> None:
        waiting = {question: futures for question, futures in asked.items() if not all(f.done() for f in futures)}
        if not waiting:
            return
        try:
            answers = await self._answer(list(waiting))
        except Exception as error:
            for futures in waiting.values():
                _tell(futures, error)
            return
        for question, futures in waiting.items():
            for future in futures:
                if not future.done():
                    future.set_result(answers[question])


def _tell(futures: Sequence[asyncio.Future[A]], error: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)
