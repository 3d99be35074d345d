"""How the producer of a stream and its web workers stand, as each says of itself in Redis every two seconds.

Blocking; every command is harmless twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import redis

from ticks.live.hotlog import HotLog

PRODUCER_KEPT_S = 15
"""A producer that says nothing more is forgotten after so long."""
WORKER_KEPT_S = 10
"""And a worker."""

Standing = Mapping[str, Any]

# By the clock of Redis, one for all workers.
_TELL = """
local now = redis.call('TIME')
local ts = string.format('{"ts":%d.%06d,', now[1], now[2])
redis.call('HSET', KEYS[1], ARGV[1], ts .. string.sub(ARGV[2], 2))
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""


class Told(NamedTuple):
    producer: Standing | None
    """What it said last, see docs/history.md; None where none is at work."""
    workers: list[Standing]
    """Of those that follow the stream."""


class Standings:
    """Of one stream. All methods raise `redis.RedisError` while Redis can't be reached."""

    def __init__(self, client: redis.Redis, hotlog: HotLog) -> None:
        self._redis = client
        self._tell = client.register_script(_TELL)
        self._producer_key, self._workers_key = hotlog.producer_key, hotlog.workers_key

    def tell(self, worker: str, standing: Standing) -> None:
        """Say how a worker stands, of which there is one of this name; it is not empty."""
        self._tell(keys=[self._workers_key], args=[worker, json.dumps(standing), WORKER_KEPT_S])

    def told(self) -> Told:
        """What was said last; workers that have said nothing for long are forgotten."""
        with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.time()
            pipeline.get(self._producer_key)
            pipeline.hgetall(self._workers_key)
            (seconds, microseconds), producer, workers = pipeline.execute()
        standings = {worker: json.loads(said) for worker, said in workers.items()}
        oldest_ts = seconds + microseconds / 1e6 - WORKER_KEPT_S
        old = [worker for worker, standing in standings.items() if standing["ts"] < oldest_ts]
        if old:
            self._redis.hdel(self._workers_key, *old)
        present = [standing for worker, standing in sorted(standings.items()) if worker not in old]
        return Told(json.loads(producer) if producer is not None else None, present)
