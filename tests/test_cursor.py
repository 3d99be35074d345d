"""Epochs: their names sort by time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticks.cursor import EPOCH, STREAM, new_epoch

CLOCKS = st.floats(min_value=0, max_value=1e11)


@settings(deadline=None)
@given(CLOCKS)
def test_an_epoch_is_thirteen_characters(now: float) -> None:
    assert EPOCH.fullmatch(new_epoch(now))


@settings(deadline=None)
@given(CLOCKS, st.floats(min_value=0.002, max_value=1e9))
def test_a_later_epoch_sorts_behind(now: float, later: float) -> None:
    if now + later < 1e11:
        assert new_epoch(now) < new_epoch(now + later)


@settings(deadline=None)
@given(CLOCKS, CLOCKS)
def test_an_epoch_sorts_behind_the_one_before_it_whatever_the_clock_says(before: float, now: float) -> None:
    first = new_epoch(before)
    assert new_epoch(now, first) > first
    assert EPOCH.fullmatch(new_epoch(now, first))


def test_two_epochs_of_one_millisecond_differ() -> None:
    assert len({new_epoch(1763700000.0) for _ in range(50)}) == 50


@pytest.mark.parametrize("name", ["main", "0", "a" * 64, "a.b-c_d"])
def test_names_of_streams(name: str) -> None:
    assert STREAM.fullmatch(name)


@pytest.mark.parametrize("name", ["", "a" * 65, "Main", ".a", "-a", "a/b", "main\n", "ü", "a b"])
def test_no_names_of_streams(name: str) -> None:
    assert not STREAM.fullmatch(name)
