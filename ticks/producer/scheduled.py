"""Sample a source at its planned times, until told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from ticks.producer.failures import Failures
from ticks.producer.lease import AnotherProducer
from ticks.producer.skipped import Skipped
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
    sampling = _Sampling(source, writer, tally, downsample)
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


class _Sampling:
    """Takes samples and writes them, with what the schedule says of itself."""

    def __init__(self, source: Sampled, writer: TickWriter, tally: Tally, downsample: int) -> None:
        self._source, self._writer, self._tally = source, writer, tally
        self._downsample, self._to_leave_out = downsample, 0
        self._watch = Watch()
        self._failures, self._skipped = Failures(type(source).__name__), Skipped()
        self._samples = 0
        self.written = 0

    def take(self, deadline: Deadline) -> None:
        """Raises `AnotherProducer`, and nothing else."""
        self._skipped.look()
        try:
            self._sample(deadline)
        except AnotherProducer:
            raise
        except TickError as error:
            self._skipped.add(f"record {self._samples}", error)
            self._tally.skipped()
        except Exception as error:
            self._failures.add(error)

    def say_rest(self) -> None:
        """What was not said yet of failures and of what was skipped."""
        self._failures.say_rest()
        self._skipped.say_rest()

    def _sample(self, deadline: Deadline) -> None:
        watch = self._watch
        watch.begin(deadline, time.monotonic())
        made_at = time.time()
        record = self._source.sample()
        watch.sampled(time.monotonic())
        if self._is_wanted():
            monitor = watch.report(self._writer.published_at)
            watch.written(self._write({**record, "monitor": monitor}, made_at))

    def _is_wanted(self) -> bool:
        self._samples += 1
        if not self._to_leave_out:
            return True
        self._to_leave_out -= 1
        return False

    def _write(self, record: dict[str, Any], made_at: float) -> int:
        t = self._writer.write(record, made_at)
        self._to_leave_out = self._downsample - 1
        self.written += 1
        self._tally.wrote()
        return t


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
        yield deadline


def _waited(at: float, stop: threading.Event, early: float) -> bool:
    """Until the monotonic time `at`, the last part of it in naps; whether it was told to stop meanwhile."""
    if stop.wait(max(0.0, at - early - time.monotonic())):
        return True
    while (left := at - time.monotonic()) > 0:
        time.sleep(min(left, NAP_S))
    return False
