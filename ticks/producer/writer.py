"""The writer: gives each record its `t`, puts it into the active file, and keeps the newest for the publisher."""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from ticks.batch import MAX_BYTES, MAX_TICKS, Batch
from ticks.cursor import Cursor
from ticks.producer.filing import Filing
from ticks.tick import encode

TAIL_TICKS = 5000
TAIL_BYTES = 32 << 20
"""The newest ticks stay in memory for the publisher; what it owes beyond is read from the archive."""


class Writer:
    """Appends to one epoch of one stream; safe for threads."""

    def __init__(self, epoch_dir: Path, tip: Cursor, *, always_sync: bool = False) -> None:
        """`tip` is the last tick of the epoch so far, with its ordinal."""
        self._filing = Filing(epoch_dir, always_sync=always_sync)
        self._lock = threading.Lock()
        self._tail: deque[tuple[int, bytes]] = deque()
        self._tail_bytes = 0
        self._before_tail = tip
        self._tip = tip
        self._open = True
        self.wake: Callable[[], None] = lambda: None
        """Called after each write, without the lock: there is something to publish."""

    @property
    def epoch(self) -> str:
        return self._tip.epoch

    @property
    def closed(self) -> int:
        """How many files were closed."""
        return self._filing.closed

    @property
    def unarchived(self) -> int:
        """How many ticks are missing from the archive, as long as it can't be written."""
        return self._filing.hole.missing if self._filing.hole else 0

    @property
    def tip(self) -> Cursor:
        return self._tip

    def write(self, record: Mapping[str, Any], ts: float | None = None) -> int:
        """Append a record and return its `t`, once it is in the kernel.

        `ts` is the clock at which it was made, now if not given. Raises `TickError` for a record that
        can't be encoded, which uses up no `t`. Where the file can't be written the tick is published all
        the same, and noted as missing from the archive when writing works again.
        """
        with self._lock:
            if not self._open:
                raise ValueError("the writer is closed")
            t = self._tip.t + 1
            line = encode(record, t, time.time() if ts is None else ts)
            self._filing.add(line, self._tip.t, t)
            self._remember(t, line)
        self.wake()
        return t

    def owed(self, cursor: Cursor) -> Batch | None:
        """The batch after `cursor` from the tail; None where there is nothing newer.

        Raises `LookupError` where the tail does not reach back so far.
        """
        with self._lock:
            if cursor.t >= self._tip.t:
                return None
            if cursor.t < self._before_tail.t:
                raise LookupError(cursor)
            start = bisect_right(self._tail, cursor.t, key=itemgetter(0))
            n = (self._before_tail.n or 0) + start + 1
            newer = list(islice(self._tail, start, start + MAX_TICKS))
        lines, size = [newer[0][1]], len(newer[0][1])
        for _, line in newer[1:]:
            size += len(line)
            if size > MAX_BYTES:
                break
            lines.append(line)
        return Batch.of(self.epoch, cursor.t, n, lines)

    def pending(self, cursor: Cursor) -> int:
        """How many ticks are newer than `cursor`."""
        return max(0, (self._tip.n or 0) - (cursor.n or 0)) if cursor.t < self._tip.t else 0

    def settle(self, *, sync: bool) -> None:
        """Give back the closed files' descriptors; with `sync`, bring to the disk what is only in the kernel.

        Nobody is kept from writing meanwhile. For one thread, which alone closes descriptors.
        """
        with self._lock:
            retired, active = self._filing.descriptors()
        with ExitStack() as closing:
            for fd in retired:
                closing.callback(os.close, fd)
            for fd in [*retired, active] if sync else []:
                os.fdatasync(fd)

    def roll(self, *, at_once: bool = False) -> bool:
        """Close the active file if it is due, or `at_once` if there is anything in it; whether it was."""
        with self._lock:
            return (at_once or self._filing.due()) and self._filing.roll()

    def close(self) -> None:
        """Sync, and close the active file for good. `owed` still answers; `write` raises `ValueError`."""
        try:
            self.settle(sync=True)
        finally:
            with self._lock:
                self._open = False
                self._filing.close()

    def _remember(self, t: int, line: bytes) -> None:
        self._tip = Cursor(self._tip.epoch, t, (self._tip.n or 0) + 1)
        self._tail.append((t, line))
        self._tail_bytes += len(line)
        while len(self._tail) > TAIL_TICKS or (self._tail_bytes > TAIL_BYTES and len(self._tail) > 1):
            gone_t, gone = self._tail.popleft()
            self._tail_bytes -= len(gone)
            self._before_tail = Cursor(self.epoch, gone_t, (self._before_tail.n or 0) + 1)
