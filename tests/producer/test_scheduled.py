"""Sampling at planned times: a number of ticks, a duration, until told to stop; failures end nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import pytest

from tests.archive.test_active import archived
from ticks.archive.layout import closed_files
from ticks.cursor import Cursor
from ticks.producer import scheduled
from ticks.producer.lease import AnotherProducer
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import TickWriter
from ticks.producer.writer import Writer
from ticks.schedule import Schedule
from ticks.tick import head


class Counter:
    """A source whose sample is made by a function of how many there were before."""

    fields: Mapping[str, Mapping[str, str]] = {}

    def __init__(self, make: Callable[[int], Any] = lambda i: {"i": i}) -> None:
        self.make, self.sampled = make, 0

    def sample(self) -> dict[str, Any]:
        self.sampled += 1
        return cast(dict[str, Any], self.make(self.sampled - 1))


class Unpublished(Writer):
    """The archive's own writer, which is all that is asked for here."""

    def published_at(self, t: int) -> float | None:
        return None


@contextmanager
def writing(folder: Path) -> Iterator[TickWriter]:
    writer = Unpublished(folder, Cursor("0mi8x7k2a1b2c", 0, 0))
    yield cast(TickWriter, writer)
    writer.close()


def every(interval: float) -> Schedule:
    return Schedule(interval, wall=time.time(), monotonic=time.monotonic())


def run(source: Counter, writer: TickWriter, schedule: Schedule, **more: Any) -> Tally:
    tally = Tally()
    scheduled.run(source, writer, schedule, more.pop("stop", threading.Event()), tally=tally, **more)
    return tally


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in closed_files(folder) for line in path.read_bytes().splitlines()]


def heads(folder: Path) -> list[float]:
    return [head(line).ts for path in closed_files(folder) for line in path.read_bytes().splitlines()]


def test_so_many_ticks_and_no_more(tmp_path: Path) -> None:
    source = Counter()
    with writing(tmp_path) as writer:
        run(source, writer, every(0.002), ticks=5)
    assert (archived(tmp_path), source.sampled) == ([1, 2, 3, 4, 5], 5)


def test_no_tick_before_its_planned_time_and_each_has_the_clock_at_which_it_was_made(tmp_path: Path) -> None:
    interval, began, clock = 0.02, time.monotonic(), time.time()
    with writing(tmp_path) as writer:
        run(Counter(), writer, every(interval), ticks=4)
    assert time.monotonic() - began >= 3 * interval - 1e-3
    made = heads(tmp_path)
    assert clock - 1e-3 <= made[0]
    assert made == sorted(made)
    assert made[-1] <= time.time() + 1e-3


def test_the_clock_is_read_before_the_sample_is_made(tmp_path: Path) -> None:
    sampled: list[float] = []
    with writing(tmp_path) as writer:
        run(Counter(lambda i: sampled.append(time.time()) or {}), writer, every(0.002), ticks=1)
    assert heads(tmp_path)[0] <= sampled[0] + 1e-6


def test_for_so_long_and_no_longer(tmp_path: Path) -> None:
    began = time.monotonic()
    with writing(tmp_path) as writer:
        run(Counter(), writer, every(0.01), duration=0.1)
    assert time.monotonic() - began >= 0.1 - 1e-3
    assert len(archived(tmp_path)) <= 11


def test_a_duration_shorter_than_the_wait_ends_without_a_tick(tmp_path: Path) -> None:
    schedule = Schedule(3600, wall=1.0, monotonic=time.monotonic())
    with writing(tmp_path) as writer:
        run(Counter(), writer, schedule, duration=0.01)
    assert archived(tmp_path) == []


def test_it_stops_when_told_to_also_in_the_middle_of_a_wait(tmp_path: Path) -> None:
    stop = threading.Event()
    schedule = Schedule(3600, wall=1.0, monotonic=time.monotonic())
    with writing(tmp_path) as writer:
        running = threading.Thread(target=run, args=(Counter(), writer, schedule), kwargs={"stop": stop})
        running.start()
        stop.set()
        running.join(60)
        assert not running.is_alive()
    assert archived(tmp_path) == []


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (RuntimeError("no sensor"), "Counter could not be sampled"),
        (OSError("no device"), "Counter could not be sampled"),
        (None, "record 2 was skipped: not JSON"),
    ],
)
def test_a_failure_is_said_and_the_next_deadline_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, failure: Exception | None, said: str
) -> None:
    def make(i: int) -> dict[str, Any]:
        if i == 1 and failure is not None:
            raise failure
        return {"i": b"bytes" if i == 1 else i}

    source = Counter(make)
    with writing(tmp_path) as writer:
        tally = run(source, writer, every(0.002), ticks=3)
    assert (archived(tmp_path), source.sampled) == ([1, 2, 3], 4)
    assert [record.getMessage()[: len(said)] for record in caplog.records] == [said]
    assert (tally.ticks, tally.skips) == (3, int(failure is None))


def test_a_source_that_goes_on_failing_does_not_flood_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def make(i: int) -> dict[str, Any]:
        if i < 200:
            raise RuntimeError("no sensor")
        return {}

    with writing(tmp_path) as writer:
        run(Counter(make), writer, every(0.001), ticks=1)
    assert [record.getMessage() for record in caplog.records] == [
        "Counter could not be sampled",
        "Counter could still not be sampled, 199×, at last: RuntimeError: no sensor",
    ]
    assert [record.exc_info is not None for record in caplog.records] == [True, False]


def test_several_samples_at_a_deadline_each_say_how_late_they_are_and_what_was_missed_once(tmp_path: Path) -> None:
    late = Schedule(0.01, wall=0.0, monotonic=time.monotonic() - 0.065)
    source = Counter()
    with writing(tmp_path) as writer:
        tally = run(source, writer, late, at_once=4, ticks=10)
    monitors = [line["monitor"] for line in lines(tmp_path)]
    assert len(monitors) == source.sampled == 10
    assert monitors[0]["missed"] >= 6
    assert [monitor["missed"] for monitor in monitors[1:4]] == [0, 0, 0]
    assert [monitor["late_ms"] for monitor in monitors[:4]] == sorted(monitor["late_ms"] for monitor in monitors[:4])
    lateness = tally.lateness()
    assert lateness is not None
    assert lateness.count == 3, "of each deadline, not of each sample"


def test_every_third_record_is_written_beginning_with_the_first(tmp_path: Path) -> None:
    source = Counter(lambda i: {"i": b"no tick" if i == 3 else i})
    with writing(tmp_path) as writer:
        tally = run(source, writer, every(0.001), ticks=4, downsample=3)
    assert [line["i"] for line in lines(tmp_path)] == [0, 4, 7, 10], "in place of one that is no tick, the next"
    assert (tally.ticks, tally.skips, source.sampled) == (4, 1, 11)


def test_another_producer_ends_it(tmp_path: Path) -> None:
    class Refused(Writer):
        def published_at(self, t: int) -> float | None:
            return None

        def write(self, record: Mapping[str, Any], ts: float | None = None) -> int:
            raise AnotherProducer("somebody else")

    source = Counter()
    writer = Refused(tmp_path, Cursor("0mi8x7k2a1b2c", 0, 0))
    run(source, cast(TickWriter, writer), every(0.002))
    writer.close()
    assert source.sampled == 1


def test_deadlines_that_a_long_sample_covered_are_not_made_up_for(tmp_path: Path) -> None:
    interval, took = 0.02, 0.11
    source = Counter(lambda i: threading.Event().wait(took) or {} if i == 0 else {})
    began = time.monotonic()
    with writing(tmp_path) as writer:
        tally = run(source, writer, every(interval), ticks=4)
    assert time.monotonic() - began >= 7 * interval - 1e-3, "0, then 5 at once, 6 and 7"
    monitors = [line["monitor"] for line in lines(tmp_path)]
    assert monitors[1]["missed"] >= 4
    assert tally.misses == sum(monitor["missed"] for monitor in monitors)
    late = tally.lateness()
    assert late is not None
    assert late.count == 4
    assert 0 < late.max <= max(monitor["late_ms"] for monitor in monitors) + 1e-3


def test_a_step_of_the_wall_clock_moves_the_times_of_ticks_and_not_the_rhythm(tmp_path: Path) -> None:
    """An hour back after five ticks, two hours on after ten."""
    interval, began, wall = 0.01, time.monotonic(), time.time
    source = Counter()

    def stepped() -> float:
        return wall() + (0 if source.sampled < 5 else -3600 if source.sampled < 10 else 7200)

    with patch.object(scheduled.time, "time", stepped), writing(tmp_path) as writer:
        run(source, writer, every(interval), ticks=15)
    took = time.monotonic() - began
    stamps, missed = heads(tmp_path), sum(line["monitor"]["missed"] for line in lines(tmp_path))
    steps = [round((after - before) / 3600) for before, after in pairwise(stamps)]
    assert [step for step in steps if step] == [-1, 3]
    assert (steps[4], steps[9]) == (-1, 3)
    assert archived(tmp_path) == list(range(1, 16))
    assert took >= (13 + missed) * interval
    assert missed <= took / interval, "no deadline is made up by a clock"
