"""Flow control from end to end: the server is told what the caller has taken. Pure: the clock is another's."""

from __future__ import annotations

import json
import math

from ticks.cursor import Cursor

EVERY_BYTES, EVERY_S = 256 << 10, 1.0
"""As soon as so much was taken, in bytes as they came over the wire; at the latest after so long."""
LEAST_S = 0.1
"""Not more often: a client that says much is closed."""


class Acks:
    """What of one connection is owed to the server."""

    def __init__(self, wanted: bool = True) -> None:
        self._wanted = wanted
        self.begin(-math.inf)

    def begin(self, now: float) -> None:
        """On a new connection, at `now` (monotonic seconds)."""
        self._last = now
        self._bytes = 0
        self._owed: Cursor | None = None
        self._on = self._wanted

    def stop(self) -> None:
        """This server does not understand them."""
        self._on = False

    def taken(self, cursor: Cursor, size: int = 0) -> None:
        """The caller has everything up to `cursor`, and so many bytes more of whole messages."""
        self._owed = cursor
        self._bytes += size

    @property
    def due_at(self) -> float:
        """When the next one is to be sent; infinite while none is owed."""
        if self._owed is None or not self._on:
            return math.inf
        return self._last + (LEAST_S if self._bytes >= EVERY_BYTES else EVERY_S)

    def due(self, now: float) -> str | None:
        """The message to send now, if any; it counts as sent."""
        if self._owed is None or now < self.due_at:
            return None
        told = json.dumps({"type": "ack", "t": self._owed.t, "epoch": self._owed.epoch})
        self._last, self._bytes, self._owed = now, 0, None
        return told
