"""Write what a source gives by itself, until it ends or is told to stop."""

from __future__ import annotations

import threading
import time
from contextlib import closing

from ticks.producer.lease import AnotherProducer
from ticks.producer.restarting import records
from ticks.producer.rhythm import Rhythm, Until
from ticks.producer.skipped import Skipped
from ticks.producer.sources.kinds import Bad, Item, Streamed
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import TickWriter
from ticks.tick import TickError

PACE_TICKS = 64
"""Records without a time of their own wait for the publisher after so many."""


def run(
    source: Streamed,
    writer: TickWriter,
    stop: threading.Event,
    *,
    tally: Tally,
    ticks: int | None = None,
    duration: float | None = None,
    downsample: int = 1,
) -> None:
    """Write the records of `source`, at most `ticks` of them or for `duration` seconds.

    With `downsample` one in so many good records is written, beginning with the first. What is no tick is
    logged, counted and skipped. A source that raises is started again, if it is one that `restarts`.

    Raises `SourceError` where the source can't go on; returns where another producer has the stream.
    """
    halt = Until(stop, time.monotonic() + duration if duration is not None else float("inf"))
    writing = _Writing(writer, halt, downsample, tally)
    try:
        with closing(records(source, halt)) as coming:
            while ticks is None or writing.written < ticks:
                found = next(coming, None)
                if found is None or (halt.is_set() and not source.drains):
                    return
                writing.take(found)
    except AnotherProducer:
        return
    finally:
        writing.skipped.say_rest()


class _Writing:
    """What becomes of each record."""

    def __init__(self, writer: TickWriter, halt: threading.Event, downsample: int, tally: Tally) -> None:
        self._writer, self._halt, self._downsample, self._tally = writer, halt, downsample, tally
        self._rhythm = Rhythm(halt)
        self._to_leave_out = 0
        self.skipped = Skipped()
        self.written = 0

    def take(self, found: Item | Bad) -> None:
        self.skipped.look()
        if isinstance(found, Bad):
            self._skip(found.where, found.reason)
        elif self._to_leave_out:
            self._to_leave_out -= 1
        else:
            self._write(found)

    def _write(self, item: Item) -> None:
        if item.due is not None:
            late = self._rhythm.wait_until(item.due)
            if self._halt.is_set():
                return
            self._tally.late(late * 1000)
        try:
            self._writer.write(item.record, item.ts)
        except TickError as error:
            self._skip(item.where, str(error))
            return
        self._to_leave_out = self._downsample - 1
        self.written += 1
        self._tally.wrote()
        if item.due is None and self.written % PACE_TICKS == 0:
            self._writer.keep_pace()

    def _skip(self, where: str, reason: str) -> None:
        self.skipped.add(where, reason)
        self._tally.skipped()
