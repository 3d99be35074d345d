"""Batches gathered anew: nothing missing, nothing twice, cut where they should be."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.lines import encode
from ticks import gathering
from ticks.batch import MAX_TICKS, Batch
from ticks.gathering import Gathered, Gatherer

EPOCH, OTHER = "0mi8x7k2a1b2c", "0mi8x7k2b1b2c"
SIZES = st.lists(st.integers(1, 30), min_size=1, max_size=30)


def chain(sizes: list[int], n: int = 1, epoch: str = EPOCH) -> list[Batch]:
    """Batches of so many ticks, one after the other; `t` is twice the ordinal."""
    made = []
    for size in sizes:
        lines = [encode({"a": "x" * 50}, 2 * i, 1.0) for i in range(n, n + size)]
        made.append(Batch.of(epoch, 2 * (n - 1), n, lines))
        n += size
    return made


def gather(batches: list[Batch], whole: int, *, all: bool) -> tuple[list[Batch], list[Batch]]:
    """What is made of them, and what is left over."""
    gatherer = Gatherer(whole)
    made = [one for batch in batches for one in gatherer.add(batch)]
    rest = gatherer.flush()
    return ([*made, *rest], []) if all else (made, rest)


def check_chain(batches: list[Batch], first_n: int) -> int:
    """Returns the ordinal behind the last."""
    n = first_n
    for batch in batches:
        assert (batch.n, batch.prev_t, batch.first_t) == (n, 2 * (n - 1), 2 * n)
        assert len(batch.records) == batch.count
        n += batch.count
        assert batch.last_t == 2 * (n - 1)
    return n


@settings(deadline=None)
@given(SIZES, st.integers(1, 40), st.integers(1, 100), st.booleans())
def test_whole_batches_end_where_the_ordinal_is_a_multiple(sizes: list[int], whole: int, n: int, all: bool) -> None:
    made, rest = gather(chain(sizes, n), whole, all=all)
    end = check_chain([*made, *rest], n)
    assert end == n + sum(sizes)
    lasts = [batch.last_n for batch in made]
    assert all or sum(batch.count for batch in rest) < whole
    assert not (all and rest)
    assert [last for last in lasts if last % whole == 0] == [last for last in range(n, end) if last % whole == 0]
    assert [last for last in lasts if last % whole] == ([end - 1] if all and (end - 1) % whole else [])


@settings(deadline=None)
@given(SIZES)
def test_without_a_number_they_are_as_large_as_usual(sizes: list[int]) -> None:
    made, rest = gather(chain(sizes), 0, all=True)
    assert (check_chain(made, 1), rest) == (sum(sizes) + 1, [])
    assert all(batch.count <= MAX_TICKS for batch in made)
    assert len(made) == -(-sum(sizes) // MAX_TICKS) or sum(sizes) > MAX_TICKS - 30


def test_a_batch_of_a_certain_number_is_not_made_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MAX_WHOLE_BYTES", 1000)
    made, rest = gather(chain([5] * 10), 40, all=False)
    check_chain([*made, *rest], 1)
    assert all(batch.raw_bytes <= 1000 for batch in made)
    assert 40 in [batch.last_n for batch in made]


@settings(deadline=None)
@given(SIZES, st.integers(0, 25), st.data())
def test_what_is_released_is_what_came_in_whole_batches_unless_all_is_asked_for(
    sizes: list[int], whole: int, data: st.DataObject
) -> None:
    gathered, released, n = Gathered(whole, EPOCH, 0), [], 1
    for batch in chain(sizes):
        assert gathered.append(batch)
        assert gathered.tip == batch.last_t
        if gathered.is_whole or data.draw(st.booleans()):
            everything = whole == 0 or data.draw(st.booleans())
            fresh = list(gathered.release(all=everything))
            assert not gathered.is_whole
            released += fresh
            n = check_chain(fresh, n)
            assert gathered.shown == 2 * (n - 1)
    released += gathered.release(all=True)
    assert check_chain(released, 1) == sum(sizes) + 1


def test_after_a_hole_or_in_another_numbering_it_begins_anew() -> None:
    gathered = Gathered(10, EPOCH, 0)
    gathered.append(chain([4])[0])
    late = chain([3], n=8)[0]
    assert not gathered.append(late)
    assert (gathered.shown, gathered.tip) == (14, 20)
    [other] = chain([10], epoch=OTHER)
    gathered.append(other)
    [released] = gathered.release(all=False)
    assert list(released.records) == list(other.records)
    assert (gathered.epoch, gathered.shown) == (OTHER, 20)


def test_what_it_takes_grows_with_the_ticks_and_no_faster() -> None:
    """Against a tenth of them, in one run."""
    parts = chain([1] * 1000)
    whole, few = Batch.of(EPOCH, 0, 1, [line for part in parts for line in part.records]), chain([50])
    assert seconds(lambda: gather([whole], 1, all=False)) < 60 * seconds(lambda: gather(few, 1, all=False))
    assert seconds(lambda: gather(parts, 2000, all=False)) < 60 * seconds(lambda: gather(parts[:50], 2000, all=False))


def seconds(what: Callable[[], object]) -> float:
    """Of this thread's own, at its best."""
    return min(timeit.repeat(what, timer=time.thread_time, number=1, repeat=7))


@pytest.mark.parametrize("whole", [0, 2, 5])
def test_what_is_gathered_was_received_when_the_last_of_it_was(whole: int) -> None:
    parts = chain([2, 1, 2])
    for number, part in enumerate(parts):
        part.received_ts = float(number)
    made, _ = gather(parts, whole, all=True)
    assert [one.received_ts for one in made] == {0: [2.0], 2: [0.0, 2.0, 2.0], 5: [2.0]}[whole]
