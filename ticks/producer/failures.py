"""Says what a source fails with, without flooding the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

KINDS = 10
"""So many different failures are told with their traceback."""
PER_S = 60.0
"""Of the others one line in so long says how many there were."""


class Failures:
    """Of one source. Not safe for threads."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`name` of the source, in what is logged."""
        self._name, self._clock = name, clock
        self._known: set[str] = set()
        self._last = ""
        self._rest = 0
        self._due = 0.0

    def add(self, error: Exception) -> None:
        self._last = f"{type(error).__name__}: {error}"
        if self._last not in self._known and len(self._known) < KINDS:
            self._known.add(self._last)
            self._due = self._clock() + PER_S
            logger.error("%s could not be sampled", self._name, exc_info=error)
            return
        self._rest += 1
        if self._clock() >= self._due:
            self.say_rest()

    def say_rest(self) -> None:
        """How many there were without being said."""
        if self._rest:
            logger.error("%s could still not be sampled, %d×, at last: %s", self._name, self._rest, self._last)
            self._rest = 0
            self._due = self._clock() + PER_S
