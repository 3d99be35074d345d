"""The ring against a simple model: an unbroken chain, bounded in bytes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.lines import encode
from ticks import ring as ring_module
from ticks.batch import Batch, Form
from ticks.pack import pack
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
        return Batch(epoch, prev_t, start + 1, ts[0], ts[-1], len(ts), packs=[pack(records)])
    return Batch.of(epoch, prev_t, start + 1, records)


def numbers(batches: list[Batch]) -> list[int]:
    return [head(line).t for one in batches for line in one.records]


def everything(ring: Ring) -> list[Batch]:
    found, t = [], ring.floor
    while (more := ring.holding(t)) is not None:
        found.append(more)
        t = more.last_t
    return found


class RingMachine(RuleBasedStateMachine):
    """Appends of any part of the stream, again, overlapping, ahead, of another epoch; releases; forms; other limits."""

    @initialize(place=st.integers(0, 20))
    def begin(self, place: int) -> None:
        self.ring = Ring(MAX_BYTES)
        self.limit = MAX_BYTES
        assert self.ring.append(batch(place, place + 1)) is Verdict.OTHER_EPOCH
        self.ring.begin(batch(place, place + 1))
        self.epoch, self.end, self.shown = EPOCH, place + 1, place

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
        self.end, self.shown = place + 2, place

    @rule()
    def release(self) -> None:
        new = numbers(list(self.ring.release()))
        assert new == [t for t in STREAM[self.shown : self.end] if t > self.ring.floor]
        self.shown = self.end

    @rule(at=st.floats(0, 1), size=st.integers(1, MAX_BYTES))
    def make_a_form(self, at: float, size: int) -> None:
        floor, shown = self.ring.floor, self.ring.shown
        if everything(self.ring):
            found = self.ring.holding(floor + int(at * (shown - floor - 1)))
            assert found is not None
            found.form(Form(f"form {size}", lambda _: b"x" * size))

    @rule(limit=st.integers(0, 2 * MAX_BYTES))
    def set_a_limit(self, limit: int) -> None:
        self.limit = limit
        self.ring.limit(limit)

    @invariant()
    def what_is_shown_is_a_chain(self) -> None:
        found, floor = everything(self.ring), self.ring.floor
        shown = STREAM[: self.shown]
        assert self.ring.shown == (shown[-1] if shown else 0)
        assert {one.epoch for one in found} <= {self.epoch}
        assert self.epoch == self.ring.epoch
        assert all(one.prev_t == before.last_t for before, one in pairwise(found))
        assert all(one.n == before.last_n + 1 for before, one in pairwise(found))
        assert numbers(found) == [t for t in shown if t > floor]
        assert self.ring.tip == STREAM[self.end - 1]
        newest = self.ring.newest
        assert newest is not None
        assert newest.last_t == self.ring.tip

    @invariant()
    def it_counts_its_bytes_and_keeps_to_them(self) -> None:
        held = [*self.ring._blocks, *self.ring._loose, *self.ring._fresh]
        assert len(self.ring) == len(held)
        assert self.ring.bytes == sum(one.size for one in held)
        assert self.ring.bytes <= self.limit or len(self.ring) == 1
        assert self.ring.floor == (held[0].prev_t if held[0].n > 1 else -1), "before the first tick there is nothing"


RingMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestRing = RingMachine.TestCase


def filled(*ends: int, max_bytes: int = 1 << 20) -> Ring:
    """A ring with the ticks up to each of the ends as a batch of its own, all released one by one."""
    ring, start = Ring(max_bytes), 0
    for end in ends:
        one = batch(start, end, travelled=True)
        if start:
            ring.append(one)
        else:
            ring.begin(one)
        ring.release()
        start = end
    return ring


@settings(deadline=None)
@given(st.integers(0, 40))
def test_any_tick_is_followed_by_what_its_batch_holds(t: int) -> None:
    found = filled(7, 9).holding(t)
    if t >= STREAM[8]:
        assert found is None
    else:
        assert found is not None
        assert numbers([found]) == STREAM[:7] if t < STREAM[6] else STREAM[7:9]


def test_an_empty_ring_has_nothing_newer() -> None:
    ring = Ring(MAX_BYTES)
    assert (len(ring), ring.newest, ring.holding(0), ring.floor, ring.bytes) == (0, None, None, 0, 0)
    assert list(ring.release()) == []


def test_what_came_in_is_shown_when_it_is_released_as_one_batch() -> None:
    ring = filled(3)
    ring.append(batch(3, 4))
    ring.append(batch(4, 7))
    assert (ring.shown, ring.tip, ring.holding(STREAM[2])) == (STREAM[2], STREAM[6], None)
    [new] = ring.release()
    assert numbers([new]) == STREAM[3:7]
    assert ring.holding(STREAM[2]) is new
    assert ring.shown == ring.tip


def test_older_batches_are_merged_while_the_newest_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring_module, "MAX_PARTS", 8)
    ring = filled(*range(1, 20))
    found = everything(ring)
    assert [one.count for one in found] == [8] + [1] * 11
    whole = found[0]
    assert numbers([whole]) == STREAM[:8]
    made = whole.form(Form("a", lambda one: b"a"))
    assert ring.holding(0).form(Form("a", lambda one: b"b")) is made, "who comes later gets the same"


def test_the_newest_batch_stays_whatever_its_size() -> None:
    ring = filled(5, 10, max_bytes=10)
    assert (len(ring), ring.floor, ring.tip) == (1, STREAM[4], STREAM[9])


@pytest.mark.parametrize("grow", ["form", "records"])
def test_a_batch_that_grows_pushes_older_ones_out_and_counts_no_more_once_it_is_gone(grow: str) -> None:
    batches = [batch(k, k + 1, travelled=True) for k in range(5)]
    ring = Ring(sum(one.size for one in batches))
    ring.begin(batches[0])
    ring.release()
    for one in batches[1:]:
        ring.append(one)
        ring.release()
    assert len(ring) == 5
    assert batches[4].records if grow == "records" else batches[4].form(Form("x", lambda _: b"y"))
    assert len(ring) < 5
    held = ring.bytes
    batches[0].form(Form("late", lambda _: b"x" * 1000))
    assert ring.bytes == held == sum(one.size for one in everything(ring))
