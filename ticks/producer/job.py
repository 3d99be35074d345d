"""What the operator of a producer asked for: a source, its pace, and how much of it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from ticks.producer import scheduled, streamed, unpaced
from ticks.producer.sources import SCHEDULE_FIELDS, Sampled, Streamed, choice
from ticks.producer.sources.kinds import Fields
from ticks.producer.standing import Work
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import TickWriter
from ticks.schedule import Schedule, valid_interval

DEADLINES_PER_S = 1000
"""A higher rate takes several samples at each."""


class Pace(NamedTuple):
    """Of a sampled source: `at_once` samples every `interval` seconds; None is as fast as it goes."""

    words: str
    interval: float | None
    at_once: int = 1

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Pace:
        """Raises `ValueError`."""
        if options["source"] != "simulation":
            interval = 1.0 if options["interval"] is None else options["interval"]
            return cls(f"every {interval:g} s", valid_interval(interval))
        rate = choice.rate(options)
        if rate == math.inf:
            return cls("as fast as it goes", None)
        at_once = math.ceil(rate / DEADLINES_PER_S)
        return cls(f"{rate:g} ticks/s", valid_interval(at_once / rate), at_once)


class Job(NamedTuple):
    name: str
    source: Sampled | Streamed
    pace: Pace | None
    """None for a source that gives records by itself."""
    ticks: int | None
    duration: float | None
    downsample: int

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Job:
        """Raises `ValueError`, with a sentence for the operator, where an option makes no sense."""
        name = options["source"]
        source = choice.make(options)
        if options["interval"] is not None and name != "host":
            raise ValueError(f"--interval goes with host, not with {name}")
        for option in ("ticks", "duration", "downsample"):
            if options[option] is not None and not options[option] > 0:
                raise ValueError(f"--{option} {options[option]} is not possible: use more than 0")
        pace = Pace.of(options) if isinstance(source, Sampled) else None
        return cls(name, source, pace, options["ticks"], options["duration"], options["downsample"])

    @property
    def fields(self) -> Fields | None:
        """Of the stream's ticks; None where the source knows nothing of them."""
        if self.pace is not None and self.pace.interval is not None:
            return {**self.source.fields, **SCHEDULE_FIELDS}
        return self.source.fields or None

    @property
    def interval_s(self) -> float | None:
        """Planned from one written tick to the next, on average; None where nothing is planned."""
        pace = self.pace
        return None if pace is None or pace.interval is None else pace.interval / pace.at_once * self.downsample

    def progress(self) -> float | None:
        """How much of the source was read, from 0 to 1; None where nobody knows."""
        return None if isinstance(self.source, Sampled) else self.source.progress

    def run(self, writer: TickWriter, stop: threading.Event, tally: Tally) -> None:
        """Until all is done, or it is told to stop. Raises `SourceError`."""
        writer.works_for(Work(self.name, self.interval_s, tally))
        amount: dict[str, Any] = {"ticks": self.ticks, "duration": self.duration, "downsample": self.downsample}
        if isinstance(self.source, Streamed):
            streamed.run(self.source, writer, stop, tally=tally, **amount)
        elif self.pace is None or self.pace.interval is None:
            unpaced.run(self.source, writer, stop, tally=tally, **amount)
        else:
            schedule = Schedule(self.pace.interval, wall=time.time(), monotonic=time.monotonic())
            scheduled.run(self.source, writer, schedule, stop, tally=tally, at_once=self.pace.at_once, **amount)
