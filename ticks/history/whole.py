"""All that lies within bounds, through the newest tick that there is when it begins. Blocking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db import close_old_connections

from ticks.archive import index
from ticks.cursor import Cursor
from ticks.history.bounds import Bounds, place
from ticks.history.forward import Forward
from ticks.history.kept import newest
from ticks.history.step import Step
from ticks.live.store import Store

MANY = 1 << 20
"""Ticks at once: what is stored in one piece is read as one."""
STEPS = 16
"""So much is read in one go at most, where the bounds leave out most of it."""


class Whole:
    """Reads on until it is over, or raises: nobody is to take a part for all."""

    def __init__(self, store: Store, bounds: Bounds) -> None:
        """Raises `redis.RedisError` where what is asked for may go on behind what is archived, and can't be had."""
        close_old_connections()
        if not _is_archived(store, bounds):
            store.hotlog.head()
        end = newest(store)
        if end is not None and (bounds.before is None or place(end) < place(bounds.before)):
            bounds = replace(bounds, before=Cursor(end.epoch, end.t + 1))
        self.bounds = bounds
        self.epoch: str | None = None
        """Of the first tick, once it was read."""
        self._store = store
        self._forward = Forward(store, bounds)
        self.is_over = self._forward.is_over or end is None

    @property
    def cursor(self) -> Cursor:
        """How far was read."""
        return self._forward.cursor

    def steps(self) -> Iterator[Step]:
        """What comes next, some of it. Raises `redis.RedisError` where it can't be had just now."""
        for _ in range(STEPS):
            step = self._step()
            if step is None:
                return
            yield step

    def went(self, cursor: Cursor) -> None:
        """What comes before there was read elsewhere, without a gap."""
        close_old_connections()
        self._forward.went(cursor)
        self.epoch = self.epoch or cursor.epoch
        self.is_over = self._forward.is_over

    def _step(self) -> Step | None:
        step = None if self.is_over else self._forward.read(MANY)
        self.is_over = step is None or self._forward.is_over
        if self.epoch is None and step is not None and step.text:
            self.epoch = step.cursor.epoch
        return step


def _is_archived(store: Store, bounds: Bounds) -> bool:
    """Whether all of it surely is."""
    row = index.newest(store.stream)
    if row is None:
        return False
    return bounds.to_ts <= row.min_ts or (bounds.before is not None and place(bounds.before) <= (row.epoch, row.last_t))
