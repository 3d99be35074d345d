"""Sealing: closed files become a sealed one, which takes their place. Killed at any moment, it goes on where it was.

The order: the sealed file is written and synced beside, then it has its name, then its row, then the closed ones go.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ticks.archive import index, sealed
from ticks.archive.layout import sealed_name
from ticks.archive.opened import opened
from ticks.archive.sealer import LEVEL, Sealer
from ticks.archive.segment import Facts
from ticks.models import Segment

UNFINISHED = ".tmp"
READ_BYTES = 1 << 20


def seal(archive: Path, rows: Sequence[Segment], *, level: int = LEVEL) -> Path:
    """Put closed neighbours into one sealed file, at this level of zstd.

    Raises `OSError`, and `ValueError` where the files are not what their rows say; then they stay.
    """
    first, last, files = rows[0], rows[-1], [archive / row.path for row in rows]
    path = files[0].with_name(sealed_name(first.first_t))
    sealer = Sealer(first.stream, first.epoch, first.prev_t, first.n, level=level)
    with _new(path) as file:
        frames = _pack(sealer, _lines(files), file).frames
        expected = (first.first_t, last.last_t, sum(row.count for row in rows))
        if (frames[0].first_t, frames[-1].last_t, sum(frame.count for frame in frames)) != expected:
            raise ValueError(f"{first.path} to {last.path} do not hold what the index says of them")
    index.replace(archive, rows, path)
    remove(files)
    return path


def reseal(archive: Path, path: Path) -> bool:
    """Seal a file anew that was sealed in a hurry, at a lower level; whether it was.

    Raises `OSError`, and `Damaged` or `ValueError` where not every line is as it was; then it stays.
    """
    with opened(path) as old:
        before = sealed.facts(old)
        if before.level >= LEVEL:
            return False
        sealer = Sealer(before.stream, before.epoch, before.frames[0].prev_t, before.frames[0].n)
        with _new(path) as file:
            if _pack(sealer, (sealed.lines(old, frame) for frame in before.frames), file).sha256 != before.sha256:
                raise ValueError(f"{path} does not hold the lines that were sealed")
    relative = path.relative_to(archive).as_posix()
    index.replace(archive, list(Segment.objects.filter(path=relative)), path)
    return True


def remove(files: Iterable[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)


def facts_of(path: Path) -> Facts:
    """What a sealed file says of itself. Raises `OSError`, `Damaged`."""
    with opened(path) as file:
        return sealed.facts(file)


def _pack(sealer: Sealer, lines: Iterable[bytes], file: BinaryIO) -> Facts:
    for data in lines:
        file.write(sealer.feed(data))
    file.write(sealer.finish())
    file.flush()
    return facts_of(Path(file.name))


def _lines(files: Iterable[Path]) -> Iterator[bytes]:
    for path in files:
        with path.open("rb") as file:
            while data := file.read(READ_BYTES):
                yield data


@contextmanager
def _new(path: Path) -> Iterator[BinaryIO]:
    """A file that has its name, and is on the disk, once all went well; else nothing is left of it."""
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        with open(unfinished, "wb", opener=_for_group) as file:
            yield file
            os.fsync(file.fileno())
        os.rename(unfinished, path)
    except Exception:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _for_group(path: str, flags: int) -> int:
    return os.open(path, flags, 0o640)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
