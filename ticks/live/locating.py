"""Where a reader stands who names an epoch and a `t`, and whether that can be at all."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import NamedTuple

import redis

from ticks.cursor import Cursor
from ticks.live.feed import READY_S, Feed
from ticks.live.hotlog import Head
from ticks.live.store import Store
from ticks.live.threads import in_thread


class Located(NamedTuple):
    """`newest_t` is what is known to be the epoch's newest tick; None where that is over, or nobody knows."""

    cursor: Cursor
    newest_t: int | None


class Ahead(Exception):
    """Of the newest tick, by a hot log that was just asked: another numbering made this `t`."""

    def __init__(self, epoch: str, newest_t: int) -> None:
        super().__init__(epoch, newest_t)
        self.epoch, self.newest_t = epoch, newest_t


class NotKept(Exception):
    """Nothing is kept of the epoch; `present` is the one that there is, if any."""

    def __init__(self, present: str | None) -> None:
        super().__init__(present)
        self.present = present


class NotKnown(Exception):
    """While Redis can't be reached, or is being refilled, nobody can know."""


async def located(feed: Feed, epoch: str | None, t: int, *, from_oldest: bool = False) -> Located | None:
    """None where the stream has no tick at all. Raises `Ahead`, `NotKept`, `NotKnown`.

    `epoch` None is the present one. `from_oldest`: before the oldest tick that is kept, whatever `t` is.
    """
    ring = feed.relay.ring
    if ring.epoch and epoch in (None, ring.epoch) and t <= ring.tip and not from_oldest:
        return Located(Cursor(ring.epoch, t), ring.tip)  # nobody has to be asked
    with suppress(TimeoutError):
        async with asyncio.timeout(READY_S):
            await feed.relay.ready.wait()
    found: Located | None = await in_thread(locate, feed.store, epoch, t, from_oldest, ring.epoch)
    if found is not None and found.newest_t is None and found.cursor.epoch == ring.epoch:
        return Located(found.cursor, ring.tip)
    return found


def locate(store: Store, epoch: str | None, t: int, from_oldest: bool, in_memory: str) -> Located | None:
    """`located`, but for the ring, which holds the epoch `in_memory`. Blocking."""
    try:
        head, is_away = store.hotlog.head(), False
    except redis.RedisError:
        head, is_away = None, True
    present = head.tip.epoch if head is not None else max(in_memory, store.epoch() or "") or None
    if epoch is None and present is None:
        if is_away:
            raise NotKnown
        return None
    if epoch not in (None, present, in_memory):
        _check_kept(store, str(epoch), head, present)
    at = epoch or str(present)
    newest_t = head.newest_t if head is not None and head.tip.epoch == at else None
    if from_oldest:
        oldest = store.oldest(at)
        return Located(oldest.cursor if oldest is not None else Cursor(at, -1), newest_t)
    if newest_t is not None and t > newest_t:
        raise Ahead(at, newest_t)
    return Located(Cursor(at, t), newest_t)


def _check_kept(store: Store, epoch: str, head: Head | None, present: str | None) -> None:
    """Where a producer is at it, a hot log that has nothing is about to be refilled."""
    try:
        if store.knows(epoch):
            return
        if head is not None or not store.hotlog.producer_is_up():
            raise NotKept(present)
    except redis.RedisError:
        pass
    raise NotKnown
