"""Forgetting a stream in Redis."""

from __future__ import annotations

import redis

from ticks.live.hotlog import HotLog


def forget(client: redis.Redis, hotlog: HotLog) -> None:
    """Remove all keys of a stream at once: hot log, head, lease, fence. Raises `redis.RedisError`."""
    keys = list(client.scan_iter(f"{hotlog.head_key.removesuffix('head')}*", count=1000))
    if keys:
        client.unlink(*keys)
