"""Sample a source at its planned times, until told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from ticks.producer.lease import AnotherProducer
from ticks.producer.sampling import Sampling
from ticks.producer.sources import Sampled
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import TickWriter
from ticks.schedule import Deadline, Schedule, Watch
from ticks.tick import TickError

EARLY_S, NAP_S = 0.001, 0.0001
"""A core that has slept for long wakes up 0.35 ms late, one that naps for the last millisecond 0.09 ms."""
NAPS_FROM_S = 0.01
"""At shorter intervals it never sleeps for long, and the naps would cost more than 2 % of a core."""


def run(
    source: Sampled,
    writer: TickWriter,
    schedule: Schedule,
    stop: threading.Event,
    *,
    tally: Tally,
    at_once: int = 1,
    ticks: int | None = None,
    duration: float | None = None,
    downsample: int = 1,
) -> None:
    """Take `at_once` samples at each deadline, until `ticks` are written or for `duration` seconds.

    With `downsample` only every so-many-th is written, beginning with the first. What fails is logged and
    the next deadline is kept: a failing sample or write ends nothing.
    """
    end = time.monotonic() + duration if duration is not None else float("inf")
    sampling = _Planned(source, writer, tally, downsample)
    try:
        for deadline in _runs(schedule, stop, end, tally):
            for _ in range(at_once):
                sampling.take(deadline)
                if sampling.written == ticks:
                    return
                deadline = deadline._replace(missed=0)  # it counts once
    except AnotherProducer:
        return
    finally:
        sampling.say_rest()


class _Planned(Sampling):
    """Takes samples and writes them, with what the schedule says of itself."""

    def __init__(self, source: Sampled, writer: TickWriter, tally: Tally, downsample: int) -> None:
        super().__init__(source, writer, tally, downsample)
        self._watch = Watch()

    def take(self, deadline: Deadline) -> None:
        """Raises `AnotherProducer`, and nothing else."""
        self.skipped.look()
        try:
            self._sample(deadline)
        except AnotherProducer:
            raise
        except TickError as error:
            self.skip(error)
        except Exception as error:
            self.failures.add(error)

    def _sample(self, deadline: Deadline) -> None:
        watch = self._watch
        watch.begin(deadline, time.monotonic())
        made_at = time.time()
        record = self.source.sample()
        watch.sampled(time.monotonic())
        if self.is_wanted():
            monitor = watch.report(self.writer.published_at)
            watch.written(self.writer.write({**record, "monitor": monitor}, made_at))
            self.leave_out()
            self.wrote()


def _runs(schedule: Schedule, stop: threading.Event, end: float, tally: Tally) -> Iterator[Deadline]:
    """Each deadline when it has come, until told to stop or `end`."""
    while True:
        deadline = schedule.next(time.monotonic())
        if deadline.at > end:
            stop.wait(max(0.0, end - time.monotonic()))
            return
        if _waited(deadline.at, stop, EARLY_S if schedule.interval >= NAPS_FROM_S else 0.0):
            return
        tally.late((time.monotonic() - deadline.at) * 1000)
        tally.missed(deadline.missed)
        yield deadline


def _waited(at: float, stop: threading.Event, early: float) -> bool:
    """Until the monotonic time `at`, the last part of it in naps; whether it was told to stop meanwhile."""
    if stop.wait(max(0.0, at - early - time.monotonic())):
        return True
    while (left := at - time.monotonic()) > 0:
        time.sleep(min(left, NAP_S))
    return False
