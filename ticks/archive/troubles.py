"""What went wrong, said once each, and tried again only after a while."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

logger = logging.getLogger(__name__)

RETRY_S = 60.0

T = TypeVar("T")


class Trouble(NamedTuple):
    reason: str
    until: float
    """Monotonic seconds."""


class Troubles:
    """Lets one piece of work fail without any harm to the others."""

    def __init__(self) -> None:
        self._known: dict[str, Trouble] = {}

    def rests(self, name: str) -> bool:
        """Whether it failed lately, and is left alone."""
        return name in self._known and time.monotonic() < self._known[name].until

    def attempt(self, name: str, work: Callable[[], T]) -> T | None:
        """What `work` returns; None where it fails, which is logged unless it did so before, or rests."""
        if self.rests(name):
            return None
        try:
            result = work()
        except Exception as error:
            self._note(name, f"{type(error).__name__}: {error}")
            return None
        self._known.pop(name, None)
        return result

    def _note(self, name: str, reason: str) -> None:
        before = self._known.get(name)
        if before is None or before.reason != reason:
            logger.error("%s can't be archived, and is tried again every %g s: %s", name, RETRY_S, reason)
        self._known[name] = Trouble(reason, time.monotonic() + RETRY_S)
