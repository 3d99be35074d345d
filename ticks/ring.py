"""The ring: the newest batches of a stream in a web process's memory, an unbroken chain.

What comes in is shown to readers when it is released, small batches as one, so that all of them get the same.
Older batches are merged: who is behind gets bigger ones, and they too are the same for everybody.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum

from ticks.batch import MAX_BYTES, MAX_TICKS, Batch, merged

MAX_PARTS = 32
"""No more are merged into one: who is behind a slow stream gets no batch of minutes either."""


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
        self._bytes = 0
        self._blocks: list[Batch] = []
        """The oldest, merged for good."""
        self._loose: list[Batch] = []
        """Released, and still as they were."""
        self._fresh: list[Batch] = []
        """Not released yet."""
        self.epoch = ""
        self.tip = 0
        """`t` of the newest tick that came in; meaningful only with an epoch."""
        self.shown = 0
        """`t` of the newest tick that is released."""

    def __len__(self) -> int:
        return len(self._blocks) + len(self._loose) + len(self._fresh)

    @property
    def bytes(self) -> int:
        return self._bytes

    @property
    def newest(self) -> Batch | None:
        return next((batches[-1] for batches in (self._fresh, self._loose, self._blocks) if batches), None)

    @property
    def last_shown(self) -> Batch | None:
        """The newest that is released."""
        return next((batches[-1] for batches in (self._loose, self._blocks) if batches), None)

    @property
    def oldest(self) -> Batch | None:
        return next((batches[0] for batches in (self._blocks, self._loose, self._fresh) if batches), None)

    @property
    def floor(self) -> int:
        """The oldest cursor that can be served: any, as long as the epoch's first tick is still here."""
        oldest = self.oldest
        if oldest is None:
            return self.tip
        return oldest.prev_t if oldest.n > 1 else -1

    def limit(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._evict()

    def begin(self, batch: Batch) -> None:
        """Forget everything and start from this batch."""
        for batches in (self._blocks, self._loose, self._fresh):
            self._take(batches, len(batches))
        self.epoch, self.tip, self.shown = batch.epoch, batch.prev_t, batch.prev_t
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
        self.tip = rest.last_t
        self._put(self._fresh, rest)
        self._evict()
        return Verdict.APPENDED

    def release(self) -> Sequence[Batch]:
        """Show readers what came in since the last time, in as few batches as may be; returns these, oldest first."""
        new = []
        while self._fresh:
            new.append(merged(self._take(self._fresh, fitting(self._fresh))))
        for batch in new:
            self._put(self._loose, batch)
        self.shown = self.tip
        self._merge_oldest()
        self._evict()
        return new

    def holding(self, t: int) -> Batch | None:
        """The released batch with the first tick after `t`; None where there is none. `t` is not below `floor`."""
        if t >= self.shown:
            return None
        batches = self._blocks if self._blocks and t < self._blocks[-1].last_t else self._loose
        at = bisect_right(batches, t, key=lambda batch: batch.last_t)
        return batches[at] if at < len(batches) else None

    def _merge_oldest(self) -> None:
        """Make blocks, but for what would make the newest: most readers are still there."""
        while (first := fitting(self._loose)) < len(self._loose):
            if first + fitting(self._loose[first : first + MAX_PARTS]) >= len(self._loose):
                return
            self._put(self._blocks, merged(self._take(self._loose, first)).bare())

    def _put(self, batches: list[Batch], batch: Batch) -> None:
        batches.append(batch)
        self._bytes += batch.size
        batch.grown = self._grew

    def _take(self, batches: list[Batch], count: int) -> Sequence[Batch]:
        """Remove the first ones of a list."""
        taken = batches[:count]
        for batch in taken:
            self._bytes -= batch.size
            batch.grown = None
        del batches[:count]
        return taken

    def _grew(self, more: int) -> None:
        self._bytes += more
        self._evict()

    def _evict(self) -> None:
        """The newest batch stays, whatever its size: subscribers at the tip need it."""
        while self._bytes > self._max_bytes and len(self) > 1:
            self._take(next(batches for batches in (self._blocks, self._loose, self._fresh) if batches), 1)


def fitting(batches: Sequence[Batch]) -> int:
    """How many of the first ones may be one batch: one at least."""
    ticks = size = 0
    for count, batch in enumerate(batches[:MAX_PARTS]):
        ticks += batch.count
        size += batch.raw_bytes
        if count and (ticks > MAX_TICKS or size > MAX_BYTES):
            return count
    return min(len(batches), MAX_PARTS)
