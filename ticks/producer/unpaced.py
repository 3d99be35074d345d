"""Sample a source as fast as its ticks can be archived and published."""

from __future__ import annotations

import math
import threading
import time

from ticks.producer.lease import AnotherProducer
from ticks.producer.sampling import Sampling
from ticks.producer.sources import Sampled
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import TickWriter
from ticks.producer.writer import Entry
from ticks.tick import TickError

GROUP_TICKS = 32
GROUP_S = 0.005
"""So many samples, or those of so long, are written at once: the threads then seldom wait for each other."""


def run(
    source: Sampled,
    writer: TickWriter,
    stop: threading.Event,
    *,
    tally: Tally,
    ticks: int | None = None,
    duration: float | None = None,
    downsample: int = 1,
) -> None:
    """One sample after another, until `ticks` are written or for `duration` seconds.

    With `downsample` only every so-many-th is written, beginning with the first. What fails is logged, and
    ends nothing. While the publisher is far behind it waits, so that subscribers keep up.
    """
    end = time.monotonic() + (math.inf if duration is None else duration)
    sampling = _Groups(source, writer, tally, downsample)
    try:
        while not stop.is_set() and time.monotonic() < end and (ticks is None or sampling.written < ticks):
            sampling.write(sampling.take(GROUP_TICKS if ticks is None else min(GROUP_TICKS, ticks - sampling.written)))
            writer.keep_pace()
    except AnotherProducer:
        return
    finally:
        sampling.say_rest()


class _Groups(Sampling):
    """Takes samples in groups, and writes them."""

    def take(self, most: int) -> list[Entry]:
        """Up to so many samples, or those of `GROUP_S`; a failure ends the group."""
        end, taken = time.monotonic() + GROUP_S, list[Entry]()
        while len(taken) < most and time.monotonic() < end:
            made_at = time.time()
            try:
                record = self.source.sample()
                if self.is_wanted():
                    taken.append(Entry(record, made_at))
                    self.leave_out()
            except TickError as error:
                self.skip(error)
            except Exception as error:
                self.failures.add(error)
                break
        return taken

    def write(self, taken: list[Entry]) -> None:
        """Raises `AnotherProducer`."""
        self.skipped.look()
        self.writer.put(*taken)
        for entry in taken:
            if entry.error is None:
                self.wrote()
            else:
                self.skip(entry.error)
