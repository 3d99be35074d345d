"""What a store has for a reader, and whether that is known. Blocking."""

from __future__ import annotations

from collections.abc import Callable

from ticks.batch import Batch
from ticks.cursor import Gap
from ticks.live.store import Store

Owed = Batch | Gap | None


def owed(store: Store, read: Callable[[], Owed]) -> Owed:
    """What `read` finds there; None where there is nothing. Raises `redis.RedisError` where that can't be known."""
    found = read()
    if found is None:
        store.hotlog.head()  # or it says that it is away
        found = read()
    return found
