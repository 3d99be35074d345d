"""Series that are never behind: what is indexed, and the ticks that are not archived yet.

Blocking: call it from a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import close_old_connections

from ticks.archive import reader
from ticks.archive.rollups.buckets import Buckets
from ticks.archive.rollups.series import series as archived
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live.store import Store
from ticks.tick import head

MANY = 1 << 20
"""Ticks at once: what is not archived yet are hundreds of batches, which are read as few."""


class Series(NamedTuple):
    """Every tick up to `through` is in the buckets, where it falls into their time, and none after it.

    Who goes on with the ticks after it has no hole and none twice, as long as it was made before the buckets' end: at
    `through_ts` (UNIX seconds). None where no tick is stored.
    """

    buckets: Buckets
    through: Cursor | None
    through_ts: float | None = None


def series(store: Store, fields: Sequence[str], from_ts: float, to_ts: float, points: int) -> Series:
    """What the fields did at `from_ts` or later, before `to_ts` (UNIX seconds), in at most so many buckets."""
    close_old_connections()
    found, through = archived(store.archive, store.stream, fields, from_ts, to_ts, points)
    newest: Batch | None = None
    cursor = through or Cursor(store.epoch() or "", -1)
    while (following := store.after(cursor, max_ticks=MANY)) is not None:
        cursor = following.cursor
        if isinstance(following, Batch):
            found.add_ticks(following.records)
            through, newest = cursor, following
    newest = newest or reader.last(store.archive, store.stream)
    return Series(found, through, head(newest.records[-1]).ts if newest is not None else None)
