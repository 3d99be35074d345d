"""A source that is started again when it fails, later each time it fails again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing

from ticks.producer.sources.kinds import Bad, Item, SourceError, Streamed

logger = logging.getLogger(__name__)

FIRST_S, MOST_S = 0.5, 30.0
GOOD_S = 30.0
"""One that has given records for so long begins with the shortest delay again."""


class Backoff:
    """How long to wait after each failure, in seconds: twice as long as after the one before."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: float | None = None
        self.failures = 0

    def delivered(self) -> None:
        """A record came."""
        if self._began is None:
            self._began = self._clock()

    def failed(self) -> float:
        """The wait before the next start."""
        if self._began is not None and self._clock() - self._began >= GOOD_S:
            self.failures = 0
        self._began = None
        self.failures += 1
        return min(MOST_S, FIRST_S * 2.0 ** min(self.failures - 1, 10))


def records(
    source: Streamed, halt: threading.Event, backoff: Backoff | None = None
) -> Generator[Item | Bad, None, None]:
    """What the source gives, over all its starts. Raises `SourceError`, and anything if it never restarts."""
    backoff = backoff or Backoff()
    while not halt.is_set():
        try:
            with closing(source.records(halt)) as given:
                for found in given:
                    backoff.delivered()
                    yield found
            return
        except SourceError:
            raise
        except Exception as error:
            if not source.restarts:
                raise
            delay = backoff.failed()
            first = backoff.failures == 1
            said = f"{type(error).__name__}: {error}"
            logger.error("the source failed (%s) and is started again in %g s", said, delay, exc_info=first)
        halt.wait(delay)
