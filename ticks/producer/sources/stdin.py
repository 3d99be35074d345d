"""The source `stdin`: JSONL from any program's pipe."""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Generator, Iterator

from ticks.producer.sources import lines
from ticks.producer.sources.kinds import Bad, Fields, Item, SourceError

PIECE_BYTES = 64 << 10
LOOK_S = 0.2
"""So long at most it goes on when it is told to stop while nothing comes."""


class Stdin:
    """Reads only as fast as its records are taken: the pipe fills up, and the program before it waits."""

    fields: Fields = {}
    restarts = False
    drains = True
    progress = None

    def __init__(self, fd: int = 0) -> None:
        """Raises `ValueError` where the program was started without a standard input."""
        if sys.stdin is None:
            raise ValueError("standard input is closed: pipe lines of JSON into it")
        self._fd = fd
        self._at_end = False

    def records(self, stop: threading.Event) -> Generator[Item | Bad, None, None]:
        """Raises `SourceError` where it can't be read."""
        yield from lines.records(self._pieces(stop), is_cut=lambda: not self._at_end)

    def _pieces(self, stop: threading.Event) -> Iterator[bytes]:
        if os.isatty(self._fd):
            print("Reading lines of JSON from the terminal; Ctrl-D ends.", file=sys.stderr, flush=True)
        try:
            while not stop.is_set():
                ready, _, _ = select.select([self._fd], [], [], LOOK_S)
                piece = os.read(self._fd, PIECE_BYTES) if ready else None
                if piece == b"":
                    self._at_end = True
                    return
                if piece is not None:
                    yield piece
        except OSError as error:
            raise SourceError(f"standard input can't be read: {error.strerror}") from error
