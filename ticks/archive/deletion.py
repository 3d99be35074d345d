"""Deleting a stream: its folders take names that no reader and no archiver looks for, and are then removed."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from django.db import transaction
from django.db.models import Max, Min, Sum

from ticks.archive.amount import Amount
from ticks.archive.index import segments
from ticks.archive.rollups.levels import names
from ticks.models import Field, Segment, Stream

MARK = ".deleted-"
"""Begins the name of what is to be removed. No stream can have such a name."""


def is_known(archive: Path, stream: str) -> bool:
    """Whether there is anything of a stream, be it what a kill left of its deletion."""
    rows = Segment.objects.filter(stream__in=_own(stream)).exists() or Stream.objects.filter(name=stream).exists()
    return rows or any((archive / name).is_dir() for name in _own(stream))


def content(archive: Path, stream: str) -> Amount:
    """Its ticks, as the index has them, and all files of it and of its rollups."""
    told = segments(stream).aggregate(ticks=Sum("count"), min_ts=Min("min_ts"), max_ts=Max("max_ts"))
    found = [path for name in _own(stream) for path in (archive / name).rglob("*.jsonl*") if path.is_file()]
    size = sum(path.stat().st_size for path in found)
    return Amount(len(found), told["ticks"] or 0, size, told["min_ts"] or 0.0, told["max_ts"] or 0.0)


def delete(archive: Path, stream: str) -> None:
    """Delete all that the database and the archive have of it; its writer's lock must be held.

    Raises `OSError`. Killed in it, or afterwards, what is left is removed the next time, or by `sweep`.
    """
    own = _own(stream)
    with transaction.atomic():  # so that an archiver that is at it adds no rows to it
        Segment.objects.filter(stream__in=own).delete()
        Field.objects.filter(stream=stream).delete()
        Stream.objects.filter(name=stream).delete()
        for folder in [archive / name for name in own if (archive / name).is_dir()]:
            folder.rename(archive / f"{MARK}{folder.name}-{secrets.token_hex(4)}")
    sweep(archive)


def sweep(archive: Path) -> None:
    """Remove what was deleted. Raises `OSError`."""
    for folder in archive.glob(f"{MARK}*"):
        shutil.rmtree(folder, onerror=_unless_gone)


def _unless_gone(function: object, path: str, error: tuple[type[BaseException], BaseException, object]) -> None:
    """Another one may be removing the same."""
    if not isinstance(error[1], FileNotFoundError):
        raise error[1]


def _own(stream: str) -> list[str]:
    return [stream, *names(stream)]
