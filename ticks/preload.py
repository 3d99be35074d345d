"""What the dashboard asks for first, so that a browser can ask while the program is still on its way. Blocking."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import redis

from ticks.history.kept import first_since
from ticks.leaves import leaves
from ticks.live.store import Store
from ticks.packing import dump

MOST_TICKS = 1000
"""Of more than these the page shows buckets."""
MOST_PATHS = 32
SLACK_S = 5.0
"""So far the browser's clock may be behind, with the time that it takes to ask."""


def order(paths: Sequence[str], latest: Mapping[str, Any] | None) -> list[str]:
    """As the page has them: those of the newest tick first, in its order."""
    there = [path for key, value in (latest or {}).items() for path, _ in leaves(value, key)]
    known = set(paths)
    return list(dict.fromkeys([*(path for path in there if path in known), *paths]))


def first_window(store: Store, api: str, paths: Sequence[str], seconds: float) -> dict[str, Any] | None:
    """The ticks of the last `seconds`, with the first of these `paths`: their address, the paths, and since when.

    `api` is the address of the stream.

    None where there are too many to be shown one by one, or none, or nobody can tell just now.
    """
    since = round(time.time() - seconds - SLACK_S, 3)
    try:
        count = _count(store, since)
    except redis.RedisError:
        return None
    if not 0 < count <= MOST_TICKS or not paths:
        return None
    wanted = list(paths[:MOST_PATHS])
    query = {"from_ts": since, "limit": MOST_TICKS, "fields": dump(wanted).decode()}
    return {"url": f"{api}ticks/?{urlencode(query)}", "from": since, "paths": wanted}


def _count(store: Store, since: float) -> int:
    """How many ticks there are since then, in the present epoch; 0 where it is not known."""
    head = store.hotlog.head()
    first = first_since(store, head, since) if head is not None else None
    return (head.tip.n or 0) - first.n + 1 if head is not None and first is not None else 0
