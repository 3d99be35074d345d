"""Immutable files, opened: what is read of one belongs together, also where another takes its name meanwhile."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

logger = logging.getLogger(__name__)


class Damaged(Exception):
    """What a file holds can't be read, as a whole or in part."""


@lru_cache(1024)
def log_once(damage: str) -> None:
    """What is damaged is found again by each who reads it."""
    logger.error("%s", damage)


@dataclass(frozen=True, slots=True)
class Opened:
    """Compares, and is hashed, by the identity of the file: what was read of one may be kept under it."""

    path: Path
    inode: int
    size: int
    mtime_ns: int
    fd: int = field(compare=False)

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`. Raises `Damaged` where they are not all there."""
        try:
            data = os.pread(self.fd, end - start, start) if 0 <= start <= end else b""
        except OSError as error:
            raise Damaged(f"{self.path} can't be read from byte {start} on: {error}") from None
        if len(data) != end - start:
            raise Damaged(f"{self.path} is cut off: it has no bytes {start} to {end}")
        return data


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Raises `OSError`, `FileNotFoundError` among them."""
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        yield Opened(path, found.st_ino, found.st_size, found.st_mtime_ns, file.fileno())
