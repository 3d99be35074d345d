"""Which closed files are sealed together, and when."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ticks.archive.plan import SEGMENT_BYTES, SEGMENT_S, ready, together
from ticks.models import Segment

MIB = 1 << 20


def row(prev_t: int, last_t: int, size: int = MIB, start: float = 0.0, end: float = 60.0, hole: int = 0) -> Segment:
    """A closed file; `hole` ticks are missing before it."""
    return Segment(
        prev_t=prev_t + hole, first_t=prev_t + hole + 1, last_t=last_t + hole, bytes=size, min_ts=start, max_ts=end
    )


def neighbours(count: int, size: int = MIB, every_s: float = 60.0) -> list[Segment]:
    return [row(i * 10, i * 10 + 10, size, i * every_s, (i + 1) * every_s) for i in range(count)]


def before(now: float) -> Callable[[Segment], bool]:
    """Old is what was begun an hour before."""
    return lambda row: row.min_ts < now - SEGMENT_S


@st.composite
def epochs(draw: st.DrawFn) -> list[Segment]:
    """Files of all sizes, with holes between, by a clock that steps."""
    rows, t = [], draw(st.integers(-1, 5))
    for _ in range(draw(st.integers(0, 40))):
        hole = draw(st.sampled_from([0, 0, 0, 0, 3]))
        start = draw(st.floats(0, 3 * SEGMENT_S))
        end = start + draw(st.floats(0, SEGMENT_S * 1.1))
        rows.append(row(t, t + 10, draw(st.integers(1, SEGMENT_BYTES * 5 // 4)), start, end, hole))
        t = rows[-1].last_t
    return rows


@given(epochs())
def test_every_file_is_in_one_group_in_order(rows: list[Segment]) -> None:
    assert [row for group in together(rows) for row in group] == rows


@given(epochs())
def test_what_is_sealed_together_is_unbroken_and_no_larger_or_longer_than_a_segment_may_be(rows: list[Segment]) -> None:
    for group in together(rows):
        assert all(after.prev_t == before.last_t for before, after in pairwise(group))
        if len(group) > 1:
            assert sum(row.bytes for row in group) <= SEGMENT_BYTES
            assert max(row.max_ts for row in group) - min(row.min_ts for row in group) <= SEGMENT_S


@given(epochs())
def test_a_group_ends_only_where_the_next_file_does_not_belong_to_it(rows: list[Segment]) -> None:
    for group, (after, *_) in pairwise(together(rows)):
        joined = [*group, after]
        size = sum(row.bytes for row in joined)
        length = max(row.max_ts for row in joined) - min(row.min_ts for row in joined)
        assert after.prev_t != group[-1].last_t or size > SEGMENT_BYTES or length > SEGMENT_S


@given(epochs(), st.floats(0, 6 * SEGMENT_S), st.booleans())
def test_all_groups_are_ready_but_a_young_last_one(rows: list[Segment], now: float, ended: bool) -> None:
    groups = list(together(rows))
    found = ready(rows, before(now), ended=ended)
    assert found == groups[: len(found)]
    young = bool(groups) and not before(now)(groups[-1][0])
    assert len(groups) - len(found) == (young and not ended)


@given(epochs(), st.floats(0, 6 * SEGMENT_S), st.integers(0, 40))
def test_a_group_that_is_ready_stays_the_same_whatever_follows(rows: list[Segment], now: float, cut: int) -> None:
    early = ready(rows[:cut], before(0.0), ended=False)
    assert ready(rows, before(now), ended=False)[: len(early)] == early


def test_sixteen_mebibytes_are_ready_when_another_file_stands_behind() -> None:
    rows = neighbours(17)
    assert ready(rows[:16], before(960.0), ended=False) == []
    assert ready(rows, before(1020.0), ended=False) == [rows[:16]]


def test_an_hour_is_ready_when_another_file_stands_behind_or_it_is_over() -> None:
    rows = neighbours(61, size=100)
    assert ready(rows[:60], before(SEGMENT_S), ended=False) == []
    assert ready(rows[:60], before(SEGMENT_S + 1), ended=False) == [rows[:60]]
    assert ready(rows, before(SEGMENT_S), ended=False) == [rows[:60]]


def test_files_before_a_hole_and_of_an_epoch_that_has_ended_wait_for_nothing() -> None:
    rows = [*neighbours(2), row(20, 30, hole=5)]
    assert ready(rows, before(200.0), ended=False) == [rows[:2]]
    assert ready(rows, before(200.0), ended=True) == [rows[:2], rows[2:]]


def test_a_file_that_is_larger_than_a_segment_is_sealed_alone() -> None:
    rows = neighbours(3, size=SEGMENT_BYTES + 1)
    assert ready(rows, before(200.0), ended=True) == [[one] for one in rows]
