from __future__ import annotations

from typing import Any

import pytest

from tests.receiving.messages import EPOCH, NEXT, gap, hello, ticks
from ticks.cursor import Cursor
from ticks.receiving.chain import Chain, Gap
from ticks.receiving.unpacking import Broken


def chain(*messages: dict[str, Any], at: Cursor | None = None) -> Chain:
    made = Chain(at)
    for message in messages:
        take(made, message)
    return made


def take(one: Chain, message: dict[str, Any]) -> Any:
    return getattr(one, message["type"])(message)


def assert_broken(words: str | None, *messages: dict[str, Any], at: Cursor | None = None) -> None:
    *before, last = messages
    made = chain(*before, at=at)
    cursor = made.cursor
    with pytest.raises((Broken, KeyError, TypeError), match=words):
        take(made, last)
    assert made.cursor == cursor


def test_ticks_move_the_cursor_to_the_end_of_what_was_scanned() -> None:
    one = chain(hello(4))
    assert one.cursor == Cursor(EPOCH, 4)
    assert one.ticks(ticks(4, 5, 7)) == [{"t": 5}, {"t": 7}]
    assert one.ticks({**ticks(7, 8, 9), "ticks": [{"t": 8}]}) == [{"t": 8}]
    assert one.cursor == Cursor(EPOCH, 9)


def test_a_selection_may_leave_no_tick() -> None:
    one = chain(hello(4))
    assert one.ticks({**ticks(4, 5, 9), "ticks": []}) == []
    assert one.cursor == Cursor(EPOCH, 9)


@pytest.mark.parametrize("prev_t", [3, 5])
def test_a_hole_and_a_double_are_broken(prev_t: int) -> None:
    assert_broken(f"at t=4 of epoch {EPOCH} came what follows t={prev_t}", hello(4), ticks(prev_t, 6))


def test_ticks_within_a_message_are_in_order() -> None:
    for ts in ((5, 5), (6, 5), (4, 6)):
        assert_broken("came after", hello(4), {**ticks(4, *ts), "last_t": 9})
    assert_broken("up to t=6", hello(4), ticks(4, 5, 7, last_t=6))
    assert_broken("up to t=3", hello(4), ticks(4, 5, last_t=3, ticks=[]))


def test_nothing_may_come_before_a_cursor_is_known() -> None:
    assert_broken("before a hello", ticks(0, 1))
    assert_broken("before a hello", hello(None), gap(0, 3, 2))


def test_the_own_cursor_stands_against_a_hello_of_the_same_epoch() -> None:
    one = chain(hello(9), at=Cursor(EPOCH, 4))
    assert one.cursor == Cursor(EPOCH, 4)
    assert_broken("what follows t=9", hello(9), ticks(9, 10), at=Cursor(EPOCH, 4))
    assert chain(hello(None), at=Cursor(EPOCH, 4)).cursor == Cursor(EPOCH, 4)


def test_an_empty_stream_gets_its_cursor_by_a_later_hello() -> None:
    assert chain(hello(None), hello(0), ticks(0, 1)).cursor == Cursor(EPOCH, 1)


def test_another_epoch_needs_a_gap_that_says_so() -> None:
    at = Cursor(EPOCH, 4)
    assert_broken("and no gap said so", hello(4, NEXT), ticks(4, 5), at=at)
    assert_broken("and no gap said so", hello(4, NEXT), gap(4, 8, 3), ticks(7, 8), at=at)
    begun = chain(hello(0, NEXT), gap(4, 1, 0, "epoch", epoch=NEXT), ticks(0, 1), at=at)
    assert begun.cursor == Cursor(NEXT, 1)


def test_after_a_gap_the_next_prev_t_is_believed_as_far_as_the_gap_has_room() -> None:
    for prev_t in (4, 6, 7):
        assert chain(hello(4), gap(4, 8, 3), ticks(prev_t, 8)).cursor == Cursor(EPOCH, 8)
    assert_broken("what follows t=8", hello(4), gap(4, 8, 3), ticks(8, 9))
    assert_broken("t=7 came after t=7", hello(4), gap(4, 8, 3), ticks(4, 7, 8))
    assert_broken("what follows t=7", hello(4), gap(4, 8, 3), ticks(7, 8), ticks(7, 9))


def test_after_a_gap_and_a_new_connection_the_cursor_is_exact_again() -> None:
    assert_broken("what follows t=4", hello(4), gap(4, 8, 3), hello(7), ticks(4, 8))


def test_a_gap_says_what_is_missing() -> None:
    one = chain(hello(4))
    assert one.gap(gap(4, 8, 3, "lost")) == Gap(4, 8, 3, "lost")
    assert one.cursor == Cursor(EPOCH, 7)
    assert one.gap(gap(7, 1, 0, "epoch", epoch=NEXT)) == Gap(7, 1, 0, "epoch", NEXT)
    assert one.cursor == Cursor(NEXT, 0)


def test_a_gap_must_join_what_came_before() -> None:
    assert_broken("begins after t=5", hello(4), gap(5, 8, 2))
    assert_broken("ends before t=4", hello(4), gap(2, 4, 1))


def test_who_was_ahead_goes_back_where_a_gap_says_so() -> None:
    assert chain(hello(4), gap(9, 5, 0, "epoch", epoch=EPOCH), ticks(4, 5), at=Cursor(EPOCH, 9)).cursor == Cursor(
        EPOCH, 5
    )


@pytest.mark.parametrize(
    "message",
    [
        ticks(4, 5, prev_t="4"),
        ticks(4, 5, last_t=5.0),
        ticks(4, 5, prev_t=True),
        ticks(4, 5, ticks=None),
        ticks(4, 5, ticks=[{}]),
        ticks(4, 5, ticks=[{"t": "5"}]),
        ticks(4, 5, ticks=[[5]]),
        gap(4, 8, 3, reason=7),
        gap(4, 8, 3, epoch=7),
        {**gap(4, 8, 3), "count": None},
        hello(4, cursor=7),
        hello(4, cursor={"epoch": EPOCH}),
        hello(4, cursor={"epoch": 3, "t": 1}),
        {"type": "hello"},
    ],
)
def test_what_has_not_its_shape_is_broken(message: dict[str, Any]) -> None:
    assert_broken(None, hello(4), message)
