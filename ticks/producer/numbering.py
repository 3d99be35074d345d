"""Where a writer goes on: the epoch, and the tick after which it numbers."""

from __future__ import annotations

import time
from pathlib import Path

from ticks.archive import gaps, index
from ticks.archive.active import ActiveFile
from ticks.archive.copied import remove_old_copy
from ticks.archive.layout import ACTIVE, epochs
from ticks.cursor import Cursor, new_epoch
from ticks.live.hotlog import Head


def resume(archive: Path, stream: str, head: Head | None, *, renumber: bool = False) -> Cursor:
    """The tip of the epoch that a writer continues, or the beginning of a new one.

    Files that a killed writer left open are closed and indexed first. A new epoch begins where the archive
    is empty, where the hot log's epoch is none of its own (its ticks were numbered elsewhere), and with
    `renumber`: the archive may have lost ticks that somebody saw, whose numbers must not be given out again.
    """
    stream_dir = archive / stream
    stream_dir.mkdir(parents=True, exist_ok=True)
    close_left_open(stream_dir)
    index.forget_missing(archive, stream)
    own = epochs(stream_dir)
    index.index_closed(archive, stream)
    foreign = head is not None and head.tip.epoch not in own
    if not own or foreign or renumber:
        latest = max([*own[-1:], *([head.tip.epoch] if head else [])], default=None)
        return Cursor(new_epoch(time.time(), latest), -1, 0)
    return _tip(stream_dir / own[-1], stream, head)


def close_left_open(stream_dir: Path) -> int:
    """Close the active files that a killed writer left; its lock must be held. Returns how many."""
    left = [stream_dir / epoch for epoch in epochs(stream_dir) if (stream_dir / epoch / ACTIVE).exists()]
    own = [epoch_dir for epoch_dir in left if not remove_old_copy(epoch_dir)]
    for epoch_dir in own:
        ActiveFile(epoch_dir).close()
    return len(own)


def _tip(epoch_dir: Path, stream: str, head: Head | None) -> Cursor:
    """After the archive's last tick, or the hot log's where that is newer: then the difference is a hole."""
    epoch = epoch_dir.name
    row = index.newest(stream, epoch)
    tip = Cursor(epoch, row.last_t, row.last_n) if row else Cursor(epoch, -1, 0)
    for hole in gaps.unarchived(epoch_dir):
        if hole.after_t == tip.t or not tip.n:
            tip = Cursor(epoch, hole.through_t, (tip.n or 0) + hole.missing)
    if head is None or head.tip.epoch != epoch or head.tip.t < tip.t:
        return tip
    if head.tip.t == tip.t:
        return head.tip
    gaps.note(epoch_dir, gaps.Hole(tip.t, head.tip.t, (head.tip.n or 0) - (tip.n or 0)))
    return head.tip
