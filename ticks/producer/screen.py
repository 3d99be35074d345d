"""A terminal whose last line is live: what is logged goes above it."""

from __future__ import annotations

import logging
import queue
import sys
import threading
from contextlib import suppress
from typing import Any, TextIO

ERASE = "\r\x1b[K"
"""To the line's beginning, and empty it."""
MOST_WAITING = 10_000
LAST_LINES_S = 2.0


class Screen:
    """One thread writes, so that a paused terminal makes nobody wait; what no longer fits in is left out.

    A text stream for the handlers of the log, which write whole lines.
    """

    def __init__(self, out: TextIO) -> None:
        """From now on everything that is logged to the standard error stream comes through here."""
        self._out = out
        self._live = ""
        self._waiting: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._write_all, name="screen", daemon=True)
        self._thread.start()
        self._handlers: list[logging.StreamHandler[Any]] = []
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(self)
                self._handlers.append(handler)

    def write(self, text: str) -> None:
        """Let this, whole lines, stay above the last one."""
        with suppress(queue.Full):
            self._waiting.put_nowait(text)

    def flush(self) -> None:
        """Nothing: all is written as soon as can be."""

    def show(self, line: str) -> None:
        """Let this be the last line from now on."""
        self._live = line
        if self._waiting.empty():
            self.write("")

    def close(self) -> None:
        """Erase the last line, and give the log back; waits a little for what is still to be written."""
        for handler in self._handlers:
            handler.setStream(sys.stderr)
        self._live = ""
        self.write("")
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
            self._thread.join(LAST_LINES_S)

    def _write_all(self) -> None:
        while (text := self._waiting.get()) is not None:
            with suppress(OSError, ValueError):  # the terminal is gone; the producer goes on
                self._out.write(f"{ERASE}{text}{self._live}")
                self._out.flush()
