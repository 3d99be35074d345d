"""The index: a row for each immutable file, made from the files, which are the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, QuerySet, Sum

from ticks.archive.gaps import unarchived
from ticks.archive.layout import closed_files, epochs
from ticks.models import Segment
from ticks.tick import head

First = Mapping[tuple[str, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file of lines says of itself."""

    first_t: int
    last_t: int
    count: int
    min_ts: float
    max_ts: float
    bytes: int

    def and_then(self, more: Facts) -> Facts:
        """With the lines that follow."""
        return Facts(
            self.first_t,
            more.last_t,
            self.count + more.count,
            min(self.min_ts, more.min_ts),
            max(self.max_ts, more.max_ts),
            self.bytes + more.bytes,
        )


def survey(path: Path) -> Facts:
    """Read a closed file once; raises `ValueError` for an empty one and a line that is no tick."""
    first = last = None
    count = size = 0
    min_ts = max_ts = 0.0
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                raise ValueError(f"{path} ends in the middle of a line")
            last = head(line)
            if first is None:
                first, min_ts, max_ts = last, last.ts, last.ts
            min_ts, max_ts = min(min_ts, last.ts), max(max_ts, last.ts)
            count, size = count + 1, size + len(line)
    if first is None or last is None:
        raise ValueError(f"{path} is empty")
    return Facts(first.t, last.t, count, min_ts, max_ts, size)


def segments(stream: str, epoch: str | None = None) -> QuerySet[Segment]:
    rows = Segment.objects.filter(stream=stream)
    return rows if epoch is None else rows.filter(epoch=epoch)


def newest(stream: str, epoch: str | None = None) -> Segment | None:
    """The last segment of an epoch, or of the newest epoch that has any."""
    return segments(stream, epoch).order_by("epoch", "first_t").last()


def index_closed(archive: Path, stream: str) -> int:
    """Give each closed file that has no row its row; returns how many were added."""
    return sum(index_epoch(archive, stream, epoch) for epoch in epochs(archive / stream))


def forget_missing(archive: Path, stream: str) -> None:
    """Drop the rows whose files are gone. The ordinals of the others stay: they prove what is missing."""
    gone = [row.pk for row in segments(stream).only("path").iterator() if not (archive / row.path).exists()]
    for start in range(0, len(gone), 500):
        Segment.objects.filter(pk__in=gone[start : start + 500]).delete()


def reindex(archive: Path, stream: str) -> int:
    """Make the rows of a stream anew from its files; returns how many there are.

    Where an epoch's oldest files are gone, its first one's ordinal is taken over from the row it had.
    """
    with transaction.atomic():
        rows = segments(stream)
        first = {(row.epoch, row.first_t): (row.prev_t, row.n - 1) for row in rows.iterator()}
        rows.delete()
        return sum(index_epoch(archive, stream, epoch, first) for epoch in epochs(archive / stream))


def index_epoch(
    archive: Path, stream: str, epoch: str, first: First | None = None, known: dict[int, Facts] | None = None
) -> int:
    """`index_closed` for one epoch. `first`: what is known to come before a file that is now the first.

    Files that are `known`, by their first `t`, are not read; what is indexed is taken out of it.
    """
    before = newest(stream, epoch)
    added = 0
    for path in closed_files(archive / stream / epoch):
        if before is None or int(path.stem) > before.last_t:
            facts = (known or {}).get(int(path.stem)) or survey(path)
            origin = (min(0, facts.first_t - 1), 0)
            start = (before.last_t, before.last_n) if before else (first or {}).get((epoch, facts.first_t), origin)
            before = _add(archive, stream, path, facts, start)
            (known or {}).pop(facts.first_t, None)
            added += 1
    return added


def _add(archive: Path, stream: str, path: Path, facts: Facts, start: tuple[int, int]) -> Segment:
    """The row of a file, given the `t` and the ordinal that come before it, holes aside."""
    prev_t, last_n = start
    for hole in unarchived(path.parent):
        if (prev_t <= hole.after_t or not last_n) and hole.through_t < facts.first_t:
            prev_t, last_n = hole.through_t, last_n + hole.missing
    row, _ = Segment.objects.update_or_create(
        stream=stream,
        epoch=path.parent.name,
        first_t=facts.first_t,
        defaults={
            "last_t": facts.last_t,
            "prev_t": prev_t,
            "n": last_n + 1,
            "count": facts.count,
            "min_ts": facts.min_ts,
            "max_ts": facts.max_ts,
            "bytes": facts.bytes,
            "path": path.relative_to(archive).as_posix(),
        },
    )
    return row


def epochs_kept(stream: str) -> list[Mapping[str, Any]]:
    """What is archived of each epoch, oldest first: `epoch`, `oldest_t`, `newest_t`, `count`."""
    rows = segments(stream).order_by("epoch").values("epoch")
    return [*rows.annotate(oldest_t=Min("first_t"), newest_t=Max("last_t"), count=Sum("count"))]
