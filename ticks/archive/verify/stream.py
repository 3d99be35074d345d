"""All that can be found to be wrong with a stream of the archive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from ticks.archive import layout
from ticks.archive.archiver import streams
from ticks.archive.index import segments
from ticks.archive.rollups import levels
from ticks.archive.verify.deep import Deep
from ticks.archive.verify.epoch import Epoch
from ticks.archive.verify.files import listed
from ticks.archive.verify.finding import Finding, Tally
from ticks.models import Segment

PAUSE_S = 2.0
LOOKS = 3
"""A doubt is looked at again after a pause, which lets what is being done to the files come to its end."""


class Doubtful(Protocol):
    """What looked at something, and may look again (see `Epoch`)."""

    @property
    def doubts(self) -> Sequence[object]: ...

    def look_again(self) -> Iterator[Finding]: ...


def files_and_index(archive: Path, stream: str, tally: Tally) -> Iterator[Finding]:
    doubtful = []
    for name in _epochs(archive, stream):
        epoch = Epoch(archive, stream, name, tally)
        yield from epoch.read()
        epoch.look()
        if epoch.doubts:
            doubtful.append(epoch)
    yield from _certain(doubtful)


def rows_and_ticks(archive: Path, stream: str, tally: Tally) -> Iterator[Finding]:
    """Of a rollup; a stream of ticks was made of nothing."""
    of, step = levels.parted(stream)
    doubtful = []
    for name in _epochs(archive, stream) if step else []:
        deep = Deep(archive, of, step, name, tally)
        deep.look()
        if deep.doubts:
            doubtful.append(deep)
    yield from _certain(doubtful)


CHECKS: tuple[Callable[[Path, str, Tally], Iterator[Finding]], ...] = (files_and_index,)
DEEP = (*CHECKS, rows_and_ticks)


def verify(archive: Path, stream: str, tally: Tally, *, deep: bool = False) -> Iterator[Finding]:
    for check in DEEP if deep else CHECKS:
        yield from check(archive, stream, tally)


def _certain(doubtful: Sequence[Doubtful]) -> Iterator[Finding]:
    for _ in range(LOOKS if doubtful else 0):
        time.sleep(PAUSE_S)
        for one in doubtful:
            yield from one.look_again()
        doubtful = [one for one in doubtful if one.doubts]
        if not doubtful:
            return


def known(archive: Path) -> list[str]:
    """The streams that have files or rows, without their rollups."""
    indexed = Segment.objects.order_by().values_list("stream", flat=True).distinct()
    return sorted({*streams(archive), *(levels.parted(name)[0] for name in indexed)})


def with_rollups(archive: Path, stream: str) -> list[str]:
    """A stream and those of its rollups that there are."""
    there = [name for name in levels.names(stream) if (archive / name).is_dir() or segments(name).exists()]
    return [stream, *there]


def stored_bytes(archive: Path, stream: str) -> int:
    """Of all immutable files, about."""
    return sum(_size(path) for epoch in _epochs(archive, stream) for path in listed(archive / stream / epoch))


def _epochs(archive: Path, stream: str) -> list[str]:
    """Those that have a folder or rows, oldest first."""
    indexed = segments(stream).order_by().values_list("epoch", flat=True).distinct()
    try:
        return sorted({*layout.epochs(archive / stream), *indexed})
    except FileNotFoundError:
        return []  # it was deleted just now


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
