"""How much was read, as a bar: the last line of a terminal."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TextIO

ERASE = "\r\x1b[K"
"""To the line's beginning, and empty it."""
EVERY_S = 0.1
WIDTH = 30


class Bar:
    def __init__(self, terminal: TextIO | None, total: int) -> None:
        """Of `total` bytes; nothing is drawn where there is no terminal."""
        self._terminal, self._total = terminal, total
        self._plain = terminal is None or not terminal.encoding.lower().startswith("utf")
        self._read = 0
        self._due_at = 0.0

    def step(self, size: int) -> None:
        """So many bytes more were read."""
        self._read += size
        if self._terminal is not None and time.monotonic() >= self._due_at:
            self._due_at = time.monotonic() + EVERY_S
            self._write(ERASE + self._text()[: _columns(self._terminal) - 1])

    def erase(self) -> None:
        """Before something else is said; the next step draws it again."""
        self._due_at = 0.0
        self._write(ERASE)

    def _text(self) -> str:
        part = min(1.0, self._read / max(1, self._total))
        full, empty = "#." if self._plain else "█░"
        done = int(part * WIDTH)
        return f"{full * done}{empty * (WIDTH - done)} {part:4.0%} of {self._total / 1e6:,.1f} MB"

    def _write(self, text: str) -> None:
        if self._terminal is not None:
            with suppress(OSError, ValueError):  # the terminal is gone
                self._terminal.write(text)
                self._terminal.flush()


def _columns(terminal: TextIO) -> int:
    try:
        return os.get_terminal_size(terminal.fileno()).columns or 80
    except OSError:
        return 80
