"""The lock of an archive's archiver."""

from __future__ import annotations

import fcntl
from pathlib import Path
from types import TracebackType

NAME = ".archiver.lock"
"""No stream can have this name."""


class ArchiverLock:
    """Held by the one archiver of an archive; a killed one's is free at once. Use it as a context manager."""

    def __init__(self, archive: Path) -> None:
        """Raises `OSError`."""
        archive.mkdir(parents=True, exist_ok=True)
        self._file = (archive / NAME).open("a")

    def take(self) -> bool:
        """Whether it is this one's now; it waits for nobody."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __enter__(self) -> ArchiverLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def is_free(archive: Path) -> bool:
    """Whether no archiver works there."""
    with ArchiverLock(archive) as lock:
        return lock.take()
