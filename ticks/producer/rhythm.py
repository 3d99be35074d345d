"""Waiting for what is due some time after the start, and for as long as it may take at all."""

from __future__ import annotations

import threading
import time

LATE_S = 1.0
LONGEST_WAIT_S = 3600.0
"""At once; a recording may ask for longer than a lock can wait."""


class Until(threading.Event):
    """Set once another event is, or at a monotonic time."""

    def __init__(self, stop: threading.Event, end: float) -> None:
        super().__init__()
        self._stop, self._end = stop, end

    def is_set(self) -> bool:
        return self._stop.is_set() or time.monotonic() >= self._end

    def wait(self, timeout: float | None = None) -> bool:
        left = max(0.0, self._end - time.monotonic())
        timeout = left if timeout is None else min(timeout, left)
        return self._stop.wait(min(timeout, threading.TIMEOUT_MAX)) or self.is_set()


class Rhythm:
    """Waits for due times. Over a second late, the rest is put off by as much, and never made up for by a burst."""

    def __init__(self, halt: threading.Event) -> None:
        """It starts now; `halt` ends a wait."""
        self._halt = halt
        self._start = time.monotonic()

    def wait_until(self, due: float) -> float:
        """Until so many seconds after the start; how many seconds later it is then."""
        at = self._start + due
        while (left := at - time.monotonic()) > 0:
            if self._halt.wait(min(left, LONGEST_WAIT_S)):
                return 0.0
        if -left > LATE_S:
            self._start -= left
        return -left
