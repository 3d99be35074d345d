"""Planned times: no drift, no burst, what was missed is counted."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticks.schedule import Deadline, Schedule, Watch

WALL, MONOTONIC = 1763700000.25, 1234.5
INTERVALS = st.sampled_from([0.001, 0.01, 0.05, 0.1, 0.25, 1.0, 2.5, 60.0, 3600.0]) | st.floats(0.001, 3600)


def schedule(interval: float) -> Schedule:
    return Schedule(interval, wall=WALL, monotonic=MONOTONIC)


def test_the_first_run_is_on_a_whole_interval_of_wall_time() -> None:
    assert schedule(1.0).next(MONOTONIC) == (MONOTONIC + 0.75, 0)
    assert schedule(10.0).next(MONOTONIC).at == MONOTONIC + (1763700010 - WALL)
    assert schedule(0.25).next(MONOTONIC) == (MONOTONIC, 0)


@settings(deadline=None)
@given(INTERVALS, st.floats(0, 4e9), st.floats(0, 1e7))
def test_wall_time_is_met_whatever_the_clocks_say(interval: float, wall: float, monotonic: float) -> None:
    at = Schedule(interval, wall=wall, monotonic=monotonic).next(monotonic).at
    assert -1e-5 <= at - monotonic <= interval + 1e-5
    intervals = (wall + at - monotonic) / interval
    assert abs(intervals - round(intervals)) * interval < 1e-5


@settings(deadline=None)
@given(INTERVALS, st.lists(st.floats(0, 20), min_size=1, max_size=50))
def test_it_never_drifts_and_counts_what_it_missed(interval: float, lasts: list[float]) -> None:
    """`lasts`: how many intervals each run takes."""
    planned = schedule(interval)
    start, before = planned.next(MONOTONIC)
    assert before == 0
    k, now = 0, start
    for last in lasts:
        ended = now + last * interval
        at, missed = planned.next(ended)
        k += 1 + missed
        assert math.isclose(at, start + k * interval, abs_tol=1e-9), "on the grid, all missed ones counted"
        assert at > ended - interval - 1e-6, "of those that have passed only the latest is made up for"
        assert at <= max(now, ended) + interval + 1e-6, "none is left out that is still to come"
        now = max(ended, at)


def test_runs_that_are_short_keep_every_deadline() -> None:
    planned = schedule(1.0)
    start = planned.next(MONOTONIC).at
    assert [planned.next(start + k + 0.3) for k in range(5)] == [(start + k + 1, 0) for k in range(5)]


def test_a_long_run_is_followed_by_one_and_not_by_a_burst() -> None:
    planned = schedule(1.0)
    start = planned.next(MONOTONIC).at
    now = start + 5.5
    assert planned.next(now) == (start + 5, 4)
    assert planned.next(now + 0.1) == (start + 6, 0)
    assert planned.next(start + 6.1) == (start + 7, 0)


def test_a_run_as_long_as_the_interval_goes_on_at_once_and_misses_nothing() -> None:
    planned = schedule(1.0)
    now = start = planned.next(MONOTONIC).at
    for k in range(1, 20):
        now += 1.0
        assert planned.next(now) == (start + k, 0)


def test_a_first_run_that_comes_late_counts_too() -> None:
    assert schedule(1.0).next(MONOTONIC + 3.8) == (MONOTONIC + 3.75, 3)


def test_a_tenth_of_a_second_does_not_drift_in_a_year() -> None:
    planned = schedule(0.1)
    start = planned.next(MONOTONIC).at
    runs = 10 * 86400 * 365
    at, missed = planned.next(start + runs * 0.1 + 0.05)
    assert missed == runs - 1
    assert math.isclose(at, start + runs / 10, abs_tol=1e-5)


@pytest.mark.parametrize("interval", [0.0, -1.0, 0.0009, 3600.1, math.nan, math.inf])
def test_an_interval_out_of_bounds_is_refused(interval: float) -> None:
    with pytest.raises(ValueError, match=r"outside 0\.001 to 3600 s"):
        schedule(interval)


def test_each_tick_says_how_late_its_sampling_began_how_long_it_took_and_what_was_missed() -> None:
    watch = Watch()
    watch.begin(Deadline(10.0, 0), 10.0005)
    watch.sampled(10.0045)
    assert watch.report(lambda t: None) == {"late_ms": 0.5, "sample_ms": 4.0, "missed": 0}


def test_missed_deadlines_count_until_a_tick_has_told_them() -> None:
    watch = Watch()
    watch.begin(Deadline(10.0, 2), 10.0)
    watch.begin(Deadline(12.0, 1), 12.0)
    watch.sampled(12.0)
    assert watch.report(lambda t: None)["missed"] == 3
    watch.written(1)
    watch.begin(Deadline(13.0, 0), 13.0)
    watch.sampled(13.0)
    assert watch.report(lambda t: None)["missed"] == 0


def test_a_tick_tells_when_the_one_before_it_was_published_counted_from_its_plan() -> None:
    watch = Watch()
    for t, at in ((7, 10.0), (8, 11.0)):
        watch.begin(Deadline(at, 0), at)
        watch.sampled(at)
        report = watch.report({7: 10.003}.get)
        watch.written(t)
    assert report["published_ms"] == 3.0
    watch.begin(Deadline(12.0, 0), 12.0)
    watch.sampled(12.0)
    assert "published_ms" not in watch.report({7: 10.003}.get)
