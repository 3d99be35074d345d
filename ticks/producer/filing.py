"""The file side of a writer: closes the active file in time, and keeps account of what could not be written."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path

from ticks.archive import gaps
from ticks.archive.active import ActiveFile
from ticks.archive.gaps import Hole
from ticks.archive.survey import Facts

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
        self._file: ActiveFile | None = None
        self._always_sync = always_sync
        self._opened_at = 0.0
        self._failed_at = 0.0
        self._retired: list[int] = []
        self.hole: Hole | None = None
        """The ticks that are not archived, as long as writing fails."""
        self.closed = 0
        """How many files were closed."""
        self.facts: dict[int, Facts] = {}
        """What is known of these, by their first `t`."""
        self._written: Facts | None = None

    def open(self) -> ActiveFile:
        """The active file; the first line opens it where nobody did before. Raises `OSError`."""
        if self._file is None:
            self._file = ActiveFile(self._dir)
        return self._file

    def add(self, lines: bytes, before_t: int, written: Facts) -> bool:
        """Archive lines, of which `written` is known, after `before_t`; whether that worked, or they are a hole."""
        ticks = Hole(before_t, written.last_t, written.count)
        if self.hole is not None and time.monotonic() < self._failed_at + RETRY_S:
            self._widen(self.hole, ticks)
            return False
        try:
            self._mend()
            self._append(lines, written)
        except OSError as error:
            self._fail(error, ticks)
            return False
        return True

    def due(self) -> bool:
        age = time.monotonic() - self._opened_at
        return self._file is not None and not self._file.empty and (self._file.bytes >= CLOSE_BYTES or age >= CLOSE_S)

    def roll(self) -> bool:
        """Close the active file if there is anything in it; whether there was."""
        if self._file is None or self._file.empty:
            return False
        self._retired.append(self._file.roll())
        self._close_account()
        self.closed += 1
        return True

    def descriptors(self) -> tuple[list[int], list[int]]:
        """Those of closed files, which the caller closes, and the active file's."""
        retired, self._retired = self._retired, []
        return retired, [self._file.fd] if self._file is not None else []

    def close(self) -> None:
        """Note a hole that is still open, if that works now, and close the active file for good."""
        try:
            if self.hole is not None:
                self._dir.mkdir(parents=True, exist_ok=True)
                gaps.note(self._dir, self.hole)
        finally:
            file, self._file = self._file, None
            if file is not None:
                file.close()
                self._close_account()

    def _append(self, lines: bytes, written: Facts) -> None:
        if self.due():
            with suppress(OSError):  # it only grows; the keeper tries again, and says so
                self.roll()
        file = self.open()
        if file.empty:
            self._opened_at = time.monotonic()
        file.append(lines, written.first_t, sync=self._always_sync)
        self._written = written if self._written is None else self._written.and_then(written)

    def _close_account(self) -> None:
        written, self._written = self._written, None
        if written is not None:
            self.facts[written.first_t] = written

    def _mend(self) -> None:
        if self.hole is None:
            return
        self.roll()
        self.open()
        gaps.note(self._dir, self.hole)
        missing, last_t = self.hole.missing, self.hole.through_t
        logger.warning("the archive can be written again; the %d ticks up to t=%d are not in it", missing, last_t)
        self.hole = None

    def _fail(self, error: OSError, ticks: Hole) -> None:
        self._failed_at = time.monotonic()
        if self.hole is None:
            logger.error("the archive can't be written (%s): ticks are published, and not archived", error)
            self.hole = ticks
        else:
            self._widen(self.hole, ticks)

    def _widen(self, hole: Hole, ticks: Hole) -> None:
        self.hole = hole._replace(through_t=ticks.through_t, missing=hole.missing + ticks.missing)
