"""The keeper: a thread that syncs, closes and indexes the files of a writer, so that a write waits for none of it."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.db import close_old_connections, connection

from ticks.archive import index
from ticks.cursor import Cursor
from ticks.producer.writer import Writer

logger = logging.getLogger(__name__)

EVERY_S = 1.0


class Keeper(threading.Thread):
    """Looks after a writer, and after each that succeeds it, until `stop()`."""

    def __init__(self, archive: Path, stream: str, writer: Writer, *, sync: bool) -> None:
        """`sync` brings what was written to the disk every second."""
        super().__init__(name="ticks-keeper", daemon=True)
        self._archive, self._stream, self._writer = archive, stream, writer
        self._sync = sync
        self._stopping = threading.Event()
        self._keeping = threading.Lock()
        self._indexed_files = 0
        self._failed = ""

    def run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                with self._keeping:
                    self._follow()
                    self._writer.settle(sync=self._sync)
                    self._writer.roll()
                    if self._writer.closed != self._indexed_files:
                        self._index()
                self._failed = ""
            except Exception as error:
                self._say_failed(error)
        connection.close()

    def flush(self) -> None:
        """Close and index the active file now."""
        with self._keeping:
            self._follow()
            self._writer.roll(at_once=True)
            self._index()

    def stop(self) -> None:
        """End the thread, close the writer and index what it wrote."""
        self._stopping.set()
        self.join()
        with self._keeping:
            self._follow()
            self._writer.close()
            self._index()

    def _follow(self) -> None:
        """Close and index the writers that have ended."""
        while (successor := self._writer.successor) is not None:
            self._writer.close()
            self._index()
            self._writer.forget()
            self._writer, self._indexed_files = successor, 0

    def _say_failed(self, error: Exception) -> None:
        """Once, until another error takes its place: what can't be indexed stays in the hot log meanwhile."""
        if str(error) != self._failed:
            self._failed = str(error)
            logger.error("%s: the archive's keeper failed and tries again: %s", self._stream, error)

    def _index(self) -> None:
        close_old_connections()
        closed = self._writer.closed
        index.index_known(self._archive, self._stream, self._writer.epoch, self._writer.facts)
        row = index.newest(self._stream, self._writer.epoch)
        if row is not None:
            self._writer.indexed = Cursor(row.epoch, row.last_t, row.last_n)
        self._indexed_files = closed
