"""What a web worker knows of those who come in: their rights, their number, who is inside. One for each event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from django.conf import settings
from django.db import Error

from ticks.access import kiosk, tokens
from ticks.access.control import ANSWER_S, Answer, Control, Question, answer
from ticks.access.counter import Counter
from ticks.access.limits import Limits
from ticks.access.refused import Refused
from ticks.access.registry import Connection, Registry
from ticks.access.rights import Account, Asked, Ruling, rule
from ticks.access.shared import Shared, connect
from ticks.access.threads import with_database
from ticks.access.together import Together
from ticks.access.worker import this_worker

K = TypeVar("K", int, str)

logger = logging.getLogger(__name__)

AT_ONCE = 20
"""So many are put out before everything else has its turn."""


class Door:
    """Starts with its event loop's first connection, and lives as long. Call everything on that loop."""

    def __init__(self) -> None:
        worker = this_worker()
        self.loop = asyncio.get_running_loop()
        self.registry = Registry(worker.name)
        self._shared = Shared(connect(settings.REDIS_URL))
        self.counter = Counter(self._shared, worker, limits)
        self._control = Control(self.registry, self._shared, worker)
        self._rights: Together[Asked, Ruling] = Together(self._read)
        self._is_blind = False
        self._noting: set[asyncio.Task[None]] = set()
        self.open = 0
        """Connections, and those who are about to be."""

    def start(self) -> None:
        self.counter.start()
        self._control.start()
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._control.stop()
        await self.counter.stop()
        self._shared.redis.close()

    async def admit(self, asked: Asked) -> Account:
        """Raises `Refused`, and `django.db.Error` while the database can't be read."""
        ruling = await self._rights.ask(asked)
        if isinstance(ruling, Refused):
            raise Refused(ruling.code, ruling.detail)
        return ruling

    async def _read(self, asked: Sequence[Asked], *, again: bool = False) -> Mapping[Asked, Ruling]:
        try:
            rulings = await with_database(rule, asked, again=again)
        except Error as error:
            if not self._is_blind:
                logger.warning("The database can't be read (%s): who is connected stays so, nobody else gets in", error)
            self._is_blind = True
            raise
        self._is_blind = False
        accounts = [one for one in rulings.values() if isinstance(one, Account)]
        self._note(tokens.used, {one.used_token for one in accounts if one.used_token is not None})
        self._note(kiosk.used, {one.used_link for one in accounts if one.used_link is not None})
        return rulings

    def _note(self, note: Callable[[set[K]], None], keys: set[K]) -> None:
        """Nobody waits for it: it may have to wait for a writer itself."""
        if keys:
            self._noting.add(noting := asyncio.create_task(with_database(note, keys)))
            noting.add_done_callback(self._noting.discard)

    async def _watch(self) -> None:
        due = self.loop.time()
        while True:
            due = max(due + settings.TICKS_HEARTBEAT_S, self.loop.time())
            await asyncio.sleep(due - self.loop.time())
            try:
                await self._look_again()
            except Error:
                continue  # said where it was read
            except Exception:
                logger.exception("rights could not be looked at")

    async def _look_again(self) -> None:
        """Put out who may no longer read, however many they are, after one look at the database."""
        inside: dict[Asked, list[Connection]] = {}
        for one in self.registry:
            inside.setdefault((one.claim, one.stream), []).append(one)
        if not inside:
            return
        rulings = await self._read(list(inside), again=True)
        refused = [(asked, ruling) for asked, ruling in rulings.items() if isinstance(ruling, Refused)]
        out = [(one.id, ruling) for asked, ruling in refused for one in inside[asked]]
        for number, (key, ruling) in enumerate(out):
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
            self.registry.put_out(key, ruling)


_door: Door | None = None


def door() -> Door:
    """That of the running event loop."""
    global _door
    if _door is None or _door.loop is not asyncio.get_running_loop():
        _door = Door()
        _door.start()
    return _door


async def close() -> None:
    """Let the running event loop's door go, with all that it holds of the loop."""
    global _door
    if _door is not None and _door.loop is asyncio.get_running_loop():
        inside, _door = _door, None
        await inside.stop()


def answer_here(question: Question) -> Answer:
    """What this process alone says to a question (see `control.answer`). Blocking, away from the event loop."""
    inside = _door
    if inside is None or not inside.loop.is_running():
        return {"rows": [], "count": 0}

    async def asked() -> Answer:
        return answer(inside.registry, question)

    return asyncio.run_coroutine_threadsafe(asked(), inside.loop).result(ANSWER_S)


def limits() -> Limits:
    return Limits(settings.TICKS_MAX_PER_STREAM, settings.TICKS_MAX_PER_IP)
