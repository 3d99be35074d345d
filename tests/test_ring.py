"""The ring against a simple model: an unbroken chain, bounded in bytes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.lines import encode
from ticks.batch import Batch, pack
from ticks.ring import Ring, Verdict
from ticks.tick import head

EPOCH, OTHER = "0mi8x7k2a1b2c", "0mi8x7k2zzzzz"
STREAM = sorted({1, 2, 3, 5, 8, 9, 10, *range(13, 120, 3), *range(120, 160)})
"""The numbers of an epoch, with holes by design; the ordinal of one is its place, from 1."""
MAX_BYTES = 4000


def batch(start: int, stop: int, epoch: str = EPOCH, travelled: bool = False) -> Batch:
    """The ticks of the places `start` to `stop` of the stream."""
    ts = STREAM[start:stop]
    records = [encode({"x": "y" * (t % 7) * 10}, t, float(t)) for t in ts]
    prev_t = STREAM[start - 1] if start else 0
    if travelled:
        return Batch(epoch, prev_t, start + 1, ts[0], ts[-1], len(ts), packed=pack(records))
    return Batch.of(epoch, prev_t, start + 1, records)


def numbers(batches: list[Batch]) -> list[int]:
    return [head(line).t for one in batches for line in one.records]


def everything(ring: Ring) -> list[Batch]:
    found, t = [], ring.floor
    while (more := ring.after(t)) is not None:
        found.append(more)
        t = more.last_t
    return found


class RingMachine(RuleBasedStateMachine):
    """Appends of any part of the stream, again, overlapping, ahead, of another epoch; forms; other limits."""

    @initialize(place=st.integers(0, 20))
    def begin(self, place: int) -> None:
        self.ring = Ring(MAX_BYTES)
        self.limit = MAX_BYTES
        assert self.ring.append(batch(place, place + 1)) is Verdict.OTHER_EPOCH
        self.ring.begin(batch(place, place + 1))
        self.epoch, self.end = EPOCH, place + 1

    @rule(back=st.integers(0, 15), count=st.integers(1, 20), travelled=st.booleans())
    def append(self, back: int, count: int, travelled: bool) -> None:
        start = max(0, self.end - back)
        offered = batch(start, min(start + count, len(STREAM)), self.epoch, travelled) if start < len(STREAM) else None
        if offered is not None:
            known = start + offered.count <= self.end
            assert self.ring.append(offered) is (Verdict.KNOWN if known else Verdict.APPENDED)
            self.end = max(self.end, start + offered.count)

    @rule(ahead=st.integers(1, 10))
    def leave_a_hole(self, ahead: int) -> None:
        start = self.end + ahead
        if start < len(STREAM):
            before = everything(self.ring)
            assert self.ring.append(batch(start, start + 1, self.epoch)) is Verdict.HOLE
            assert everything(self.ring) == before

    @rule()
    def offer_another_epoch(self) -> None:
        other = OTHER if self.epoch == EPOCH else EPOCH
        assert self.ring.append(batch(0, 3, other)) is Verdict.OTHER_EPOCH

    @rule(place=st.integers(0, 30))
    def begin_another_epoch(self, place: int) -> None:
        self.epoch = OTHER if self.epoch == EPOCH else EPOCH
        self.ring.begin(batch(place, place + 2, self.epoch))
        self.end = place + 2

    @rule(at=st.floats(0, 1), size=st.integers(1, MAX_BYTES))
    def make_a_form(self, at: float, size: int) -> None:
        floor, tip = self.ring.floor, self.ring.tip
        found = self.ring.after(floor + int(at * (tip - floor - 1)))
        assert found is not None
        found.form(f"form {size}", lambda _: b"x" * size)

    @rule(limit=st.integers(0, 2 * MAX_BYTES))
    def set_a_limit(self, limit: int) -> None:
        self.limit = limit
        self.ring.limit(limit)

    @invariant()
    def it_is_a_chain_up_to_the_tip(self) -> None:
        found, floor = everything(self.ring), self.ring.floor
        assert len(self.ring) == len(found)
        assert {one.epoch for one in found} == {self.epoch} == {self.ring.epoch}
        assert floor == (found[0].prev_t if found[0].n > 1 else -1), "before the first tick there is nothing"
        assert all(one.prev_t == before.last_t for before, one in pairwise(found))
        assert all(one.n == before.last_n + 1 for before, one in pairwise(found))
        assert numbers(found) == [t for t in STREAM[: self.end] if t > floor]
        assert self.ring.tip == STREAM[self.end - 1] == found[-1].last_t
        assert self.ring.newest is found[-1]

    @invariant()
    def it_counts_its_bytes_and_keeps_to_them(self) -> None:
        assert self.ring.bytes == sum(one.size for one in everything(self.ring))
        assert self.ring.bytes <= self.limit or len(self.ring) == 1


RingMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestRing = RingMachine.TestCase


@settings(deadline=None)
@given(st.integers(0, 40))
def test_after_any_tick_comes_the_rest_of_its_batch(t: int) -> None:
    ring = Ring(1 << 20)
    ring.begin(batch(0, 7))
    ring.append(batch(7, 9))
    found = ring.after(t)
    if t >= STREAM[8]:
        assert found is None
    else:
        assert found is not None
        assert numbers([found]) == [n for n in (STREAM[:7] if t < STREAM[6] else STREAM[7:9]) if n > t]


def test_an_empty_ring_has_nothing_newer() -> None:
    ring = Ring(MAX_BYTES)
    assert (len(ring), ring.newest, ring.after(0), ring.floor, ring.bytes) == (0, None, None, 0, 0)


def test_the_newest_batch_stays_whatever_its_size() -> None:
    ring = Ring(10)
    ring.begin(batch(0, 5))
    ring.append(batch(5, 10))
    assert (len(ring), ring.floor, ring.tip) == (1, STREAM[4], STREAM[9])


@pytest.mark.parametrize("grow", ["form", "packed"])
def test_a_batch_that_grows_pushes_older_ones_out_and_counts_no_more_once_it_is_gone(grow: str) -> None:
    batches = [batch(k, k + 1) for k in range(5)]
    ring = Ring(sum(one.size for one in batches))
    ring.begin(batches[0])
    for one in batches[1:]:
        ring.append(one)
    assert len(ring) == 5
    assert batches[4].packed if grow == "packed" else batches[4].form("x", lambda _: b"y")
    assert len(ring) < 5
    held = ring.bytes
    batches[0].form("late", lambda _: b"x" * 1000)
    assert ring.bytes == held == sum(one.size for one in everything(ring))
