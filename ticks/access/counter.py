"""Who is one too many: asked of Redis for all workers, many at a time; of this worker alone while Redis is away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter as Counts
from collections.abc import Callable
from contextlib import suppress
from itertools import islice

import redis

from ticks.access.limits import Candidate, Limits, TooMany, decide
from ticks.access.shared import Shared
from ticks.access.threads import with_redis
from ticks.access.worker import Worker

logger = logging.getLogger(__name__)

RENEW_S = 3.0
"""How often this worker says that it lives, and looks for dead ones of its host."""
RETRY_S = 1.0
"""How often a Redis that is away is asked again."""
AT_ONCE = 1000
"""So many candidates, and counts besides, in one command: a millisecond of Redis."""


class Place:
    """A connection that is counted, or asks to be; `give_back` ends either, once or more often."""

    __slots__ = ("_counter", "candidate", "decided", "is_counted", "is_over")

    def __init__(self, counter: Counter, candidate: Candidate) -> None:
        self._counter = counter
        self.candidate = candidate
        self.decided: asyncio.Future[TooMany | None] = asyncio.get_running_loop().create_future()
        """What there is too much of; None: it is counted from now on."""
        self.is_counted = self.is_over = False

    def give_back(self) -> None:
        self.is_over = True
        if self.is_counted:
            self.is_counted = False
            self._counter.uncount(self.candidate)


class Counter:
    """The connections of this worker by what they count for; what Redis knows of them follows at once.

    One command at a time is under way. It tells counts as they are, never differences, so what was lost or repeated
    mends itself. Call everything on the event loop.
    """

    def __init__(self, shared: Shared, worker: Worker, limits: Callable[[], Limits]) -> None:
        self._shared = shared
        self._worker = worker
        self._limits = limits
        self.counts: Counts[str] = Counts()
        self._untold: set[str] = set()
        """Fields whose count Redis does not have as it is."""
        self._waiting: list[Place] = []
        self._is_work = asyncio.Event()
        self._looked_at = -RENEW_S
        self._task: asyncio.Task[None] | None = None
        self.is_away = False
        """Whether Redis is: then this worker counts alone."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, and let Redis forget this worker."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._decide_alone()
        with suppress(redis.RedisError):
            await with_redis(self._shared.forget, self._worker)

    def ask(self, candidate: Candidate) -> Place:
        """A place whose `decided` comes in a moment; it has to be given back, whatever becomes of it."""
        place = Place(self, candidate)
        self._waiting.append(place)
        if self.is_away or not any(self._limits()):
            self._decide_alone()
        self._is_work.set()
        return place

    def uncount(self, candidate: Candidate) -> None:
        for field in candidate:
            self.counts[field] -= 1
            if not self.counts[field]:
                del self.counts[field]
        self._untold.update(candidate)
        self._is_work.set()

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
                await self._exchange()
                self._find()
            except redis.RedisError as error:
                self._lose(error)
            except Exception as error:
                logger.exception("connections could not be counted")
                self._lose(error)
            if self.is_away:
                await asyncio.sleep(RETRY_S)
            elif not self._waiting and not self._untold:
                with suppress(TimeoutError):
                    async with asyncio.timeout(RENEW_S):
                        await self._is_work.wait()

    async def _look(self) -> None:
        """Forget dead workers of this host, now and then."""
        if time.monotonic() - self._looked_at >= RENEW_S:
            await with_redis(self._shared.workers)
            self._looked_at = time.monotonic()

    async def _exchange(self) -> None:
        """Tell and ask once; also where there is nothing to tell or ask: it says that this worker lives."""
        self._is_work.clear()
        asking = [place for place in self._waiting[:AT_ONCE] if not place.is_over]
        del self._waiting[:AT_ONCE]
        fields = {*islice(self._untold, AT_ONCE), *(field for place in asking for field in place.candidate)}
        self._untold -= fields
        counts = {field: self.counts[field] for field in fields}
        try:
            known, answers = await with_redis(
                self._shared.admit, self._worker, counts, [place.candidate for place in asking], self._limits()
            )
        except BaseException:
            self._untold |= fields
            self._waiting[:0] = asking
            raise
        if not known:
            self._untold |= self.counts.keys()
        for place, answer in zip(asking, answers, strict=True):
            if answer is None and place.is_over:
                self._untold.update(place.candidate)  # left while Redis counted it
            else:
                self._settle(place, answer)

    def _settle(self, place: Place, answer: TooMany | None) -> None:
        if place.is_over:
            return
        if answer is None:
            place.is_counted = True
            self.counts.update(place.candidate)
        if not place.decided.done():
            place.decided.set_result(answer)

    def _decide_alone(self) -> None:
        waiting, self._waiting = [place for place in self._waiting if not place.is_over], []
        answers = decide([place.candidate for place in waiting], self.counts, {}, self._limits())
        for place, answer in zip(waiting, answers, strict=True):
            self._settle(place, answer)
            self._untold.update(place.candidate)

    def _lose(self, error: Exception) -> None:
        self._untold |= self.counts.keys()
        if not self.is_away:
            logger.warning("Redis is away (%s): each web worker limits its own connections alone", error)
        self.is_away = True
        self._decide_alone()

    def _find(self) -> None:
        if self.is_away:
            logger.warning("Redis is back: connections are limited over all web workers again")
        self.is_away = False
