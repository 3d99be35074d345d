"""Immutable files, to be handed on as they are: who has opened one has it, whatever takes its place. Blocking."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ticks.archive.index import segments
from ticks.models import Segment

TRIES = 3
"""A file may be sealed, and sealed anew, while it is looked for."""
PIECE_BYTES = 512 << 10


class Handed:
    """The bytes of an open file from `start` up to `end`, piece by piece."""

    def __init__(self, fd: int) -> None:
        """Closes it when nobody has this any more."""
        self._fd = fd
        found = os.fstat(fd)
        self.size, self.mtime = found.st_size, found.st_mtime
        self.etag = f'"{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}"'
        self.start, self.end = 0, self.size

    def __del__(self) -> None:
        os.close(self._fd)

    @property
    def is_over(self) -> bool:
        return self.start >= self.end

    def piece(self) -> bytes:
        """Raises `OSError`, also where the file has become shorter."""
        data = os.pread(self._fd, min(PIECE_BYTES, self.end - self.start), self.start)
        if not data and not self.is_over:
            raise OSError(f"a file ends at byte {self.start}, and not at {self.end}")
        self.start += len(data)
        return data


def handed(archive: Path, row: Segment) -> tuple[Segment, Handed] | None:
    """The file of a row, or of the one that has taken its place; with that row. None where it is gone.

    Raises `OSError`.
    """
    found: Segment | None = row
    for _ in range(TRIES):
        if found is None:
            return None
        try:
            return found, Handed(_opened(archive / found.path))
        except FileNotFoundError:
            found = segments(row.stream, row.epoch).filter(first_t=row.first_t).first()
    return None


def _opened(path: Path) -> int:
    """A file, and no pipe or device that somebody put in its place."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise FileNotFoundError(path)
    return fd
