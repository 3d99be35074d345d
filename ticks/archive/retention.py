"""Retention: the oldest immutable files of a stream, and of its rollups, go by age and by bytes.

A file goes within the transaction that takes its row. Killed between, the row stays: readers pass over it, and
the next time takes it. The other way round a closed file would be left whose ordinal nothing proves.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ticks.archive import index
from ticks.archive.amount import Amount, when
from ticks.archive.expiry import due
from ticks.archive.layout import GAPS, closed_files, epochs, first_t_of
from ticks.archive.rollups.levels import names
from ticks.models import Segment, Stream

logger = logging.getLogger(__name__)


class Keep(NamedTuple):
    """How much of a stream is kept; 0 is no limit."""

    days: float = 0.0
    bytes: int = 0
    """Stored ones, of its ticks."""
    rollups_days: float = 0.0

    def fault(self) -> str | None:
        """Why rollups can't go as this says: before their ticks."""
        if not self.rollups_days or 0 < self.days <= self.rollups_days:
            return None
        said = (
            _(
                "Rollups older than %(rollups)s days can't go before their ticks: "
                "of these those older than %(days)s days go."
            )
            if self.days
            else _("Rollups older than %(rollups)s days can't go before their ticks: of these they are kept for ever.")
        )
        return said % {"rollups": f"{self.rollups_days:g}", "days": f"{self.days:g}"}


def wanted(stream: Stream) -> Keep:
    """As its row says, and where that says nothing the settings."""
    return Keep(
        settings.TICKS_KEEP_DAYS if stream.keep_days is None else stream.keep_days,
        settings.TICKS_KEEP_BYTES if stream.keep_bytes is None else stream.keep_bytes,
        settings.TICKS_KEEP_ROLLUPS_DAYS if stream.keep_rollups_days is None else stream.keep_rollups_days,
    )


def kept(stream: str) -> Keep:
    """What a stream's row and the settings want. Rollups are kept as long as ticks, also where the two don't agree."""
    keep = wanted(Stream.objects.filter(name=stream).first() or Stream(name=stream))
    return keep._replace(rollups_days=keep.days) if keep.fault() else keep


def retain(archive: Path, stream: str) -> None:
    """Prune a stream as its row and the settings want it, and log what went."""
    for name, gone in prune(archive, stream, kept(stream)):
        logger.info("%s: no longer kept, through %s: %s", name, when(gone.max_ts), gone)


def prune(archive: Path, stream: str, keep: Keep, *, dry_run: bool = False) -> Iterator[tuple[str, Amount]]:
    """What goes of a stream and of its rollups, by their names. Raises `OSError` where a file can't be removed."""
    for name, days, stored in [(stream, keep.days, keep.bytes), *((n, keep.rollups_days, 0) for n in names(stream))]:
        if not days and not stored:
            continue
        rows = due(name, days, stored) if dry_run else list(_pruned(archive, name, days, stored))
        if rows:
            yield name, Amount.of(rows)


def _pruned(archive: Path, name: str, days: float, stored: int) -> Iterator[Segment]:
    """The rows of what went. Where a file was sealed meanwhile, what is due is asked again: no hole is to be left."""
    is_done = False
    while not is_done:
        is_done = True
        for row, covered in _with_covered(archive, due(name, days, stored)):
            is_done = _remove(archive, row, covered)
            if not is_done:
                break
            yield row
    _remove_folders(archive, name)


def were_taken(archive: Path, rows: Sequence[Segment]) -> bool:
    """Whether any of these files were pruned, or deleted with their stream. Rows that a kill left of such go."""
    with transaction.atomic():  # who is just pruning ends first
        there = Segment.objects.filter(pk__in=[row.pk for row in rows])
        left = [row.pk for row in there if _is_missing(archive / row.path)]
        few = len(there) < len(rows)
        Segment.objects.filter(pk__in=left).delete()
    return few or bool(left)


def _is_missing(path: Path) -> bool:
    """Its folder is there: no disk is gone with it."""
    return path.parent.is_dir() and not path.exists()


def _with_covered(archive: Path, rows: Sequence[Segment]) -> Iterator[tuple[Segment, list[Path]]]:
    """With the closed files up to the end of each: a killed archiver leaves some that were sealed."""
    for folder, files in groupby(rows, key=lambda row: (archive / row.path).parent):
        closed = deque(closed_files(folder))
        for row in files:
            covered = []
            while closed and first_t_of(closed[0]) <= row.last_t:
                covered.append(closed.popleft())
            yield row, covered


def _remove(archive: Path, row: Segment, covered: Sequence[Path]) -> bool:
    """Whether it still was there: it may have been sealed meanwhile, or pruned by another."""
    with transaction.atomic():
        found = index.segments(row.stream, row.epoch).filter(first_t=row.first_t, path=row.path)
        if not found.delete()[0]:
            return False
        for path in (*covered, archive / row.path):
            path.unlink(missing_ok=True)
    return True


def _remove_folders(archive: Path, stream: str) -> None:
    """Those of older epochs in which nothing is left that could be read."""
    for epoch in epochs(archive / stream)[:-1]:
        folder = archive / stream / epoch
        with suppress(FileNotFoundError):  # another one prunes too
            if not index.segments(stream, epoch).exists() and {entry.name for entry in folder.iterdir()} <= {GAPS}:
                (folder / GAPS).unlink(missing_ok=True)
                folder.rmdir()
