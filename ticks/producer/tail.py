"""The tail: the newest ticks of a writer, in memory for the publisher."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from itertools import islice
from operator import itemgetter

from ticks.batch import MAX_BYTES, MAX_TICKS, Batch
from ticks.cursor import Cursor

TAIL_TICKS = 5000
TAIL_BYTES = 32 << 20
"""What the publisher owes beyond is read from the archive."""


class Tail:
    """Consecutive ticks of one epoch, bounded. Not safe for threads; its writer holds a lock."""

    def __init__(self, before: Cursor) -> None:
        """`before` is the last tick that is not in it."""
        self._before = before
        self._ticks: deque[tuple[int, bytes]] = deque()
        self._bytes = 0

    def extend(self, ticks: Sequence[tuple[int, bytes]]) -> None:
        """Add the `t` and the line of each of the ticks that follow, at least one."""
        if self._before.n == 0 and not self._ticks:
            self._before = Cursor(self._before.epoch, min(0, ticks[0][0] - 1), 0)
        self._ticks.extend(ticks)
        self._bytes += sum(len(line) for _, line in ticks)
        gone_t, gone = 0, 0
        while len(self._ticks) > TAIL_TICKS or (self._bytes > TAIL_BYTES and len(self._ticks) > 1):
            gone_t, line = self._ticks.popleft()
            self._bytes -= len(line)
            gone += 1
        if gone:
            self._before = Cursor(self._before.epoch, gone_t, (self._before.n or 0) + gone)

    def after(self, cursor: Cursor) -> Batch | None:
        """The batch after `cursor`; None where there is nothing newer.

        Raises `LookupError` where the tail does not reach back so far.
        """
        if (not self._ticks and cursor.t >= self._before.t) or (self._ticks and cursor.t >= self._ticks[-1][0]):
            return None
        before = self._before
        if cursor.t < before.t and before.n:
            raise LookupError(cursor)
        start = bisect_right(self._ticks, cursor.t, key=itemgetter(0))
        newer = islice(self._ticks, start, start + MAX_TICKS)
        lines = [next(newer)[1]]
        size = len(lines[0])
        for _, line in newer:
            size += len(line)
            if size > MAX_BYTES:
                break
            lines.append(line)
        return Batch.of(before.epoch, max(cursor.t, before.t), (before.n or 0) + start + 1, lines)
