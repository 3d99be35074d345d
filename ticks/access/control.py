"""What one worker asks of all: who is connected, to end a connection. By the channel layer; answers come by Redis."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

from ticks.access.refused import Refused
from ticks.access.registry import Registry
from ticks.access.shared import Shared, connect
from ticks.access.threads import with_redis
from ticks.access.worker import Worker
from ticks.protocol import Close

logger = logging.getLogger(__name__)

GROUP = "access"
ANSWER_S = 2.0
"""A worker that has not answered by then is not waited for any longer."""
KEEP_S = 30
"""An answer that nobody fetches is kept for so long."""
RETRY_S = 1.0
ENDED_BY_STAFF = "a member of staff ended this connection"

Question = dict[str, Any]
Answer = dict[str, Any]


class Answers(NamedTuple):
    """Of the workers that gave one, and the names of those that did not."""

    given: Sequence[Answer]
    silent: Sequence[str]


def ask(question: Question) -> Answers:
    """Ask all workers that live. Blocking; raises `redis.RedisError` while Redis can't be reached."""
    with closing(connect(settings.REDIS_URL, 2 * ANSWER_S)) as client:
        missing = {worker.key: worker.name for worker in Shared(client).workers()}
        given = [] if not missing else list(_gather(client, missing, question))
    return Answers(given, sorted(missing.values()))


def _gather(client: redis.Redis, missing: dict[str, str], question: Question) -> Iterator[Answer]:
    """What comes in time; who answered is removed from `missing`."""
    key = f"ticks:{{access}}:answers:{secrets.token_hex(16)}"
    deadline = time.monotonic() + ANSWER_S
    async_to_sync(_send)({"type": "access.question", **question, "to": key})
    try:
        while missing and (left := deadline - time.monotonic()) > 0:
            found: Any = client.blpop([key], timeout=left)
            if found is not None:
                answer = json.loads(found[1])
                missing.pop(answer["worker"], None)
                yield answer
    finally:
        client.unlink(key)


async def _send(message: dict[str, Any]) -> None:
    try:
        async with asyncio.timeout(ANSWER_S):
            await get_channel_layer().group_send(GROUP, message)
    except TimeoutError as error:
        raise redis.TimeoutError("the channel layer took nothing") from error


class Control:
    """The ear of a worker: it answers what is asked, for as long as its event loop lives."""

    def __init__(self, registry: Registry, shared: Shared, worker: Worker) -> None:
        self._registry = registry
        self._shared = shared
        self._worker = worker
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        channel = await self._join()
        while True:
            # Never cancelled while it waits: a cancelled receive() deletes the channel.
            try:
                question = await layer.receive(channel)
                await with_redis(self._answer, question["to"], answer(self._registry, question))
            except Exception:
                logger.exception("a question about connections could not be answered")
                await asyncio.sleep(RETRY_S)

    async def _join(self) -> str:
        """The channel on which questions come. Tries until Redis answers; that it does not, others say."""
        layer = get_channel_layer()
        while True:
            try:
                channel: str = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                return channel
            except redis.RedisError:
                await asyncio.sleep(RETRY_S)

    def _answer(self, to: str, content: Answer) -> None:
        with self._shared.redis.pipeline() as pipeline:
            pipeline.rpush(to, json.dumps({"worker": self._worker.key, **content}))
            pipeline.expire(to, KEEP_S)
            pipeline.execute()


def answer(registry: Registry, question: Question) -> Answer:
    """What a worker says to `rows` (`stream`, `after`, `limit`), `row` and `end` (`id`). On the event loop."""
    if question["ask"] == "rows":
        page = registry.page(question["stream"], question["after"], question["limit"])
        return {"rows": page.rows, "count": page.total}
    found = registry.find(question["id"])
    if found is None:
        return {"rows": []}
    row = registry.row(found)
    if question["ask"] == "end":
        registry.put_out(found.id, Refused(Close.GOING_AWAY, ENDED_BY_STAFF))
    return {"rows": [row]}
