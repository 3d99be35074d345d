"""What a running producer counts, and how fast that is."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from ticks.producer import tally as module
from ticks.producer.tally import Tally


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tally(clock: Clock) -> Iterator[Tally]:
    with patch.object(module, "time", clock):
        yield Tally()


def test_ticks_and_skips_are_counted_from_the_start(tally: Tally) -> None:
    for _ in range(3):
        tally.wrote()
    tally.skipped()
    assert (tally.ticks, tally.skips) == (3, 1)


def test_planned_times_are_missed_only_by_a_source_that_has_some(tally: Tally) -> None:
    assert tally.misses is None
    for deadlines in (0, 3, 1):
        tally.missed(deadlines)
    assert tally.misses == 4


def test_the_rate_is_that_of_the_last_ten_seconds(tally: Tally, clock: Clock) -> None:
    for second in range(1, 31):
        clock.now += 1
        for _ in range(100 if second <= 15 else 10):
            tally.wrote()
        rate = tally.rate()
        if second in (1, 10, 15):
            assert rate == 100
    assert rate == 10
    assert tally.seconds() == 30


def test_who_looks_once_a_minute_is_told_the_rate_of_that_minute(tally: Tally, clock: Clock) -> None:
    for per_minute in (60, 600, 0):
        for _ in range(per_minute):
            tally.wrote()
        clock.now += 60
        assert tally.rate() == per_minute / 60


def test_two_looks_at_one_moment_do_no_harm(tally: Tally) -> None:
    assert (tally.rate(), tally.rate()) == (0, 0)


def test_lateness_is_that_of_the_last_minute_and_none_where_nothing_is_planned(tally: Tally, clock: Clock) -> None:
    assert tally.lateness() is None
    tally.late(40.0)
    clock.now += 71
    for _ in range(100):
        tally.late(0.5)
    late = tally.lateness()
    assert late is not None
    assert (late.count, late.max, late.percentile(50)) == (100, 0.5, pytest.approx(0.5, rel=0.03))
