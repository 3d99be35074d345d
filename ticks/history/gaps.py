"""Where a stream has no ticks in a range of time, and why: from the index and notes, without reading all. Blocking.

What is damaged within an indexed file shows only to who reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import close_old_connections

from ticks.archive import index
from ticks.archive.gaps import unarchived
from ticks.history.joints import Joint, around, open_joints
from ticks.history.missing import Missing, reason_before_all, reason_between
from ticks.history.unindexed import behind
from ticks.live.store import Store

BESIDE = 2
"""So many may lie around a range, and not in it."""


def gaps(store: Store, from_ts: float, to_ts: float, most: int) -> list[Missing]:
    """Those at `from_ts` or later, before `to_ts` (UNIX seconds), oldest first, up to so many.

    While Redis is away, of what is archived.
    """
    close_old_connections()
    where = around(store.stream, from_ts, to_ts)
    folder = store.archive / store.stream
    found = [one for joint in open_joints(store.stream, where, most + BESIDE) for one in _at(folder, joint)]
    if where.high is None:
        newest = index.newest(store.stream)
        if newest is None or newest.max_ts < to_ts:
            found += behind(store, newest)
    return [one for one in found if one.meets(from_ts, to_ts)][:most]


def _at(folder: Path, joint: Joint) -> Iterator[Missing]:
    epoch, missing = joint.epoch, joint.n - 1
    if joint.before_epoch is None:
        if missing:
            reason = reason_before_all(folder / epoch, joint.prev_t)
            yield Missing(reason, epoch, -1, joint.first_t, missing, None, joint.min_ts)
    elif joint.before_epoch == epoch:
        reason = reason_between(folder / epoch, joint.before_t, joint.prev_t)
        lacking = missing - joint.before_n
        yield Missing(reason, epoch, joint.before_t, joint.first_t, lacking, joint.before_ts, joint.min_ts)
    else:
        for hole in unarchived(folder / joint.before_epoch):
            if hole.after_t >= joint.before_t:
                where = (joint.before_epoch, hole.after_t, hole.through_t + 1, hole.missing)
                yield Missing("unarchived", *where, joint.before_ts, joint.min_ts)
        yield Missing("epoch", epoch, joint.before_t, joint.first_t, missing, joint.before_ts, joint.min_ts)
