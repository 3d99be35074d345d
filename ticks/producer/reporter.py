"""What an operator sees of a running producer: a live line, lines of the log, or lines of JSON."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Protocol, TextIO

from ticks.producer.screen import Screen
from ticks.producer.status import Status, Writing, as_json, in_a_line, in_total, in_words, look
from ticks.producer.tally import Tally

logger = logging.getLogger("ticks.producer")

PATIENCE_S = 3.0
"""At the end, for a reader that has stopped reading."""


class Form(Protocol):
    """One of the ways to say how a producer stands."""

    every_s: float

    def show(self, status: Status) -> None: ...

    def end(self, status: Status) -> None:
        """The last one, after everything was flushed."""


class Reporter:
    """While it is entered, it says how a producer stands, and at the end what was done in total.

    It has a thread of its own and takes no lock of the producer's: a reader that is slow, stopped or gone
    delays no tick.
    """

    def __init__(self, writer: Writing, tally: Tally, form: Form, progress: Callable[[], float | None]) -> None:
        """`progress` is how much of the source was read, from 0 to 1; None where nobody knows."""
        self._writer, self._tally, self._form, self._progress = writer, tally, form, progress
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._report, name="reporter", daemon=True)

    def __enter__(self) -> Reporter:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join(PATIENCE_S)
        logger.info(in_total(self._look(), self._tally.seconds()))

    def _report(self) -> None:
        while not self._stopping.wait(self._form.every_s):
            self._form.show(self._look())
        self._form.end(self._look())

    def _look(self) -> Status:
        return look(self._writer, self._tally, self._progress())


class LogLines:
    every_s = 60.0

    def show(self, status: Status) -> None:
        logger.info(in_words(status))

    def end(self, status: Status) -> None:
        """The total is logged anyway."""


class LiveLine:
    """The last line of a terminal."""

    every_s = 1.0

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._plain = not terminal.encoding.lower().startswith("utf")
        self._screen = Screen(terminal)

    def show(self, status: Status) -> None:
        self._screen.show(in_a_line(status, self._width(), plain=self._plain))

    def end(self, status: Status) -> None:
        self._screen.close()

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._terminal.fileno()).columns or 80
        except OSError:
            return 80


class JsonLines:
    every_s = 1.0

    def __init__(self, fd: int | None) -> None:
        """`fd` is written to directly: no buffer that the interpreter would flush at its end. None is nowhere."""
        self._fd = fd

    def show(self, status: Status) -> None:
        self._write(as_json(status))

    def end(self, status: Status) -> None:
        self._write(as_json(status, end=True))

    def _write(self, line: str) -> None:
        if self._fd is not None:
            with suppress(OSError):  # whoever read is gone; the producer goes on
                os.write(self._fd, f"{line}\n".encode())


def suitable(*, json: bool) -> Form:
    """JSON on the standard output where it is asked for, else what suits the standard error stream."""
    if json:
        return JsonLines(sys.stdout.fileno() if sys.stdout else None)
    if sys.stderr and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return LiveLine(sys.stderr)
    return LogLines()
