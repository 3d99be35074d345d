"""Lines of ticks in memory, found in by bisection: they are in the order of their `t`."""

from __future__ import annotations

from collections.abc import Iterator

from ticks.batch import MAX_TICKS
from ticks.tick import Head, head


class Lines:
    """Whole lines, at least one: those of a frame."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def line_start(self, at: int) -> int:
        """Where the line begins that holds the byte `at`."""
        return self._data.rfind(b"\n", 0, at) + 1

    def after(self, t: int) -> int:
        """Where the first line with a larger `t` begins."""
        low, high = 0, self.size
        while low < high:
            start = self.line_start((low + high) // 2)
            if self.head(start).t > t:
                high = start
            else:
                low = self._data.find(b"\n", start) + 1
        return low

    def since(self, ts: float) -> int | None:
        """Where the first line begins that was made at `ts` (UNIX seconds) or later; the clock may step back."""
        start = 0
        while start < self.size:
            if self.head(start).ts >= ts:
                return start
            start = self._data.find(b"\n", start) + 1
        return None

    def head(self, start: int) -> Head:
        return head(self._data[start : start + 64])

    def t_before(self, start: int) -> int:
        """`t` of the line before the one that begins there."""
        return self.head(self.line_start(start - 1)).t

    def count(self, start: int) -> int:
        """How many lines stand before `start`."""
        return self._data.count(b"\n", 0, start)

    def read(self, start: int, max_bytes: int) -> Iterator[bytes]:
        """Lines from `start` on: one, and as many more of a batch's as `max_bytes` hold."""
        stop = start + max_bytes
        for _ in range(MAX_TICKS):
            end = self._data.find(b"\n", start)
            yield self._data[start:end]
            start = end + 1
            if start >= self.size or self._data.find(b"\n", start) > stop:
                return
