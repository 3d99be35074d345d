"""Lines to the terminal that never make their sender wait."""

from __future__ import annotations

import queue
import sys
import threading
from typing import TextIO


class Terminal:
    """Writes lines in a thread of its own: a paused terminal stops nobody, it only misses lines.

    Call it with a line. At most `capacity` lines wait; how many were left out is said when it goes on.
    """

    def __init__(self, out: TextIO | None = None, capacity: int = 10_000) -> None:
        self._out = out or sys.stdout
        self._lines: queue.Queue[str | None] = queue.Queue(capacity)
        self._left_out = 0
        self._thread = threading.Thread(target=self._write_all, name="terminal", daemon=True)
        self._thread.start()

    def __call__(self, line: str) -> None:
        try:
            if self._left_out:
                self._lines.put_nowait(f"({self._left_out} lines left out)")
                self._left_out = 0
            self._lines.put_nowait(line)
        except queue.Full:
            self._left_out += 1

    def close(self, timeout: float = 2.0) -> None:
        """Waits, at most `timeout` seconds, until everything said is written."""
        try:
            self._lines.put(None, timeout=timeout)
        except queue.Full:
            return
        self._thread.join(timeout)

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._out.write(line + "\n")
                self._out.flush()
            except (OSError, ValueError):  # the terminal is gone; the monitor goes on
                continue
