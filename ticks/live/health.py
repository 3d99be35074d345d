"""How promptly this process's event loop runs what is due: sampled four times a second."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque

from django.conf import settings

from ticks.histogram import Histogram, Recent
from ticks.live.watchdog import Watchdog

PERIOD_S = 0.25
KEPT_S = 60.0
"""Percentiles are of the last minute."""
MOST_AT_ONCE = round(KEPT_S / PERIOD_S)


class Health:
    """The event loop's lag: how long after its planned time a callback runs.

    Samples have a grid of planned times; a loop that stood still for a second owes four of them, and each counts from
    its own time. Call everything on the event loop.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._forget()

    def start(self) -> None:
        """Sample the running loop, unless that is being done; on another loop than before this begins anew."""
        loop = asyncio.get_running_loop()
        if loop is self._loop:
            return
        self.stop()
        self._forget()
        self._loop = loop
        self._due = time.monotonic() + PERIOD_S
        self._watchdog = Watchdog(loop, threading.current_thread(), self._due)
        self._watchdog.start()
        self._plan(loop)

    def stop(self) -> None:
        """End; what was measured can still be read."""
        if self._loop is None:
            return
        self._timer.cancel()
        self._watchdog.stop()
        self._loop = None

    @property
    def lag_ms(self) -> float:
        """The largest lag of the last `TICKS_HEARTBEAT_S`, in milliseconds; that of a sample that is overdue now, too.

        Heartbeats carry it: nothing went out on time for so long, at worst, since the subscriber's last one.
        """
        overdue = time.monotonic() - self._due if self._loop is not None else 0.0
        return max(overdue * 1000, *self._latest, 0.0)

    def lags(self) -> Histogram:
        """The lags of the last minute's samples, in milliseconds."""
        return self._lags.read(time.monotonic())

    def _forget(self) -> None:
        self._lags = Recent(KEPT_S)
        self._latest: deque[float] = deque([0.0], maxlen=max(1, round(settings.TICKS_HEARTBEAT_S / PERIOD_S)))

    def _plan(self, loop: asyncio.AbstractEventLoop) -> None:
        # By the delay, as a loop's own clock may be one that is only read once a turn.
        self._timer = loop.call_later(self._due - time.monotonic(), self._beat, loop)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        now = time.monotonic()
        lag = max(0.0, now - self._due)
        owed = int(lag / PERIOD_S) + 1
        for number in range(min(owed, MOST_AT_ONCE)):
            lag_ms = (lag - number * PERIOD_S) * 1000
            self._lags.add(lag_ms, now)
            self._latest.append(lag_ms)
        self._due += owed * PERIOD_S
        self._watchdog.beat(lag, self._due)
        self._plan(loop)


health = Health()
