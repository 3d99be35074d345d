"""Making the rollups of a stream anew from its ticks. What covers ticks that are no longer kept stays."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from django.db import transaction

from ticks.archive import deletion, gaps, index
from ticks.archive.layout import closed_name, epochs
from ticks.archive.rollups import levels
from ticks.archive.rollups.blocks import Range, blocks
from ticks.tick import MAX_T, head

FILE_BYTES = 4 << 20
UNFINISHED = ".rebuilt-"
"""Begins the name of a folder that is to take the place of another. No stream can have such a name."""


def begin_anew(archive: Path, stream: str) -> None:
    """Remove all rows whose ticks are there, at once for whoever reads them; an archiver makes them anew.

    Raises `OSError`. Killed in it, nothing has happened, or it is done for some of the steps.
    """
    for step in levels.STEPS:
        name = levels.name(stream, step)
        if (archive / name).is_dir():
            _begin_anew(archive, stream, step)
            index.reindex(archive, name)
    deletion.sweep(archive)


def _begin_anew(archive: Path, stream: str, step: int) -> None:
    name = levels.name(stream, step)
    fresh = archive / f"{UNFINISHED}{name}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for epoch in epochs(archive / name):
        first = index.segments(stream, epoch).order_by("first_t").first()
        if first is None or first.n > 1:  # else all ticks are there
            _copy(archive, name, epoch, step, fresh / epoch, first.prev_t if first is not None else MAX_T)
    with transaction.atomic():
        index.segments(name).delete()
        (archive / name).rename(archive / f"{deletion.MARK}{name}-{secrets.token_hex(4)}")
        fresh.rename(archive / name)


def _copy(archive: Path, name: str, epoch: str, step: int, to: Path, before_t: int) -> None:
    """The rows that cover ticks before this, as closed files; the last of them may cover some behind it as well."""
    kept: list[bytes] = []
    size = 0
    for line in _rows_before(archive, name, epoch, step, before_t):
        kept.append(line)
        size += len(line)
        if size >= FILE_BYTES:
            _write(to, kept)
            kept, size = [], 0
    if kept:
        _write(to, kept)
    for hole in gaps.unarchived(archive / name / epoch):
        if hole.through_t < before_t and to.is_dir():
            gaps.note(to, hole)


def _rows_before(archive: Path, name: str, epoch: str, step: int, before_t: int) -> Iterator[bytes]:
    for block in blocks(archive, name, epoch, step, Range()):
        if block.prev_t >= before_t:
            return
        lines = block.read() if block.read is not None else None
        if lines is not None:
            rows = lines.part(-1, MAX_T).splitlines()
            ends = [block.prev_t, *(head(row).t for row in rows)]
            yield from (row for row, (after_t, _) in zip(rows, pairwise(ends), strict=True) if after_t < before_t)


def _write(folder: Path, rows: list[bytes]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / closed_name(head(rows[0]).t)).write_bytes(b"".join(row + b"\n" for row in rows))
