"""What a subscriber lacks, has twice or out of order is found, however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.load import wire
from tests.load.cases import (
    Crowd,
    answer,
    chunk,
    cut,
    deflated,
    greeting,
    hello,
    lines,
    nchan,
    plain,
    sse,
    told,
    v1,
)

CUTS = st.lists(st.lists(st.integers(0, 10_000), max_size=8), min_size=3, max_size=3)
STREAMS = {
    "plain": plain(*range(1, 9)),
    "v1": hello(0) + v1(0, 1, 2, 3) + told(b"heartbeat", b'"newest_t":3') + v1(3, 4) + v1(4, 5, 6, 7, 8),
    "sse": greeting(0) + sse(1, 2, 3) + chunk(b": heartbeat {}\n\n") + sse(4) + sse(5, 6, 7, 8),
    "nchan": b": hi\n\n" + nchan(*range(1, 9)),
    "ndjson": chunk(lines(1, 2, 3)) + chunk(b"\n") + chunk(lines(4, 5, 6, 7, 8)),
    "gzip": chunk(b"\x1f\x8b\x08\0\0\0\0\0\x04\xff") + deflated(lines(1, 2, 3)) + deflated(lines(4, 5, 6, 7, 8)),
    "poll": answer(1) + answer() + answer(2, 3) + answer(4, 5, 6, 7, 8),
}


@pytest.mark.parametrize("dialect", STREAMS)
@settings(deadline=None)
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


@settings(deadline=None)
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


@pytest.mark.parametrize(
    ("dialect", "data", "why"),
    [
        ("sse", sse(1, 2, 4, ids=(1, 2, 3)), "ids of other ticks"),
        ("sse", sse(2, 1), "do not rise"),
        ("ndjson", chunk(lines(1, 2) + b"{}\n"), "3 lines have 2 ticks"),
        ("gzip", deflated(lines(1, 2) + b"\n"), "3 lines have 2 ticks"),
        ("poll", answer(1, 2, next_t=3), "are told of"),
    ],
)
def test_what_contradicts_itself_is_refused(dialect: str, data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Crowd(dialect, 1).take(0, 4, data)


def test_an_answer_that_is_a_problem_is_refused() -> None:
    problem = answer(1).replace(b"200 OK", b"503 Service Unavailable")
    with pytest.raises(ConnectionError, match="503"):
        Crowd("poll", 1).take(0, 1, problem)


def test_half_an_answer_is_no_reason_to_ask_again() -> None:
    crowd, second = Crowd("poll", 2), answer(2)
    crowd.take(0, 2, answer(1), second)
    for piece, is_between in ((answer(1), True), (second[:100], False), (second[100:], True)):
        crowd.take(1, 2, piece)
        assert crowd.loop.subscribers[1].is_between is is_between


def test_gaps_and_the_end_of_an_answer_over_http_are_told() -> None:
    crowd = Crowd("sse", 1)
    gap = chunk(b'event: gap\nid: 0123456789abc:4\ndata: {"after_t":1,"next_t":5}\n\n')
    crowd.take(0, 5, greeting(0), sse(1), gap, sse(5), chunk(b": restart: come back\n\n"), b"0\r\n\r\n")
    found = crowd.results()
    assert [other.kind for other in found["others"]] == ["gap", "restart", "close"]
    assert (found["broken"], found["holes"]) == (0, 3)


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
