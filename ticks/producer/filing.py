"""The file side of a writer: closes the active file in time, and keeps account of what could not be written."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path

from ticks.archive import gaps
from ticks.archive.active import ActiveFile
from ticks.archive.gaps import Hole

logger = logging.getLogger(__name__)

CLOSE_BYTES = 4 << 20
CLOSE_S = 60.0
"""The active file is closed at so many bytes, or so long after its first tick."""
RETRY_S = 0.25
"""After a failed write the next is tried so much later: each try may leave a note in `gaps.jsonl`."""


class Filing:
    """Puts the lines of one epoch into files. Not safe for threads; its writer holds a lock.

    A line that can't be written (a full disk) makes a hole. It is noted before the next line is, and the
    file is closed first, so that every hole lies between two files.
    """

    def __init__(self, epoch_dir: Path, *, always_sync: bool) -> None:
        self._dir = epoch_dir
        self._file = ActiveFile(epoch_dir)
        self._always_sync = always_sync
        self._opened_at = 0.0
        self._failed_at = 0.0
        self._retired: list[int] = []
        self.hole: Hole | None = None
        """The ticks that are not archived, as long as writing fails."""
        self.closed = 0
        """How many files were closed."""

    def add(self, line: bytes, before_t: int, t: int) -> None:
        """Archive the tick `t`, which comes after `before_t`; where that fails it becomes part of the hole."""
        if self.hole is not None and time.monotonic() < self._failed_at + RETRY_S:
            self.hole = self.hole._replace(through_t=t, missing=self.hole.missing + 1)
            return
        try:
            self._mend()
            self._append(line, t)
        except OSError as error:
            self._fail(error, before_t, t)

    def due(self) -> bool:
        age = time.monotonic() - self._opened_at
        return not self._file.empty and (self._file.bytes >= CLOSE_BYTES or age >= CLOSE_S)

    def roll(self) -> bool:
        """Close the active file if there is anything in it; whether there was."""
        if self._file.empty:
            return False
        self._retired.append(self._file.roll())
        self.closed += 1
        return True

    def descriptors(self) -> tuple[list[int], int]:
        """Those of closed files, which the caller closes, and the active file's."""
        retired, self._retired = self._retired, []
        return retired, self._file.fd

    def close(self) -> None:
        """Note a hole that is still open, if that works now, and close the active file for good."""
        try:
            if self.hole is not None:
                gaps.note(self._dir, self.hole)
        finally:
            self._file.close()

    def _append(self, line: bytes, t: int) -> None:
        if self.due():
            with suppress(OSError):  # it only grows; the keeper tries again, and says so
                self.roll()
        if self._file.empty:
            self._opened_at = time.monotonic()
        self._file.append(line, t, sync=self._always_sync)

    def _mend(self) -> None:
        if self.hole is None:
            return
        self.roll()
        gaps.note(self._dir, self.hole)
        missing, last_t = self.hole.missing, self.hole.through_t
        logger.warning("the archive can be written again; the %d ticks up to t=%d are not in it", missing, last_t)
        self.hole = None

    def _fail(self, error: OSError, before_t: int, t: int) -> None:
        self._failed_at = time.monotonic()
        if self.hole is None:
            self.hole = Hole(before_t, t, 0)
            logger.error("the archive can't be written (%s): ticks are published, and not archived", error)
        self.hole = self.hole._replace(through_t=t, missing=self.hole.missing + 1)
