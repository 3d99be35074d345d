"""The rows of one step of an epoch, as they are kept: an active file, closed ones, sealed ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ticks.archive import gaps, index
from ticks.archive.active import ActiveFile
from ticks.archive.frame import FRAME_BYTES
from ticks.archive.layout import ACTIVE
from ticks.archive.lines import Lines
from ticks.archive.rollups.row import Row


class Removed(Exception):
    """What was written is gone: the rows are to be made anew, or their stream was deleted."""


class Kept:
    """Appends rows. One process at a time may: the archiver."""

    def __init__(self, archive: Path, name: str, epoch: str) -> None:
        """Raises `OSError`."""
        self._archive, self._name, self._epoch = archive, name, epoch
        self._folder = archive / name / epoch
        self._active = ActiveFile(self._folder, resume=True) if self._folder.is_dir() else None
        index.index_epoch(archive, name, epoch)
        self.last_t = self._last_t()
        """Of the last row; -1 where there is none."""
        gaps.forget_behind(self._folder, self.last_t)  # it was noted, and no row behind it was kept

    def append(self, rows: Sequence[Row]) -> None:
        """Rows that follow. Raises `OSError`, after which none of them is there, and `Removed`."""
        self._active = self._active or ActiveFile(self._folder, resume=True)
        if not self._active.is_there:
            raise Removed(f"{self._folder} was removed")
        self._active.append(b"\n".join(row.line() for row in rows), rows[0].t)
        self.last_t = rows[-1].t
        if self._active.bytes >= FRAME_BYTES:
            self._roll(self._active)

    def skip_to(self, t: int) -> None:
        """The next row covers only what is behind `t`: what is before it was not to be kept at this step."""
        if t > self.last_t:
            if self._active is not None and not self._active.empty:
                self._roll(self._active)
            self._folder.mkdir(parents=True, exist_ok=True)
            gaps.note(self._folder, gaps.Hole(self.last_t, t, 0))

    def suspend(self) -> None:
        """The next one goes on where this was."""
        active, self._active = self._active, None
        if active is not None:
            active.suspend()

    def finish(self) -> None:
        """No row follows."""
        active, self._active = self._active, None
        if active is not None:
            active.close()
            index.index_epoch(self._archive, self._name, self._epoch)

    def _roll(self, active: ActiveFile) -> None:
        """It is indexed before more is written: who finds it active no longer finds it in the index."""
        closed = active.roll()
        try:
            os.fsync(closed)
        finally:
            os.close(closed)
        index.index_epoch(self._archive, self._name, self._epoch)

    def _last_t(self) -> int:
        if self._active is not None and not self._active.empty:
            lines = Lines((self._folder / ACTIVE).read_bytes())
            return lines.head(lines.line_start(lines.size - 1)).t
        newest = index.newest(self._name, self._epoch)
        return newest.last_t if newest is not None else -1
