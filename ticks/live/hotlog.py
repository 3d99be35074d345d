"""The hot log: a stream's newest batches in a Redis Stream, a key for each epoch.

Blocking: call it from a thread. Every command that redis-py may repeat by itself is harmless twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.pack import renewed

OLD_EPOCH_S = 86400
"""A log whose epoch has ended is kept for so long."""

_APPEND = (Path(__file__).parent / "append.lua").read_text()


@dataclass(frozen=True, slots=True)
class Head:
    """What the hot log knows of its stream: the newest tick, and whether a producer holds the lease."""

    tip: Cursor
    ts: float
    """When the newest batch came in: UNIX seconds of the producer's clock."""
    newest_t: int
    """The producer's own newest tick: beyond the tip while the log is being refilled."""


HEAD = ("epoch", "tip", "n", "ts", "newest")
"""As Redis has it."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How a stream's hot log stands, and whether a producer holds the lease."""

    head: Head | None
    is_up: bool


@dataclass(frozen=True, slots=True)
class Appended:
    """The answer to an append, with the tip that the log has now."""

    word: Literal["ok", "known", "hole", "fenced"]
    t: int
    n: int


class HotLog:
    """One stream's hot log. All methods raise `redis.RedisError` while Redis can't be reached."""

    def __init__(self, client: redis.Redis, stream: str) -> None:
        self._redis = client
        self._append = client.register_script(_APPEND)
        self.head_key = f"ticks:{{{stream}}}:head"
        self.lease_key = f"ticks:{{{stream}}}:lease"
        self.fence_key = f"ticks:{{{stream}}}:fence"
        self.producer_key = f"ticks:{{{stream}}}:producer"
        self.workers_key = f"ticks:{{{stream}}}:workers"
        self._log_key = f"ticks:{{{stream}}}:log:"

    def head(self) -> Head | None:
        """None where nothing was ever published, or Redis came back empty."""
        return _head(self._redis.hmget(self.head_key, *HEAD))

    def producer_is_up(self) -> bool:
        return bool(self._redis.exists(self.lease_key))

    def append(
        self,
        batch: Batch,
        *,
        after_t: int,
        newest_t: int,
        fence: int,
        max_bytes: int,
        indexed_t: int,
        now: float,
    ) -> Appended:
        """Add a batch; the oldest that lie in indexed files (up to `indexed_t`) go when over `max_bytes`.

        `after_t` is the log's tip as the writer knows it: the batch's `prev_t`, except behind ticks that
        are stored nowhere. `newest_t` is the newest tick that the writer has.
        """
        word, t, n = self._append(
            keys=[self.head_key, self._log_key + batch.epoch],
            args=[
                fence,
                batch.epoch,
                batch.prev_t,
                batch.n,
                batch.first_t,
                batch.last_t,
                batch.count,
                batch.packed,
                max_bytes,
                indexed_t,
                now,
                after_t,
                newest_t,
            ],
        )
        return Appended(word.decode(), int(t), int(n))

    def after(self, epoch: str, t: int, count: int) -> list[Batch]:
        """Up to `count` batches that hold ticks after `t`, oldest first."""
        start = f"{t + 1}-0" if t >= 0 else "-"
        return _batches(epoch, self._redis.xrange(self._log_key + epoch, start, "+", count))

    def before(self, epoch: str, t: int) -> Batch | None:
        """The last batch that begins at `t` or before."""
        if t < 0:
            return None
        for batch in self.after(epoch, t - 1, 1):
            if batch.first_t <= t:
                return batch
        older = _batches(epoch, self._redis.xrevrange(self._log_key + epoch, f"{t}", "-", 1))
        return older[0] if older else None

    def newest(self, epoch: str, count: int) -> list[Batch]:
        """The newest `count` batches, oldest first."""
        return _batches(epoch, self._redis.xrevrange(self._log_key + epoch, "+", "-", count))[::-1]

    def holds(self, epoch: str) -> bool:
        return bool(self._redis.exists(self._log_key + epoch))

    def retire(self, epoch: str) -> None:
        """Let the log of an epoch that has ended expire."""
        self._redis.expire(self._log_key + epoch, OLD_EPOCH_S)


def connect(url: str) -> redis.Redis:
    """A client for the hot log and the lease; its time-outs let nothing hang for longer than 5 s."""
    client: redis.Redis = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
    return client


def connect_briefly(url: str, answer_s: float) -> redis.Redis:
    """A client for who can do without an answer: asked once, and waited for so many seconds at most."""
    once = Retry(NoBackoff(), 0)
    client: redis.Redis = redis.Redis.from_url(
        url, socket_timeout=answer_s, socket_connect_timeout=answer_s, retry=once
    )
    return client


def pulses(client: redis.Redis, streams: Sequence[str]) -> list[Pulse]:
    """Those of many streams, in one round trip. Raises `redis.RedisError`."""
    with client.pipeline(transaction=False) as pipeline:
        for log in (HotLog(client, stream) for stream in streams):
            pipeline.hmget(log.head_key, *HEAD)
            pipeline.exists(log.lease_key)
        answers = pipeline.execute()
    return [Pulse(_head(head), bool(up)) for head, up in zip(answers[::2], answers[1::2], strict=True)]


def _head(fields: Any) -> Head | None:
    epoch, tip, n, ts, newest_t = cast(Sequence[Any], fields)
    if epoch is None:
        return None
    return Head(Cursor(epoch.decode(), int(tip), int(n)), float(ts), int(newest_t))


def _batches(epoch: str, entries: Any) -> list[Batch]:
    return [_batch(epoch, *entry) for entry in entries]


def _batch(epoch: str, key: bytes, fields: dict[bytes, bytes]) -> Batch:
    number: dict[bytes, Any] = {name: int(fields[name]) for name in (b"p", b"n", b"f", b"c")}
    last_t = int(key.partition(b"-")[0])
    return Batch(epoch, number[b"p"], number[b"n"], number[b"f"], last_t, number[b"c"], packs=(renewed(fields[b"d"]),))
