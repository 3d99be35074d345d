"""The bytes of all frames with ticks in the order in which they came first, and where in them each tick is."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from benchmarks.load.messages import Ticks

APART = b"\0"
"""No frame begins so."""
KEPT_BYTES = 64 << 20
"""Who is further behind cannot be compared any more."""


class Reference:
    """Positions count from the first byte ever; each frame ends where the next one begins."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.base = 0
        """The position of `data`'s first byte."""
        self.t, self.ts = array("q"), array("d")
        self.ends, self.counts = array("q"), array("q")
        """Of each frame: the position of its end, and how many ticks there are up to it."""
        self.begins: dict[int, int] = {}
        """The position of the frame whose first tick has this `t`."""

    @property
    def end(self) -> int:
        return self.base + len(self.data)

    @property
    def last_t(self) -> int:
        return self.t[-1] if self.t else -1

    def append(self, frame: bytes, ticks: Ticks) -> int:
        """A frame with newer ticks than any before; those of it that are not newer do not count. Gives its position."""
        known = bisect_right(ticks.t, self.last_t)
        if known:
            self._extend(APART)  # only who is told so by its first tick may read on here
        else:
            self.begins[ticks.t[0]] = self.end
        begin = self.end
        self.t.extend(ticks.t[known:])
        self.ts.extend(ticks.ts[known:])
        self._extend(frame)
        if len(self.data) > 2 * KEPT_BYTES:
            self.base += KEPT_BYTES
            del self.data[:KEPT_BYTES]
        return begin

    def has(self, position: int, data: bytes | memoryview) -> bool:
        """Whether these are the bytes at that position."""
        return position >= self.base and self.data.startswith(data, position - self.base)

    def begun(self, position: int) -> bytes:
        """The bytes before that position of the frame that it is in."""
        frame = bisect_right(self.ends, position)
        begin = self.ends[frame - 1] if frame else 0
        if begin < self.base and begin < position:
            raise ValueError(f"a subscriber is over {KEPT_BYTES} bytes behind the others")
        return bytes(self.data[begin - self.base : position - self.base])

    def cursor(self, position: int) -> int:
        """The `t` of the last tick before that position that is complete."""
        frame = bisect_right(self.ends, position)
        return self.t[self.counts[frame - 1] - 1] if frame else -1

    def _extend(self, data: bytes) -> None:
        self.data += data
        self.ends.append(self.end)
        self.counts.append(len(self.t))
