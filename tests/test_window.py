"""The window of what is sent and not acknowledged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ticks.cursor import Cursor
from ticks.window import MOST, Window

A, B = "0mi8x7k2a1b2c", "0mi8x7k2b1b2c"


def test_one_message_always_fits_and_more_up_to_the_limit() -> None:
    window = Window(100)
    assert window.fits(1000)
    window.sent(Cursor(A, 5), 60)
    assert window.fits(40)
    assert not window.fits(41)
    window.acknowledged(5)
    assert (window.bytes, window.fits(1000)) == (0, True)


def test_an_acknowledgement_counts_to_the_message_that_it_reaches() -> None:
    window = Window(100)
    for t in (10, 20, 30):
        window.sent(Cursor(A, t), 10)
    window.acknowledged(9)
    assert window.bytes == 30
    window.acknowledged(25)
    assert window.bytes == 10
    window.acknowledged(20)
    assert window.bytes == 10
    window.acknowledged(1000)
    assert window.bytes == 0


def test_the_number_of_a_message_of_a_new_epoch_acknowledges_all_before_it() -> None:
    window = Window(100)
    for cursor in (Cursor(A, 1000), Cursor(A, 1010), Cursor(B, 5), Cursor(B, 9)):
        window.sent(cursor, 10)
    window.acknowledged(1005)
    assert window.bytes == 30
    window.acknowledged(5)
    assert window.bytes == 10
    window.sent(Cursor(B, 1020), 10)
    window.acknowledged(1015, A)
    assert window.bytes == 20
    window.acknowledged(1020, B)
    assert window.bytes == 0


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 50), st.integers(1, 40)), max_size=60))
def test_its_bytes_are_those_of_the_messages_behind_the_acknowledged_ones(said: list[tuple[bool, int, int]]) -> None:
    window, on_their_way, t = Window(100), [], 0
    for is_ack, ack, size in said:
        if is_ack:
            window.acknowledged(ack)
            on_their_way = [(last, taken) for last, taken in on_their_way if last > ack]
        elif window.fits(size):
            t += 1
            window.sent(Cursor(A, t), size)
            on_their_way.append((t, size))
        assert window.bytes == sum(size for _, size in on_their_way)
        assert window.bytes <= 100
        assert window.fits(100 - window.bytes)
        assert not on_their_way or not window.fits(101 - window.bytes)


def test_many_small_messages_are_counted_together() -> None:
    window = Window(1 << 20)
    for t in range(1, 10_001):
        window.sent(Cursor(A, t), 90)
    assert window.bytes == 900_000
    assert len(window._sent) < 300
    window.acknowledged(5000)
    assert 450_000 <= window.bytes < 450_000 + (1 << 20) // MOST
    window.sent(Cursor(B, 3), 10)
    window.acknowledged(3)
    assert window.bytes == 0
