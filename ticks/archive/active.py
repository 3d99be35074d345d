"""The active file: the one that a writer appends to, one line a tick."""

from __future__ import annotations

import os
from pathlib import Path

from ticks.archive.layout import ACTIVE, closed_name
from ticks.tick import head

TAIL_BYTES = 1 << 16


class ActiveFile:
    """The end of an epoch's archive. Not safe for threads; its writer holds a lock.

    A file left by a killed writer is closed when it is taken over: a torn last line, which no subscriber
    ever saw, is cut off first.
    """

    def __init__(self, epoch_dir: Path, *, resume: bool = False) -> None:
        """`resume`: go on with the file that was left, in place of closing it."""
        epoch_dir.mkdir(parents=True, exist_ok=True)
        self.path = epoch_dir / ACTIVE
        self.bytes = 0
        self._first_t: int | None = None
        _cut_torn_line(self.path)
        self._first_t = _first_t(self.path)
        if self._first_t is not None and not resume:
            self._rename()
        self._fd = _open(self.path)
        self.bytes = os.fstat(self._fd).st_size

    @property
    def empty(self) -> bool:
        return self._first_t is None

    def append(self, line: bytes, t: int, *, sync: bool = False) -> None:
        """Write one line; on return it is in the kernel, with `sync` on the disk.

        Raises `OSError`, after which nothing of it stands.
        """
        data = line + b"\n"
        written = 0
        try:
            while written < len(data):
                written += os.write(self._fd, data[written:] if written else data)
            if sync:
                os.fdatasync(self._fd)
        except OSError:
            os.ftruncate(self._fd, self.bytes)
            raise
        self.bytes += len(data)
        if self._first_t is None:
            self._first_t = t

    @property
    def is_there(self) -> bool:
        """Whether the file still has its name: its folder may have been removed."""
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._fd))
        except FileNotFoundError:
            return False

    @property
    def fd(self) -> int:
        return self._fd

    def roll(self) -> int:
        """Give what was written its own name, and begin anew. There must be something.

        The descriptor of the closed file is returned, to be synced and closed where that may take its time.
        Raises `OSError`, after which the file is active as before.
        """
        prepared = self.path.with_suffix(".new")
        opened = _open(prepared)
        first_t, size = self._first_t, self.bytes
        try:
            self._rename()
            os.rename(prepared, self.path)
        except BaseException:
            os.close(opened)
            prepared.unlink()
            self._restore(first_t, size)
            raise
        closed, self._fd = self._fd, opened
        return closed

    def close(self) -> None:
        """Close for good; an empty active file is removed."""
        os.fsync(self._fd)
        os.close(self._fd)
        if self.empty:
            self.path.unlink()
        else:
            self._rename()

    def suspend(self) -> None:
        """Let go of the file, which stays active: the next one may resume it."""
        os.close(self._fd)

    def _restore(self, first_t: int | None, size: int) -> None:
        if first_t is not None and not self.path.exists():
            os.rename(self.path.with_name(closed_name(first_t)), self.path)
        self._first_t, self.bytes = first_t, size

    def _rename(self) -> None:
        if self._first_t is None:
            raise ValueError("an empty file has no name")
        os.rename(self.path, self.path.with_name(closed_name(self._first_t)))
        self._first_t, self.bytes = None, 0


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)


def _first_t(path: Path) -> int | None:
    try:
        with path.open("rb") as file:
            line = file.readline()
    except FileNotFoundError:
        return None
    return head(line).t if line else None


def _cut_torn_line(path: Path) -> None:
    """Truncate after the last newline, which is at most one record before the end."""
    try:
        with path.open("r+b") as file:
            end = keep = file.seek(0, os.SEEK_END)
            while keep:
                start = max(0, keep - TAIL_BYTES)
                file.seek(start)
                newline = file.read(keep - start).rfind(b"\n")
                keep = start + newline + 1 if newline >= 0 else start
                if newline >= 0:
                    break
            if keep < end:
                file.truncate(keep)
    except FileNotFoundError:
        return
