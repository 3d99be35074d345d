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

    def made_before(self, ts: float) -> int:
        """Where the last line ends that was made before `ts` (UNIX seconds), 0 where none was."""
        end = self.size
        while end:
            start = self.line_start(end - 1)
            if self.head(start).ts < ts:
                return end
            end = start
        return 0

    def head(self, start: int) -> Head:
        return head(self._data[start : start + 64])

    def t_before(self, start: int) -> int:
        """`t` of the line before the one that begins there."""
        return self.head(self.line_start(start - 1)).t

    def before(self, end: int, max_ticks: int, max_bytes: int) -> int:
        """Where the lines begin that end at `end`: one, and up to `max_ticks`, as many as `max_bytes` hold."""
        start = self.line_start(end - 1)
        for _ in range(max_ticks - 1):
            longer = self.line_start(start - 1) if start else start
            if longer == start or end - 1 - longer > max_bytes:
                break
            start = longer
        return start

    def between(self, start: int, end: int) -> list[bytes]:
        return self._data[start : end - 1].split(b"\n")

    def part(self, after_t: int, through_t: int) -> bytes:
        """Those with a `t` behind the one, through the other."""
        return self._data[self.after(after_t) : self.after(through_t)]

    def count(self, start: int) -> int:
        """How many lines stand before `start`."""
        return self._data.count(b"\n", 0, start)

    @property
    def text(self) -> bytes:
        """All of them, without the end of the last one."""
        return self._data[:-1]

    def read(self, start: int, max_bytes: int, max_ticks: int = MAX_TICKS) -> Iterator[bytes]:
        """Lines from `start` on: one, and up to `max_ticks`, as many as `max_bytes` hold."""
        stop = start + max_bytes
        for _ in range(max_ticks):
            end = self._data.find(b"\n", start)
            yield self._data[start:end]
            start = end + 1
            if start >= self.size or self._data.find(b"\n", start) > stop:
                return
