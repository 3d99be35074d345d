"""A Python client of Tick Monitor: every tick of a stream, in order, over any number of connections.

    for item in follow("http://127.0.0.1:8000", "main"):
        print(item)

It needs neither Django nor settings; docs/client.md describes it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Iterable
from typing import Literal, Self

from ticks.cursor import Cursor
from ticks.receiving.actions import Hand, Item, Outcome, Performed, Tell
from ticks.receiving.address import socket_url
from ticks.receiving.blocking import Blocking
from ticks.receiving.chain import Gap, Tick
from ticks.receiving.comeback import Refused
from ticks.receiving.connecting import Target
from ticks.receiving.course import Course
from ticks.receiving.looping import Looping
from ticks.receiving.wanted import Wanted, written

__all__ = ["Cursor", "Follower", "Gap", "Item", "Refused", "Tick", "follow"]

logger = logging.getLogger("ticks.client")


def follow(
    url: str,
    stream: str = "main",
    *,
    from_t: int | None = None,
    epoch: str | None = None,
    from_ts: float | None = None,
    fields: str | Iterable[str] | None = None,
    downsample: int | None = None,
    slow: Literal["close", "skip"] = "close",
    token: str | None = None,
    acks: bool = True,
) -> Follower:
    """Follow a stream of the monitor at `url`, such as `http://127.0.0.1:8000`.

    It begins after `from_t` of `epoch` (−1: with all that is kept), or at `from_ts` (UNIX seconds, or seconds ago
    where negative), else with the newest tick. `fields` are dotted paths, in a list or with commas between them;
    `downsample` N gives one tick in N. `slow="skip"` is for those who would rather see the newest than all. `acks`
    lets the server wait for a slow caller, however long it takes over each item.

    Raises `ValueError` for a wrong URL; all else shows when the follower is iterated.
    """
    kept = fields if fields is None or isinstance(fields, str) else written(list(fields))
    skip = None if slow == "close" else slow
    wanted = Wanted(stream, from_t, epoch, from_ts, kept, downsample, skip)
    return Follower(Target(socket_url(url), token), wanted, acks=acks)


class Follower:
    """Ticks (dicts) and `Gap`s, to be iterated by `for` or by `async for`, in one thread or task at a time.

    It comes back by itself after any loss. Iterating raises `Refused` where the server will not serve it. After a
    `break`, or a cancelled `anext`, it can be iterated on.
    """

    def __init__(self, target: Target, wanted: Wanted, *, acks: bool = True) -> None:
        self._target = target
        self._cursor = wanted.cursor
        self._steps = Course(wanted, time.monotonic, random.random, acks=acks).run()
        self._action: Performed | None = None
        self._outcome: Outcome = None
        self._blocking: Blocking | None = None
        self._looping: Looping | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    @property
    def cursor(self) -> Cursor | None:
        """`epoch` and `t` of the last item handed out: what to come back with. None before the first."""
        return self._cursor

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Item:
        if self._looping is not None:
            raise RuntimeError("it is iterated by `async for`")
        if self._blocking is None:
            self._blocking = Blocking(self._target)
        while (step := self._step()) is not None:
            if isinstance(step, Hand):
                return self._hand(step)
            self._done(self._blocking.perform(step))
        self._blocking.close()
        raise StopIteration

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        if self._blocking is not None:
            raise RuntimeError("it is iterated by `for`")
        if self._looping is None:
            self._looping, self._loop = Looping(self._target), asyncio.get_running_loop()
        while (step := self._step()) is not None:
            if isinstance(step, Hand):
                return self._hand(step)
            self._done(await self._looping.perform(step))
        await self._looping.close()
        raise StopAsyncIteration

    def close(self) -> None:
        """End: whoever iterates it, in any thread, comes to an end. An event loop that iterates it is only told."""
        self._closed = True
        if self._blocking is not None:
            self._blocking.close()
        if self._looping is not None and self._loop is not None and not self._loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._looping.close(), self._loop)

    async def aclose(self) -> None:
        """End, on the event loop that iterates it."""
        self._closed = True
        if self._looping is not None:
            await self._looping.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _step(self) -> Performed | Hand | None:
        """What is to be done next; None at the end. Raises `Refused`."""
        while not self._closed:
            if self._action is not None:
                return self._action  # it was interrupted
            try:
                action = self._steps.send(self._outcome)
            except StopIteration:
                return None
            self._outcome = None
            if isinstance(action, Hand):
                return action
            if isinstance(action, Tell):
                logger.log(logging.WARNING if action.is_wrong else logging.INFO, action.words)
            else:
                self._action = action
        return None

    def _done(self, outcome: Outcome) -> None:
        self._action, self._outcome = None, outcome

    def _hand(self, hand: Hand) -> Item:
        self._cursor = hand.cursor
        return hand.item
