"""What a subscriber lacks, has twice or out of order is found, however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.load import wire
from tests.load.cases import Crowd, cut, hello, plain, told, v1

CUTS = st.lists(st.lists(st.integers(0, 10_000), max_size=8), min_size=3, max_size=3)
STREAMS = {
    "plain": plain(*range(1, 9)),
    "v1": hello(0) + v1(0, 1, 2, 3) + told(b"heartbeat", b'"newest_t":3') + v1(3, 4) + v1(4, 5, 6, 7, 8),
}


@pytest.mark.parametrize("dialect", STREAMS)
@given(cuts=CUTS, ping=st.integers(0, 7))
def test_all_is_there_wherever_the_bytes_are_cut(dialect: str, cuts: list[list[int]], ping: int) -> None:
    crowd = Crowd(dialect, 3)
    for number, places in enumerate(cuts):
        crowd.take(number, 8, *cut(STREAMS[dialect], places))
    found = crowd.results()
    assert (found["ticks"], found["least"], found["most"]) == (8, 8, 8)
    assert found["missing"] == found["twice"] == found["holes"] == found["broken"] == 0
    assert found["latency"]["pairs"] == 24
    assert found["others"] == []


@given(cuts=CUTS, before=st.integers(1, 8))
def test_a_ping_is_answered_and_no_tick(cuts: list[list[int]], before: int) -> None:
    crowd, ping = Crowd("plain", 2), wire.frame(wire.PING, b"1234")
    crowd.take(0, 8, *cut(STREAMS["plain"], cuts[0]))
    answer = crowd.take(1, 8, *cut(plain(*range(1, before)) + ping + plain(*range(before, 9)), cuts[1]))
    assert answer[:2] == bytes((0x8A, 0x84))
    assert bytes(byte ^ mask for byte, mask in zip(answer[6:], answer[2:6], strict=True)) == b"1234"
    assert crowd.results()["missing"] == crowd.results()["broken"] == 0


def test_a_tick_that_one_lacks_is_missing() -> None:
    crowd = Crowd("plain", 2)
    crowd.take(0, 4, plain(1, 2, 3, 4))
    crowd.take(1, 4, plain(1, 2, 4))
    found = crowd.results()
    assert (found["missing"], found["least"], found["most"], found["holes"]) == (1, 3, 4, 0)


def test_a_tick_that_only_the_second_has_is_missing_too() -> None:
    crowd = Crowd("plain", 2)
    crowd.take(0, 4, plain(1, 2, 4))
    crowd.take(1, 4, plain(1, 2, 3, 4))
    found = crowd.results()
    assert (found["ticks"], found["missing"], found["holes"], found["broken"]) == (4, 1, 0, 0)


def test_a_tick_that_all_lack_is_a_hole() -> None:
    crowd = Crowd("plain", 2)
    for number in (0, 1):
        crowd.take(number, 4, plain(1, 2, 4))
    assert (crowd.results()["missing"], crowd.results()["holes"]) == (0, 1)


@pytest.mark.parametrize("first", [0, 1])
def test_a_tick_that_comes_twice_is_counted(first: int) -> None:
    crowd = Crowd("plain", 2)
    sent = [plain(1, 2, 3), plain(1, 2, 2, 3)]
    for number in (first, 1 - first):
        crowd.take(number, 3, sent[number])
    found = crowd.results()
    assert (found["twice"], found["broken"], found["missing"]) == (1, 1, 0)


def test_ticks_in_another_order_break_the_chain() -> None:
    crowd = Crowd("plain", 2)
    crowd.take(0, 3, plain(1, 2, 3))
    crowd.take(1, 3, plain(1, 3, 2))
    assert crowd.results()["broken"] == 1


def test_a_frame_that_is_left_out_breaks_the_chain_of_v1() -> None:
    crowd = Crowd("v1", 2)
    crowd.take(0, 4, hello(0), v1(0, 1, 2), v1(2, 3), v1(3, 4))
    crowd.take(1, 4, hello(0), v1(0, 1, 2), v1(3, 4))
    assert (crowd.results()["broken"], crowd.results()["missing"]) == (1, 1)


def test_the_same_ticks_in_other_batches_are_the_same_ticks() -> None:
    crowd = Crowd("v1", 3)
    crowd.take(0, 6, hello(0), v1(0, 1, 2), v1(2, 3, 4), v1(4, 5))
    crowd.take(1, 6, hello(0), v1(0, 1), v1(1, 2, 3), v1(3, 4), v1(4, 5), v1(5, 6))
    crowd.take(2, 6, hello(1), v1(1, 2, 3, 4, 5, 6))
    crowd.take(0, 6, v1(5, 6))
    found = crowd.results(begin=2)
    assert (found["ticks"], found["least"], found["missing"], found["twice"], found["broken"]) == (5, 5, 0, 0, 0)
    assert crowd.results()["missing"] == 1  # which the third did not ask for


def test_who_is_ahead_in_other_batches_makes_nobody_seem_to_lack() -> None:
    crowd = Crowd("v1", 3)
    crowd.take(0, 6, hello(0), v1(0, 1, 2, 3))
    crowd.take(1, 6, hello(1), v1(1, 2, 3, 4, 5))
    crowd.take(2, 6, hello(1), v1(1, 2, 3, 4, 5), v1(5, 6))
    crowd.take(0, 6, v1(3, 4, 5), v1(5, 6))
    crowd.take(1, 6, v1(5, 6))
    found = crowd.results(begin=2)
    assert (found["ticks"], found["least"], found["missing"], found["twice"], found["broken"]) == (5, 5, 0, 0, 0)


def test_who_comes_back_goes_on_after_its_cursor() -> None:
    crowd = Crowd("v1", 2)
    frames = hello(0) + v1(0, 1, 2) + v1(2, 3)
    for number, size in enumerate((len(frames), len(frames) - 10)):
        crowd.take(number, 3, frames[:size])
        crowd.loop.subscribers[number].restart()
    assert [one.cursor for one in crowd.loop.subscribers] == [3, 2]
    for number, t in enumerate((3, 2)):
        crowd.take(number, 4, hello(t), v1(t, *range(t + 1, 5)))
    found = crowd.results()
    assert (found["ticks"], found["missing"], found["twice"], found["broken"]) == (4, 0, 0, 0)


def test_gaps_and_closes_are_told() -> None:
    crowd = Crowd("v1", 1)
    gap = told(b"gap", b'"after_t":1,"next_t":5,"count":3,"reason":"expired"')
    crowd.take(0, 6, hello(0), v1(0, 1), gap, v1(4, 5), wire.frame(wire.CLOSE, (4408).to_bytes(2)))
    found = crowd.results()
    assert [other.kind for other in found["others"]] == ["gap", "close"]
    assert (found["broken"], found["holes"]) == (0, 3)


def test_ticks_that_a_frame_only_announces_are_refused() -> None:
    message = b'{"type":"ticks","prev_t":0,"first_t":1,"last_t":3,"ticks":[{"t":1,"ts":1.5},{"t":2,"ts":2.5}]}'
    with pytest.raises(ValueError, match="announces other ticks"):
        Crowd("v1", 1).take(0, 1, wire.frame(wire.TEXT, message))


def test_latency_is_from_made_to_received_for_each_of_the_window() -> None:
    crowd = Crowd("plain", 2)
    for number in (0, 1):
        for t in range(1, 11):
            crowd.take(number, t + 2 * (t == 7) * number, plain(t))
    found = crowd.results(begin=3, end=9)["latency"]
    assert found["pairs"] == 12
    assert found["p50"] == pytest.approx(250)
    assert found["max"] == found["p99"] == pytest.approx(2250)
    assert found["in_time"] == [0, 11]
