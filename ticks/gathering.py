"""Batches gathered anew, for those who asked for a size or a pace of their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from ticks.batch import MAX_BYTES, MAX_TICKS, Batch

MAX_WHOLE_BYTES = 4 << 20
"""A batch of a certain number of ticks ends before it has more bytes of records."""


class Gatherer:
    """Makes batches of neighbours, each of which follows the one before it.

    With `whole` they end where the ordinal is a multiple of it, and so are the same for everybody; without, they are
    as large as usual.
    """

    def __init__(self, whole: int = 0) -> None:
        self._whole = whole
        self._max_ticks = whole or MAX_TICKS
        self._max_bytes = MAX_WHOLE_BYTES if whole else MAX_BYTES
        self._parts: list[Batch] = []
        self._count = self._bytes = 0

    @property
    def is_much(self) -> bool:
        """Whether, with another as large, what is gathered might be too much for one batch."""
        return 2 * self._count > self._max_ticks or 2 * self._bytes > self._max_bytes

    def add(self, batch: Batch) -> list[Batch]:
        """Add what follows; returns the batches that are complete now."""
        made = []
        for piece in cut(batch, self._whole) if self._whole else (batch,):
            if self._parts and not self._fits(piece):
                made += self.flush()
            self._parts.append(piece)
            self._count += piece.count
            self._bytes += piece.raw_bytes
            if self._whole and piece.last_n % self._whole == 0:
                made += self.flush()
        return made

    def flush(self) -> list[Batch]:
        """What is left over, complete or not, as one batch; none where nothing is."""
        parts, self._parts = self._parts, []
        self._count = self._bytes = 0
        return [joined(parts)] if parts else []

    def _fits(self, piece: Batch) -> bool:
        return self._bytes + piece.raw_bytes <= self._max_bytes and self._count + piece.count <= self._max_ticks


class Gathered:
    """What came since the last release, of one epoch, an unbroken chain."""

    def __init__(self, whole: int = 0, epoch: str = "", tip: int = 0) -> None:
        """It goes on behind the tick `tip`. `whole`: see `Gatherer`."""
        self._whole = whole
        self._gatherer = Gatherer(whole)
        self._made: list[Batch] = []
        self.epoch = epoch
        self.tip = self.shown = tip
        """`t` of the newest tick that came, and that is released; of `epoch`."""

    @property
    def is_whole(self) -> bool:
        """Whether there is a complete batch to be released."""
        return bool(self._made)

    def append(self, batch: Batch) -> bool:
        """Add what follows. Where something is missing, begin anew with it; whether it followed."""
        follows = (batch.epoch, batch.prev_t) == (self.epoch, self.tip)
        if not follows:
            self._gatherer, self._made = Gatherer(self._whole), []
            self.epoch, self.shown = batch.epoch, batch.prev_t
        self.tip = batch.last_t
        self._made += self._gatherer.add(batch)
        return follows

    def release(self, *, all: bool = True) -> Sequence[Batch]:
        """What is to be sent now: complete batches; what is left over, too, with `all`."""
        batches, self._made = self._made, []
        if all:
            batches += self._gatherer.flush()
        if batches:
            self.shown = batches[-1].last_t
        return batches


def cut(batch: Batch, whole: int) -> Iterator[Batch]:
    """A batch in pieces that end where the ordinal is a multiple of `whole`, and what is left over."""
    start = 0
    while start < batch.count:
        stop = start + whole - (batch.n + start - 1) % whole
        yield batch.part(start, stop)
        start = stop


def joined(parts: Sequence[Batch]) -> Batch:
    """Neighbours as one batch; at least one."""
    first, last = parts[0], parts[-1]
    if first is last:
        return first
    records = list(chain.from_iterable(part.records for part in parts))
    return Batch(
        first.epoch,
        first.prev_t,
        first.n,
        first.first_t,
        last.last_t,
        len(records),
        records=records,
        before_t=first.before_t,
        received_ts=last.received_ts,
    )
