"""Batches gathered anew, for those who asked for a size or a pace of their own. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ticks.batch import MAX_BYTES, MAX_TICKS, Batch, merged

MAX_WHOLE_BYTES = 4 << 20
"""A batch of a certain number of ticks ends before it has more bytes of records."""


class Gathered:
    """What came since the last release, of one epoch, an unbroken chain.

    With `whole`, batches end where the ordinal is a multiple of it: they are the same for everybody.
    """

    def __init__(self, whole: int = 0, epoch: str = "", tip: int = 0) -> None:
        """It goes on behind the tick `tip`."""
        self._whole = whole
        self._fresh: list[Batch] = []
        self.epoch = epoch
        self.tip = self.shown = tip
        """`t` of the newest tick that came, and that is released; of `epoch`."""

    def append(self, batch: Batch) -> None:
        """Add what follows; where something is missing, begin anew with it."""
        if (batch.epoch, batch.prev_t) != (self.epoch, self.tip):
            self._fresh.clear()
            self.epoch, self.shown = batch.epoch, batch.prev_t
        self.tip = batch.last_t
        self._fresh.append(batch)

    def release(self, *, all: bool = True) -> Sequence[Batch]:
        """What is to be sent now: whole batches; the rest, too, with `all`."""
        batches, rest = gather(self._fresh, self._whole, all=all)
        self._fresh = list(rest)
        if batches:
            self.shown = batches[-1].last_t
        return batches

    @property
    def is_whole(self) -> bool:
        """Whether there is a whole batch to be released."""
        if not self._whole or not self._fresh:
            return False
        first, last = self._fresh[0], self._fresh[-1]
        return last.last_n // self._whole * self._whole >= first.n or not _fits(self._fresh[:-1], last, self._whole)


def gather(batches: Sequence[Batch], whole: int, *, all: bool) -> tuple[list[Batch], list[Batch]]:
    """Neighbours as batches of `whole` ticks (0: of the usual size), and what is left over; nothing is with `all`."""
    made: list[Batch] = []
    part: list[Batch] = []
    left = list(reversed(batches))
    while left:
        batch = left.pop()
        room = _room(part[0].n if part else batch.n, batch.n, whole)
        if part and not _fits(part, batch, whole):
            made.append(merged(part))
            part = []
            left.append(batch)
            continue
        head = batch.first(room) if room else batch
        part.append(head)
        if head is not batch:
            left.append(batch.after(head.last_t))
        if room and head.count == room:
            made.append(merged(part))
            part = []
    if all and part:
        made.append(merged(part))
        part = []
    return made, part


def _room(first_n: int, n: int, whole: int) -> int:
    """How many ticks, from the ordinal `n` on, a batch that begins at `first_n` still takes; 0: any number."""
    if not whole:
        return 0
    end = (first_n - 1) // whole * whole + whole
    return end - n + 1


def _fits(part: Sequence[Batch], batch: Batch, whole: int) -> bool:
    size = sum(one.raw_bytes for one in part) + batch.raw_bytes
    if whole:
        return size <= MAX_WHOLE_BYTES
    return size <= MAX_BYTES and sum(one.count for one in part) + batch.count <= MAX_TICKS
