"""The writer: gives each record its `t`, puts it into the active file, and keeps the newest for the publisher."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ticks.archive.survey import Facts
from ticks.batch import Batch
from ticks.cursor import Cursor, new_epoch
from ticks.producer.filing import Filing
from ticks.producer.tail import Tail
from ticks.tick import MAX_T, Draft, TickError, draft, line

logger = logging.getLogger(__name__)

GROUP_BYTES = 1 << 20
"""Records that are written at once share one system call up to about so many bytes."""
MAX_TURNS = 60
"""So many new epochs within a minute are as many as a source may begin: one in disorder would begin thousands."""


@dataclass(slots=True)
class Account:
    """What a writer and its successors have written so far."""

    ticks: int = 0
    raw_bytes: int = 0
    """Of lines."""
    stored_bytes: int = 0
    """Those that stand in the archive."""
    turns: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_TURNS))
    """When the newest epochs began (monotonic seconds)."""


class Entry:
    """A record on its way into the archive: open, until it has a `t` or an error."""

    __slots__ = ("draft", "error", "t")

    def __init__(self, record: Mapping[str, Any], ts: float | None = None) -> None:
        """Raises `TickError`."""
        self.draft: Draft = draft(record, ts, time.time())
        self.t: int | None = None
        self.error: Exception | None = None

    @property
    def open(self) -> bool:
        return self.t is None and self.error is None

    def result(self) -> int:
        if self.error is not None:
            raise self.error
        assert self.t is not None
        return self.t


class Writer:
    """Appends to one epoch of one stream; safe for threads.

    A record whose own `t` is behind the last one's begins a new epoch: the writer ends, and `successor`
    goes on.
    """

    def __init__(
        self, epoch_dir: Path, tip: Cursor, *, always_sync: bool = False, account: Account | None = None
    ) -> None:
        """`tip` is the last tick of the epoch so far, with its ordinal."""
        self._epoch_dir, self._always_sync = epoch_dir, always_sync
        self._filing = Filing(epoch_dir, always_sync=always_sync)
        self._lock = threading.Lock()
        self._waiting: deque[Entry] = deque()
        self._tail = Tail(tip)
        self.start = self._tip = tip
        self._open = True
        self.successor: Writer | None = None
        self.account = account or Account()
        self.indexed = tip
        """How far the archive's index reaches; its keeper sets it."""
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
    def facts(self) -> dict[int, Facts]:
        """What is known of the files that were closed, by their first `t`; who indexes one takes it out."""
        return self._filing.facts

    @property
    def unarchived(self) -> int:
        """How many ticks are missing from the archive, as long as it can't be written."""
        return self._filing.hole.missing if self._filing.hole else 0

    @property
    def tip(self) -> Cursor:
        return self._tip

    def open(self) -> None:
        """Open the active file now rather than with the first record. Raises `OSError`."""
        with self._lock:
            self._filing.open()

    def write(self, record: Mapping[str, Any], ts: float | None = None) -> int:
        """Append a record and return its `t`, once it is in the kernel; see `TickWriter.write`."""
        entry = Entry(record, ts)
        self.put(entry)
        return entry.result()

    def put(self, *entries: Entry) -> Writer:
        """Write entries, each of which has then its `t` or its error; returns who writes the next ones.

        What other threads put meanwhile goes with it, in one system call.
        """
        self._waiting.extend(entries)
        for entry in entries:
            if entry.open:
                with self._lock:
                    while entry.open and self.successor is None:
                        self._commit()
        self.wake()
        if self.successor is None:
            return self
        return self.successor.put(*[entry for entry in entries if entry.open])

    def owed(self, cursor: Cursor) -> Batch | None:
        """The batch after `cursor` from the tail; None where there is nothing newer.

        Raises `LookupError` where the tail does not reach back so far.
        """
        with self._lock:
            return self._tail.after(cursor)

    def pending(self, cursor: Cursor) -> int:
        """How many ticks are newer than `cursor`: all of them, where it is another epoch's."""
        if cursor.epoch != self.epoch:
            cursor = self.start
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
            for fd in [*retired, *active] if sync else []:
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

    def forget(self) -> None:
        """Give back the tail's memory, where the archive has all of it."""
        with self._lock:
            if self._filing.hole is None:
                self._tail = Tail(self._tip)

    def _commit(self) -> None:
        """Number, archive and remember what waits, about `GROUP_BYTES` of it; the lock is held."""
        taken: list[Entry] = []
        ticks: list[tuple[int, bytes]] = []
        size, last_t = 0, self._tip.t
        try:
            while self._waiting and size < GROUP_BYTES and self.successor is None:
                entry = self._waiting.popleft()
                made = self._number(entry, last_t)
                if made is not None:
                    taken.append(entry)
                    ticks.append(made)
                    last_t, size = made[0], size + len(made[1])
            if ticks:
                self._store([entry.draft.ts for entry in taken], ticks)
        except BaseException:
            # Whether the lines stand in the file is unknown: no number may be given out again.
            self._open = False
            for entry in taken:
                entry.error = ValueError("the writer was interrupted, and is closed")
            raise
        for entry, (t, _) in zip(taken, ticks, strict=True):
            entry.t = t

    def _number(self, entry: Entry, last_t: int) -> tuple[int, bytes] | None:
        """The next `t` and the line; None where there is an error, or a new epoch has to begin."""
        t = entry.draft.t
        try:
            if not self._open:
                raise ValueError("the writer is closed")
            if t is None:
                t = last_t + 1 if last_t > 0 else 1
            if t == last_t != self.start.t:
                raise TickError(f"t={t} was the record's before")
            if last_t < t <= MAX_T:
                return t, line(entry.draft, t)
            self._turn(last_t, t)
        except ValueError as error:
            entry.error = error
        return None

    def _store(self, clock: list[float], ticks: list[tuple[int, bytes]]) -> None:
        """Ticks and when they were made: into the file, and into the tail."""
        first_t, last_t = ticks[0][0], ticks[-1][0]
        lines = b"\n".join([made for _, made in ticks])
        size = len(lines) + 1
        facts = Facts(first_t, last_t, len(ticks), min(clock), max(clock), size)
        self.account.ticks += len(ticks)
        self.account.raw_bytes += size
        if self._filing.add(lines, self._tip.t, facts):
            self.account.stored_bytes += size
        self._tail.extend(ticks)
        self._tip = Cursor(self.epoch, last_t, (self._tip.n or 0) + len(ticks))

    def _turn(self, last_t: int, t: int) -> None:
        """End: what waits, and all that comes, goes to a new epoch."""
        turns, now = self.account.turns, time.monotonic()
        if len(turns) == MAX_TURNS and now - turns[0] < 60:
            raise TickError(f"t={t} comes after t={last_t}, and {MAX_TURNS} epochs were begun within a minute")
        turns.append(now)
        epoch = new_epoch(time.time(), self.epoch)
        logger.warning(
            "the source starts over with t=%d after t=%d: epoch %s ends, %s begins", t, last_t, self.epoch, epoch
        )
        successor = Writer(
            self._epoch_dir.with_name(epoch),
            Cursor(epoch, -1, 0),
            always_sync=self._always_sync,
            account=self.account,
        )
        successor.wake = self.wake
        self.successor = successor
