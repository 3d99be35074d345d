"""Says which records of a source were skipped and why, without flooding the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

EACH = 10
PER_S = 60.0
"""The first ones in so long are said one by one, of the rest only how many there were."""


class Skipped:
    """Counts what is skipped, and logs it. Not safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends = 0.0
        self._said = 0
        self._rest = 0
        self.total = 0

    def add(self, where: str, reason: object) -> None:
        """`where` names the record: "line 17"."""
        now = self._clock()
        if now >= self._ends:
            self.say_rest()
            self._ends, self._said = now + PER_S, 0
        self.total += 1
        if self._said < EACH:
            self._said += 1
            logger.warning("%s was skipped: %s", where, reason)
        else:
            self._rest += 1

    def look(self) -> None:
        """Say what is due, though nothing more is skipped."""
        if self._rest and self._clock() >= self._ends:
            self.say_rest()

    def say_rest(self) -> None:
        """How many were skipped without being said."""
        if self._rest:
            logger.warning("%d more were skipped, %d in all", self._rest, self.total)
            self._rest = 0
