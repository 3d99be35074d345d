"""Lines in memory, against a list of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.archive.making import joined
from tests.support.lines import encode
from ticks.archive.lines import Lines
from ticks.batch import MAX_TICKS
from ticks.tick import head

TICKS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9), st.sampled_from([0, 7, 200])), min_size=1, max_size=20)


def made(ticks: list[tuple[int, int, int]]) -> list[bytes]:
    t, lines = 0, []
    for step, ts, size in ticks:
        t += step
        lines.append(encode({"x": "y" * size}, t, float(ts)))
    return lines


@given(TICKS, st.integers(-1, 70))
def test_the_first_line_after_a_t_is_found(ticks: list[tuple[int, int, int]], t: int) -> None:
    expected, lines = made(ticks), Lines(joined(made(ticks)))
    skipped = sum(head(line).t <= t for line in expected)
    start = lines.after(t)
    assert start == len(joined(expected[:skipped]))
    assert lines.count(start) == skipped
    if skipped:
        assert lines.t_before(start) == head(expected[skipped - 1]).t


@given(TICKS, st.integers(0, 10))
def test_the_first_line_made_at_a_time_or_later_is_found(ticks: list[tuple[int, int, int]], ts: int) -> None:
    expected, lines = made(ticks), Lines(joined(made(ticks)))
    first = next((i for i, line in enumerate(expected) if head(line).ts >= ts), None)
    assert lines.since(ts) == (None if first is None else len(joined(expected[:first])))


@given(TICKS, st.integers(0, 500), st.data())
def test_lines_are_read_up_to_so_many_bytes(ticks: list[tuple[int, int, int]], size: int, data: st.DataObject) -> None:
    expected, lines = made(ticks), Lines(joined(made(ticks)))
    skipped = data.draw(st.integers(0, len(expected) - 1))
    found = list(lines.read(len(joined(expected[:skipped])), size))
    assert found == expected[skipped : skipped + len(found)]
    assert len(found) == 1 or len(joined(found)) - 1 <= size
    more = expected[skipped : skipped + len(found) + 1]
    assert len(more) == len(found) or len(joined(more)) - 1 > size


def test_no_more_lines_are_read_than_a_batch_has() -> None:
    lines = Lines(joined([encode({}, t, 1.0) for t in range(1, MAX_TICKS + 10)]))
    assert len(list(lines.read(0, 1 << 20))) == MAX_TICKS
    (last,) = lines.read(lines.line_start(lines.size - 1), 1)
    assert head(last).t == MAX_TICKS + 9


@given(TICKS, st.integers(0, 500), st.integers(1, 20), st.data())
def test_lines_are_read_backward_up_to_so_many(
    ticks: list[tuple[int, int, int]], size: int, count: int, data: st.DataObject
) -> None:
    expected, lines = made(ticks), Lines(joined(made(ticks)))
    kept = data.draw(st.integers(1, len(expected)))
    end = len(joined(expected[:kept]))
    found = lines.between(lines.before(end, count, size), end)
    assert found == expected[kept - len(found) : kept]
    assert len(found) == 1 or (len(joined(found)) - 1 <= size and len(found) <= count)
    more = expected[max(0, kept - len(found) - 1) : kept]
    assert len(found) in (kept, count) or len(joined(more)) - 1 > size


@given(TICKS, st.integers(0, 10))
def test_the_last_line_made_before_a_time_is_found(ticks: list[tuple[int, int, int]], ts: int) -> None:
    expected, lines = made(ticks), Lines(joined(made(ticks)))
    kept = next((i for i in range(len(expected), 0, -1) if head(expected[i - 1]).ts < ts), 0)
    assert lines.made_before(ts) == len(joined(expected[:kept]))
