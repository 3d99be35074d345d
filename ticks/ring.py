"""The ring: the newest batches of a stream in a web process's memory, an unbroken chain."""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum

from ticks.batch import Batch


class Verdict(Enum):
    """What became of a batch that was offered."""

    APPENDED = "appended"
    KNOWN = "known"
    """All of it was there already."""
    HOLE = "hole"
    """Ticks between the tip and the batch are missing; nothing was changed."""
    OTHER_EPOCH = "other epoch"
    """It continues another numbering; nothing was changed."""


class Ring:
    """Batches of one epoch, each beginning where the one before it ended; bounded in bytes, forms included."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._batches: list[Batch] = []
        self._bytes = 0
        self.epoch = ""
        self.tip = 0
        """`t` of the newest tick; meaningful only with an epoch."""

    def __len__(self) -> int:
        return len(self._batches)

    @property
    def bytes(self) -> int:
        return self._bytes

    @property
    def newest(self) -> Batch | None:
        return self._batches[-1] if self._batches else None

    @property
    def floor(self) -> int:
        """The oldest cursor that can be served: any, as long as the epoch's first tick is still here."""
        if not self._batches:
            return self.tip
        return self._batches[0].prev_t if self._batches[0].n > 1 else -1

    def limit(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._evict()

    def begin(self, batch: Batch) -> None:
        """Forget everything and start from this batch."""
        self._clear()
        self.epoch, self.tip = batch.epoch, batch.prev_t
        self.append(batch)

    def append(self, batch: Batch) -> Verdict:
        """Add what follows the tip; an overlap is trimmed off."""
        if batch.epoch != self.epoch:
            return Verdict.OTHER_EPOCH
        if batch.last_t <= self.tip:
            return Verdict.KNOWN
        if batch.prev_t > self.tip:
            return Verdict.HOLE
        rest = batch if batch.prev_t == self.tip else batch.after(self.tip)
        if rest.prev_t != self.tip:
            return Verdict.HOLE
        self._add(rest)
        return Verdict.APPENDED

    def after(self, t: int) -> Batch | None:
        """What comes after `t`, up to the end of its batch; None where `t` is the tip or beyond.

        `t` must not be older than `floor`.
        """
        if t >= self.tip:
            return None
        at = bisect_right(self._batches, t, key=lambda batch: batch.last_t)
        return self._batches[at].after(t)

    def _add(self, batch: Batch) -> None:
        self._batches.append(batch)
        self.tip = batch.last_t
        self._bytes += batch.size
        batch.grown = self._grew
        self._evict()

    def _grew(self, more: int) -> None:
        self._bytes += more
        self._evict()

    def _evict(self) -> None:
        """The newest batch stays, whatever its size: subscribers at the tip need it."""
        gone = 0
        while self._bytes > self._max_bytes and gone < len(self._batches) - 1:
            self._bytes -= self._batches[gone].size
            self._batches[gone].grown = None
            gone += 1
        del self._batches[:gone]

    def _clear(self) -> None:
        for batch in self._batches:
            batch.grown = None
        self._batches.clear()
        self._bytes = 0
