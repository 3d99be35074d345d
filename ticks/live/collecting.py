"""What one answer is made of: the ticks after a cursor that are there by now, up to a number and a size."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.live.feed import AT_ONCE_BYTES, Feed
from ticks.live.threads import in_reading_thread
from ticks.selection import ALL, Selection
from ticks.tick import head

MAX_ANSWER_BYTES = 4 << 20
"""Of records; one larger batch is an answer of its own."""
MANY = 10_000
"""Ticks at once, where they are not in memory."""
MAX_SCANNED_BYTES = 32 << 20
"""Of records, selected or not, in one `read`."""


class Collecting:
    """Goes on from `cursor`, which moves to how far was scanned. All that it takes is of one epoch.

    A gap to another epoch may come before the first tick alone.
    """

    def __init__(self, feed: Feed, cursor: Cursor, selection: Selection, limit: int) -> None:
        self.cursor = cursor
        self.gaps: list[Gap] = []
        self.count = 0
        """Ticks that were taken."""
        self.bytes = 0
        """Of their records."""
        self.last_t = cursor.t
        """The last one's `t`."""
        self.has_more = False
        """Whether the last `read` left something."""
        self._feed = feed
        self._form = None if selection == ALL else _form(selection)
        self._limit = limit
        self._taken: list[Batch | Sequence[bytes]] = []
        self._gaps_between = 0

    async def read(self) -> None:
        """Take what is there, as far as there is room; it may be nothing."""
        ring = self._feed.relay.ring
        if self.cursor.epoch == ring.epoch and self.cursor.t >= ring.floor:
            await self._read()
        else:
            async with self._feed.collecting:
                await self._read()

    async def _read(self) -> None:
        scanned = 0
        while (owed := await self._feed.read(self.cursor, self._form, MANY)) is not None:
            if scanned > MAX_SCANNED_BYTES or not self._fits(owed):
                break
            if isinstance(owed, Gap):
                self.gaps.append(owed)
                self.cursor = owed.cursor
                continue
            scanned += owed.raw_bytes
            if self._form is None:
                await self._take(owed)
            else:
                self._take_lines(owed, owed.form(self._form))
                await asyncio.sleep(0)
        self.has_more = owed is not None

    @property
    def only(self) -> Batch | None:
        """The batch that is all that was taken, and small; it may be what others take as well."""
        one = self._taken[0] if len(self._taken) == 1 and not self.gaps else None
        return one if isinstance(one, Batch) and self.bytes <= AT_ONCE_BYTES else None

    @property
    def gaps_between(self) -> Sequence[Gap]:
        """Those before the last tick that was taken; a reader who goes on from that one meets the others again."""
        return self.gaps[: self._gaps_between]

    @property
    def lines(self) -> bytes:
        """The records that were taken, with newlines between them. Large ones belong into a thread."""
        return b"\n".join(one.text if isinstance(one, Batch) else b"\n".join(one) for one in self._taken)

    def _fits(self, owed: Batch | Gap) -> bool:
        if not self.count:
            return True
        if isinstance(owed, Gap):
            return owed.epoch is None and self.count < self._limit
        return self.count < self._limit and self.bytes + owed.raw_bytes <= MAX_ANSWER_BYTES

    async def _take(self, batch: Batch) -> None:
        room = self._limit - self.count
        if room < batch.count:
            # A copy: what is unpacked is not for the ring to keep.
            batch = await aside(batch.raw_bytes, batch.copy().part, 0, room)
        self._keep(batch, batch.count, batch.raw_bytes, batch.last_t)
        self.cursor = batch.cursor

    def _take_lines(self, batch: Batch, lines: Sequence[bytes]) -> None:
        taken = lines[: self._limit - self.count]
        if taken:
            self._keep(taken, len(taken), sum(map(len, taken)), head(taken[-1]).t)
        self.cursor = batch.cursor if len(taken) == len(lines) else Cursor(batch.epoch, self.last_t)

    def _keep(self, taken: Batch | Sequence[bytes], count: int, size: int, last_t: int) -> None:
        self._taken.append(taken)
        self.count += count
        self.bytes += size
        self.last_t = last_t
        self._gaps_between = len(self.gaps)


async def aside(size: int, function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function that goes through so many bytes: at once, or from a thread where they are many."""
    if size <= AT_ONCE_BYTES:
        return function(*arguments)
    return await in_reading_thread(function, *arguments)


@lru_cache(maxsize=256)
def _form(selection: Selection) -> Form[Sequence[bytes]]:
    return Form(f"lines {selection}", selection.records, True, selection.fields is not None)
