"""A subscriber's window: what was sent to it, and what of that it has acknowledged. Pure."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from ticks.cursor import Cursor

MOST = 256
"""Small messages are counted together, so that there are hardly more entries."""


class Sent(NamedTuple):
    """A message, or small ones together, and how many bytes of the wire that took."""

    cursor: Cursor
    bytes: int


class Window:
    """Bounds what is on its way, in bytes; one message is always let through."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._sent: deque[Sent] = deque()
        self.bytes = 0
        """On their way."""

    def fits(self, size: int) -> bool:
        return not self._sent or self.bytes + size <= self._max_bytes

    def sent(self, cursor: Cursor, size: int) -> None:
        """A message went out, with which its receiver gets to `cursor`."""
        self.bytes += size
        last = self._sent[-1] if self._sent else None
        if last is not None and last.cursor.epoch == cursor.epoch and last.bytes + size <= self._max_bytes // MOST:
            self._sent[-1] = Sent(cursor, last.bytes + size)
        else:
            self._sent.append(Sent(cursor, size))

    def acknowledged(self, t: int, epoch: str | None = None) -> None:
        """The subscriber has everything up to `t`: through the message that ended there, where there is one.

        Without an epoch, a `t` that lies within a message counts in that of the oldest on its way.
        """
        known = self._until(t, epoch)
        while self._sent and known > 0:
            self.bytes -= self._sent.popleft().bytes
            known -= 1

    def clear(self) -> None:
        """Forget what is on its way: the subscriber begins somewhere else."""
        self._sent.clear()
        self.bytes = 0

    def _until(self, t: int, epoch: str | None) -> int:
        """How many messages that is."""
        at = 0
        for number, (cursor, _) in enumerate(self._sent, 1):
            if cursor.t == t and epoch in (None, cursor.epoch):
                return number
        oldest = epoch or (self._sent[0].cursor.epoch if self._sent else None)
        for number, (cursor, _) in enumerate(self._sent, 1):
            if cursor.epoch == oldest and cursor.t < t:
                at = number
        return at
