"""What all workers know of each other, in Redis: who lives, and how many connections each has.

Blocking: call it from a thread. Every command that redis-py may repeat by itself is harmless twice. A worker that says
nothing for `LIFE_S` is forgotten with its connections; one of this host whose process is gone, at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ticks.access.limits import Candidate, Limits, TooMany
from ticks.access.worker import Worker

LIFE_S = 10.0
ANSWER_S = 1.0
"""A Redis that has not answered by then counts as away: nobody who comes waits any longer for it."""

_ADMIT = (Path(__file__).parent / "admit.lua").read_text()
_WORKERS = "ticks:{access}:workers"
_PREFIX = "ticks:{access}:worker:"
_ANSWERS: Sequence[TooMany | None] = (None, "stream", "account")


def connect(url: str, answer_s: float = ANSWER_S) -> redis.Redis:
    """A client that tries nothing twice."""
    client: redis.Redis = redis.Redis.from_url(
        url, socket_timeout=answer_s, socket_connect_timeout=answer_s, retry=Retry(NoBackoff(), 0)
    )
    return client


class Shared:
    """All methods raise `redis.RedisError` while Redis can't be reached."""

    def __init__(self, client: redis.Redis) -> None:
        self.redis = client
        self._admit = client.register_script(_ADMIT)

    def admit(
        self, worker: Worker, counts: Mapping[str, int], candidates: Sequence[Candidate], limits: Limits
    ) -> tuple[bool, list[TooMany | None]]:
        """Tell `counts` of this worker, and ask for each candidate what there is too much of; None: it is counted.

        The candidates' own fields must be among `counts`. Also whether this worker was known before: else all its
        counts are to be told anew.
        """
        arguments: list[Any] = [worker.key, _PREFIX, int(LIFE_S * 1000), *limits, len(counts)]
        for field, count in counts.items():
            arguments += (field, count)
        for candidate in candidates:
            arguments += candidate
        known, *answers = self._admit(keys=[_WORKERS, _PREFIX + worker.key], args=arguments)
        return bool(known), [_ANSWERS[answer] for answer in answers]

    def workers(self) -> list[Worker]:
        """Those that live, and maybe some elsewhere that ended just now; the dead of this host are forgotten."""
        keys = cast("list[bytes]", self.redis.zrange(_WORKERS, 0, -1))
        workers = [Worker.parse(key.decode()) for key in keys]
        dead = [worker for worker in workers if worker.is_dead()]
        if dead:
            self.forget(*dead)
        return [worker for worker in workers if worker not in dead]

    def forget(self, *workers: Worker) -> None:
        self.redis.zrem(_WORKERS, *(worker.key for worker in workers))
        self.redis.unlink(*(_PREFIX + worker.key for worker in workers))
