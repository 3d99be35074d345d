"""Takes records out of a program's own iterator, without being held up by it."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterable, Callable, Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple

END: Final = object()
"""Comes after the last record."""
LOOK_S = 0.2
CLOSE_S = 2.0
"""At the end an iterator has so long to clean up; then it is left behind."""


class _Async(NamedTuple):
    """Where an async iterator is: what another thread needs to reach it."""

    loop: asyncio.AbstractEventLoop
    asked: asyncio.Event
    task: asyncio.Task[Any]


class Handover(threading.Thread):
    """Iterates in a thread of its own, an async iterator on an event loop, by one whenever it is asked.

    A daemon thread, because nothing interrupts a function that sleeps or reads in `next`, and it must not
    keep the program from ending. By one, because so a record is as new as it can be, and none is made that
    is not taken. In one task, whose loop goes on between records, as the connections of an async one need.
    """

    def __init__(self, make: Callable[[], Iterable[Any] | AsyncIterable[Any]]) -> None:
        """`make` is called in the thread."""
        super().__init__(name="ticks-source", daemon=True)
        self._make = make
        self._asks: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._given: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        self._left = False
        self._async: _Async | None = None
        self.start()

    def take(self, stop: threading.Event) -> Any:
        """The next record, `END` after the last one or once `stop` is set. Raises what the iterator raises."""
        self._asks.put(None)
        self._wake(lambda there: there.asked.set())
        while not stop.is_set():
            with suppress(queue.Empty):
                record, error = self._given.get(timeout=LOOK_S)
                if error is not None:
                    raise error
                return record
        return END

    def leave(self) -> None:
        """Let it clean up, if it does so soon."""
        self._left = True
        self._asks.put(None)
        self._wake(lambda there: there.task.cancel())
        self.join(CLOSE_S)

    def run(self) -> None:
        try:
            made = self._make()
            if isinstance(made, AsyncIterable):
                asyncio.run(self._give_async(made))
            else:
                self._give(made)
        except BaseException as error:
            self._given.put((END, error))

    def _give(self, made: Iterable[Any]) -> None:
        iterator, record = iter(made), None
        try:
            while record is not END and self._goes_on():
                record = next(iterator, END)
                self._given.put((record, None))
        finally:
            getattr(iterator, "close", lambda: None)()

    async def _give_async(self, made: AsyncIterable[Any]) -> None:
        task = asyncio.current_task()
        assert task
        asked = asyncio.Event()
        self._async = _Async(asyncio.get_running_loop(), asked, task)
        iterator, record = aiter(made), None
        try:
            while record is not END and await self._goes_on_async(asked):
                record = await anext(iterator, END)
                self._given.put((record, None))
        except asyncio.CancelledError:
            raise RuntimeError("it was cancelled") from None
        finally:
            if hasattr(iterator, "aclose"):
                await iterator.aclose()

    def _goes_on(self) -> bool:
        self._asks.get()
        return not self._left

    async def _goes_on_async(self, asked: asyncio.Event) -> bool:
        while self._asks.empty():
            asked.clear()
            await asked.wait()
        return self._goes_on()

    def _wake(self, do: Callable[[_Async], object]) -> None:
        """The event loop, if there is one; it sees by itself what it was asked before."""
        there = self._async
        if there is not None:
            with suppress(RuntimeError):  # it has just ended
                there.loop.call_soon_threadsafe(do, there)
