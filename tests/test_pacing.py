"""When the ticks of a replay are due."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticks.pacing import MAX_IDLE_S, Pace

TIMES = st.lists(st.floats(0, 1e10), min_size=1, max_size=50)


def test_ticks_are_due_as_far_apart_as_they_were_made_at_the_speed() -> None:
    assert Pace(1, 100).all_due([5, 6, 6.5, 9]) == [100, 101, 101.5, 104]
    assert Pace(2, 100).all_due([5, 6, 6.5, 9]) == [100, 100.5, 100.75, 102]
    assert Pace(0.5, 100).all_due([5, 6]) == [100, 102]


def test_a_clock_that_was_set_back_counts_nothing_and_a_long_rest_is_shortened() -> None:
    assert Pace(1, 0).all_due([50, 20, 21]) == [0, 0, 1]
    assert Pace(1, 0).all_due([0, 3600, 3601]) == [0, MAX_IDLE_S, MAX_IDLE_S + 1]
    assert Pace(10, 0).all_due([0, 3600]) == [0, MAX_IDLE_S / 10]


@given(TIMES, st.floats(0.1, 1000), st.integers(0, 50))
def test_it_is_the_same_however_the_ticks_are_parted(times: list[float], speed: float, at: int) -> None:
    pace = Pace(speed, 7.0)
    due = [*pace.all_due(times[:at]), *pace.all_due(times[at:])]
    assert due == Pace(speed, 7.0).all_due(times)
    assert due == sorted(due)
    steps = [min(max(0.0, b - a), MAX_IDLE_S) for a, b in pairwise(times)]
    assert due[-1] - 7.0 == pytest.approx(sum(steps) / speed, abs=1e-6)
