"""The index: a row for each immutable file, made from the files, which are the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, QuerySet, Sum

from ticks.archive.gaps import unarchived
from ticks.archive.layout import closed_name, epochs, first_t_of, immutable_files, is_sealed
from ticks.archive.opened import Damaged, log_once, opened
from ticks.archive.placing import Misplaced, check_place, place_of
from ticks.archive.rollups.levels import is_rollup
from ticks.archive.survey import Facts, Place, survey, survey_sealed
from ticks.models import Segment

Had = Mapping[str, Segment]
"""Rows by their paths."""


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

    A damaged file keeps the row that it had. Where an epoch's oldest files are gone, its first one's ordinal
    is taken over from the row it had.
    """
    with transaction.atomic():
        rows = segments(stream)
        had = {row.path: row for row in rows.iterator()}
        rows.delete()
        return sum(index_epoch(archive, stream, epoch, had) for epoch in epochs(archive / stream))


def index_epoch(archive: Path, stream: str, epoch: str, had: Had | None = None) -> int:
    """`index_closed` for one epoch. `had`: the rows that were there before, where they are made anew.

    A file of which nothing can be read, or that belongs elsewhere, is left out.
    """
    indexed = set(segments(stream, epoch).values_list("path", flat=True))
    added = 0
    for path in immutable_files(archive / stream / epoch):
        if path.relative_to(archive).as_posix() not in indexed:
            try:
                added += _index(archive, path, had or {})
            except FileNotFoundError:
                continue  # it was sealed meanwhile
            except (Damaged, Misplaced) as reason:
                log_once(f"left out of the index: {reason}")
    return added


def index_known(archive: Path, stream: str, epoch: str, known: dict[int, Facts]) -> None:
    """Give the closed files their rows of which all is known, by their first `t`; what is done is taken out.

    No file is read and no folder looked through.
    """
    for first_t in sorted(known):
        with suppress(FileNotFoundError):  # it was indexed and sealed by another
            _enter(archive, archive / stream / epoch / closed_name(first_t), known[first_t])
        del known[first_t]


def replace(archive: Path, rows: Sequence[Segment], path: Path) -> None:
    """Let the rows of files give way, in one transaction, to that of the sealed file which holds the same ticks.

    Raises `FileNotFoundError`, and `Damaged` where the end of that can't be read; then they stay.
    """
    with opened(path) as file:
        facts, place = survey_sealed(file)
    with transaction.atomic():
        Segment.objects.filter(pk__in=[row.pk for row in rows]).delete()
        _add(archive, path, facts, place)


def _index(archive: Path, path: Path, had: Had) -> bool:
    """Give a file its row, unless another holds its ticks.

    Raises `Damaged` where nothing of it can be read, and `Misplaced`.
    """
    if is_sealed(path):
        with suppress(Damaged):
            _adopt(archive, path)
            return True
        if path.with_suffix("").exists():
            return False  # nor are the closed files gone that it was made of
    stream, epoch, _ = path.relative_to(archive).parts
    if _before(stream, epoch, first_t_of(path))[1]:
        return False
    old = had.get(path.relative_to(archive).as_posix())
    facts, is_whole = _survey(path, old)
    return _enter(archive, path, facts, old, is_whole=is_whole)


def _enter(archive: Path, path: Path, facts: Facts, old: Segment | None = None, *, is_whole: bool = True) -> bool:
    """Add the row of a file, unless another holds its ticks: the archiver and a producer may both be at it.

    Raises `FileNotFoundError` where it is gone.
    """
    stream, epoch, _ = path.relative_to(archive).parts
    with transaction.atomic():
        before, is_covered = _before(stream, epoch, first_t_of(path))
        if is_covered:
            return False
        following = segments(stream, epoch).filter(first_t__gt=facts.last_t).order_by("first_t").first()
        begin = -1 if is_rollup(stream) else min(0, facts.first_t - 1)  # a row covers what is before it as well
        place = place_of(facts, before, following, old, unarchived(path.parent), begin=begin, is_whole=is_whole)
        _add(archive, path, facts, place)
    return True


def _before(stream: str, epoch: str, first_t: int) -> tuple[Segment | None, bool]:
    """The row at or before this `t`, and whether that holds it."""
    row = segments(stream, epoch).filter(first_t__lte=first_t).order_by("first_t").last()
    return row, row is not None and row.last_t >= first_t


def _adopt(archive: Path, path: Path) -> None:
    """Let a sealed file take the place of all that it covers.

    Raises `Damaged` where its end can't be read, `Misplaced` where it belongs elsewhere.
    """
    stream, epoch, _ = path.relative_to(archive).parts
    with opened(path) as file:
        check_place(file, stream, epoch)
        facts, _ = survey_sealed(file)
    covered = segments(stream, epoch).filter(first_t__gte=facts.first_t, last_t__lte=facts.last_t)
    replace(archive, list(covered), path)


def _survey(path: Path, old: Segment | None) -> tuple[Facts, bool]:
    """What a file holds, and whether that is all; of a damaged one, what the row says that it had."""
    try:
        with opened(path) as file:
            facts, is_whole = survey(file)
    except Damaged:
        if old is None:
            raise
        is_whole = False
    if old is not None and not is_whole:
        facts = Facts(old.first_t, old.last_t, old.count, old.min_ts, old.max_ts, old.bytes)
    return facts, is_whole


def _add(archive: Path, path: Path, facts: Facts, place: Place) -> None:
    stream, epoch, _ = path.relative_to(archive).parts
    Segment.objects.update_or_create(
        stream=stream,
        epoch=epoch,
        first_t=facts.first_t,
        defaults={
            "last_t": facts.last_t,
            "prev_t": place.prev_t,
            "n": place.last_n + 1,
            "count": facts.count,
            "min_ts": facts.min_ts,
            "max_ts": facts.max_ts,
            "bytes": facts.bytes,
            "stored": path.stat().st_size,
            "path": path.relative_to(archive).as_posix(),
        },
    )


def epochs_kept(stream: str) -> list[Mapping[str, Any]]:
    """What is archived of each epoch, oldest first.

    `epoch`, `oldest_t`, `newest_t`, `count`, and the range of times: `oldest_ts`, `newest_ts` (UNIX seconds).
    """
    rows = segments(stream).order_by("epoch").values("epoch")
    times = {"oldest_ts": Min("min_ts"), "newest_ts": Max("max_ts")}
    return [*rows.annotate(oldest_t=Min("first_t"), newest_t=Max("last_t"), count=Sum("count"), **times)]
