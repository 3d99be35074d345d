"""The ticks of an epoch from one to another, out of memory, hot log and archive, in pieces that are ready to send."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import redis

from ticks.batch import MAX_BYTES, Batch
from ticks.cursor import Cursor, Gap
from ticks.live.feed import Feed
from ticks.live.locating import Located
from ticks.live.threads import in_reading_thread
from ticks.selection import ALL, Selection
from ticks.tick import MAX_T, head

PIECE_BYTES = 512 << 10
"""A piece has about so much of records, selected or not."""
MANY = 1 << 20
"""Ticks at once: what is stored in one piece is read as one."""


class Span:
    """Reads what comes after a cursor, through a `t`, up to `limit` ticks. Use it on the event loop."""

    def __init__(
        self, feed: Feed, start: Located, through_t: int | None, selection: Selection, limit: int | None
    ) -> None:
        """`through_t` None: through what is known now to be the newest."""
        self.cursor = start.cursor
        self.gaps: list[Gap] = []
        self.has_more = False
        """Whether it ended before its end."""
        self.is_over = False
        self._feed = feed
        self._newest_t = start.newest_t
        self._through_t = next(t for t in (through_t, start.newest_t, MAX_T) if t is not None)
        self._selection = selection
        self._room = limit
        self._has_begun = False

    async def piece(self) -> bytes:
        """What comes next: lines with commas between them, and one before them where others were.

        Perhaps none, also where it is not over. To be called again after it has returned.
        """
        piece: bytes = await in_reading_thread(self._piece, self._in_memory())
        return piece

    def stop(self) -> None:
        """Go no further."""
        self.has_more = self.has_more or not self.is_over
        self.is_over = True

    def _in_memory(self) -> list[Batch]:
        ring, found, size, t = self._feed.relay.ring, list[Batch](), 0, self.cursor.t
        if self.cursor.epoch != ring.epoch or t < ring.floor:
            return found
        while size < PIECE_BYTES and t < self._through_t and (batch := ring.holding(t)) is not None:
            found.append(batch.copy())
            size, t = size + batch.raw_bytes, batch.last_t
        return found

    def _piece(self, held: Sequence[Batch]) -> bytes:
        size, texts, owed = 0, list[bytes](), self._owed(held)
        while size < PIECE_BYTES and not self.is_over:
            found = next(owed)
            if isinstance(found, Batch):
                size += found.raw_bytes
                texts += self._take(found)
            elif found is not None:
                self._pass(found)
            else:
                self.is_over, self.has_more = True, self._is_cut_short()
            self.is_over = self.is_over or self.cursor.t >= self._through_t
        if texts and self._has_begun:
            texts.insert(0, b"")
        self._has_begun = self._has_begun or bool(texts)
        return b"\n".join(texts).replace(b"\n", b",")

    def _owed(self, held: Sequence[Batch]) -> Iterator[Batch | Gap | None]:
        yield from held
        while True:
            yield self._feed.store.after(self.cursor, MAX_BYTES, MANY)

    def _pass(self, gap: Gap) -> None:
        if gap.epoch is not None:
            self.is_over = True
        elif self._room == 0:
            self.stop()
        else:
            if gap.count:  # before an epoch's first tick there are numbers, and no ticks
                self.gaps.append(gap)
            self.cursor = Cursor(gap.cursor.epoch, min(gap.cursor.t, self._through_t), gap.cursor.n)

    def _take(self, batch: Batch) -> list[bytes]:
        """The lines of what is wanted of it, as one."""
        part = self._within(batch)
        if part is None:
            self.is_over = True
            return []
        if self._room == 0:
            self.stop()
            return []
        if self._selection == ALL:
            return [self._counted(part).text]
        return self._selected(part)

    def _within(self, batch: Batch) -> Batch | None:
        part = batch.after(self.cursor.t)
        if part.last_t <= self._through_t:
            return part
        if part.first_t > self._through_t:
            return None
        return part.part(0, bisect_right(part.records, self._through_t, key=lambda line: head(line).t))

    def _counted(self, batch: Batch) -> Batch:
        if self._room is not None:
            if batch.count > self._room:
                batch = batch.part(0, self._room)
            self._room -= batch.count
        self.cursor = batch.cursor
        return batch

    def _selected(self, batch: Batch) -> list[bytes]:
        lines = self._selection.records(batch)
        self.cursor = batch.cursor
        if self._room is not None:
            if len(lines) > self._room:
                lines = lines[: self._room]
                self.cursor = Cursor(batch.epoch, head(lines[-1]).t)
            self._room -= len(lines)
        return [b"\n".join(lines)] if lines else []

    def _is_cut_short(self) -> bool:
        """Whether storage has more than can be read of it now, as far as anybody knows."""
        try:
            newest = self._feed.store.hotlog.head()
        except redis.RedisError:
            return self._newest_t is None or self.cursor.t < min(self._newest_t, self._through_t)
        known = newest.newest_t if newest is not None and newest.tip.epoch == self.cursor.epoch else self._newest_t
        return known is not None and self.cursor.t < min(known, self._through_t)
