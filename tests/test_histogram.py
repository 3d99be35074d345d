"""Percentiles from buckets: as good as the exact ones, for any values, and of the last minute."""

from __future__ import annotations

import math
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticks.histogram import LEAST, WIDTH, Histogram, Recent

VALUES = st.lists(st.floats(0, 1e7), min_size=1, max_size=200)


def filled(*values: float) -> Histogram:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    return histogram


def exact(values: list[float], percent: int) -> float:
    return sorted(values)[max(1, math.ceil(percent * len(values) / 100)) - 1]


@settings(deadline=None)
@given(VALUES, st.integers(0, 100))
def test_a_percentile_is_within_half_a_bucket_of_the_exact_one(values: list[float], percent: int) -> None:
    true = exact(values, percent)
    half = math.sqrt(WIDTH) - 1 + 1e-9
    assert filled(*values).percentile(percent) == pytest.approx(true, rel=half, abs=LEAST)


@given(VALUES)
def test_the_largest_is_exact_and_no_percentile_exceeds_it(values: list[float]) -> None:
    histogram = filled(*values)
    assert (histogram.count, histogram.max) == (len(values), max(values))
    assert histogram.percentile(100) <= histogram.max


@given(VALUES, VALUES)
def test_merged_is_as_if_all_had_been_added_to_one(some: list[float], others: list[float]) -> None:
    merged, whole = filled(*some), filled(*some, *others)
    merged.merge(filled(*others))
    assert (merged.count, merged.max) == (whole.count, whole.max)
    assert [merged.percentile(p) for p in range(101)] == [whole.percentile(p) for p in range(101)]


def test_one_without_values_says_0() -> None:
    assert (Histogram().percentile(50), Histogram().max, Histogram().count) == (0.0, 0.0, 0)


def test_what_is_below_0_counts_as_0() -> None:
    histogram = filled(-5.0, -0.1)
    assert (histogram.percentile(50), histogram.max, histogram.count) == (0.0, 0.0, 2)


def test_millions_of_values_take_a_few_hundred_counts() -> None:
    histogram = filled(*(1.0001**i for i in range(200_000)))
    assert len(histogram._counts) < 500


def test_a_value_is_told_for_a_minute_and_forgotten_soon_after() -> None:
    recent = Recent(60)
    recent.add(7.0, 1000.0)
    for second in range(1001, 1080):
        recent.add(1.0, second)
        if second <= 1060:
            assert recent.read(second).max == 7.0
    assert recent.read(1070).max == 1.0


def test_after_a_silence_longer_than_a_minute_nothing_is_told() -> None:
    recent = Recent(60)
    recent.add(7.0, 1000.0)
    assert recent.read(1071.0).count == 0
    recent.add(1.0, 5000.0)
    assert (recent.read(5000.0).count, recent.read(5000.0).max) == (1, 1.0)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=100).map(sorted))
def test_no_value_of_the_last_minute_is_left_out_and_none_is_older_than_a_sixth_more(times: list[float]) -> None:
    recent = Recent(60)
    for at in times:
        recent.add(1.0, at)
    count = recent.read(times[-1]).count
    assert sum(at > times[-1] - 60 for at in times) <= count <= sum(at > times[-1] - 70 - 1e-9 for at in times)


def test_it_can_be_read_while_it_is_being_filled() -> None:
    recent, filling = Recent(0.006), threading.Event()

    def fill() -> None:
        for i in range(50_000):
            recent.add(i * 1.7, i / 10_000)
            filling.set()

    thread = threading.Thread(target=fill)
    thread.start()
    filling.wait(60)
    while thread.is_alive():
        recent.read(0.0).percentile(99)
    thread.join()
    assert recent.read(5.0).max == 49_999 * 1.7


def test_its_summary_is_p50_p99_and_the_largest_value() -> None:
    assert Histogram().summary() == {"p50": 0.0, "p99": 0.0, "max": 0.0}
    told = filled(*[1.0] * 98, 8.0, 9.00049).summary()
    assert told == {"p50": pytest.approx(1, rel=0.03), "p99": pytest.approx(8, rel=0.03), "max": 9.0}
