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
    """Looks after one writer until `stop()`."""

    def __init__(self, archive: Path, stream: str, writer: Writer, tip: Cursor, *, sync: bool) -> None:
        """`tip` is how far the index reaches; `sync` brings what was written to the disk every second."""
        super().__init__(name="ticks-keeper", daemon=True)
        self._archive, self._stream, self._writer = archive, stream, writer
        self._sync = sync
        self._stopping = threading.Event()
        self._indexing = threading.Lock()
        self._indexed_files = 0
        self._failed = ""
        self.indexed = tip

    def run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
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
        self._writer.roll(at_once=True)
        self._index()

    def stop(self) -> None:
        """End the thread, close the writer and index what it wrote."""
        self._stopping.set()
        self.join()
        self._writer.close()
        self._index()

    def _say_failed(self, error: Exception) -> None:
        """Once, until another error takes its place: what can't be indexed stays in the hot log meanwhile."""
        if str(error) != self._failed:
            self._failed = str(error)
            logger.error("%s: the archive's keeper failed and tries again: %s", self._stream, error)

    def _index(self) -> None:
        with self._indexing:
            close_old_connections()
            closed = self._writer.closed
            if index.index_epoch(self._archive, self._stream, self._writer.epoch):
                row = index.newest(self._stream, self._writer.epoch)
                if row is not None:
                    self.indexed = Cursor(row.epoch, row.last_t, row.last_n)
            self._indexed_files = closed
