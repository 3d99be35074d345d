"""Where a range of time begins. Blocking."""

from __future__ import annotations

from ticks.cursor import Cursor, Gap
from ticks.live.store import Store


def since(store: Store, ts: float) -> Cursor | None:
    """The cursor before the first tick made at `ts` (UNIX seconds) or later, and before the gap that it ends.

    So of ranges that follow each other each gap is in one: that of the tick behind it. None where there is no tick.
    Raises `redis.RedisError` where that can't be known.
    """
    found = store.seek(ts)
    before = store.before(found, 1) if found is not None else None
    return before.cursor if isinstance(before, Gap) and before.epoch is None else found
