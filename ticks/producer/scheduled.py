"""Sample a source at its planned times, until told to stop."""

from __future__ import annotations

import logging
import threading
import time

from ticks.producer.lease import AnotherProducer
from ticks.producer.sources import Source
from ticks.producer.tick_writer import TickWriter
from ticks.schedule import Deadline, Schedule, Watch
from ticks.tick import TickError

logger = logging.getLogger(__name__)


def run(
    source: Source,
    writer: TickWriter,
    schedule: Schedule,
    stop: threading.Event,
    *,
    ticks: int | None = None,
    duration: float | None = None,
) -> None:
    """Write a tick at each deadline, at most `ticks` of them or for `duration` seconds.

    What fails is logged and the next deadline is kept: a failing sample or write ends nothing.
    """
    end = time.monotonic() + duration if duration is not None else float("inf")
    watch = Watch()
    written = 0
    while ticks is None or written < ticks:
        deadline = schedule.next(time.monotonic())
        if deadline.at > end:
            stop.wait(end - time.monotonic())
            return
        if stop.wait(max(0.0, deadline.at - time.monotonic())):
            return
        try:
            _sample(source, writer, watch, deadline)
            written += 1
        except AnotherProducer:
            return
        except TickError as error:
            logger.error("a record of %s is no tick and was skipped: %s", type(source).__name__, error)
        except Exception:
            logger.exception("%s could not be sampled", type(source).__name__)


def _sample(source: Source, writer: TickWriter, watch: Watch, deadline: Deadline) -> None:
    watch.begin(deadline, time.monotonic())
    made_at = time.time()
    record = source.sample()
    watch.sampled(time.monotonic())
    monitor = watch.report(writer.published_at)
    watch.written(writer.write({**record, "monitor": monitor}, made_at))
