from __future__ import annotations

import json
import math

from tests.receiving.messages import EPOCH
from ticks.cursor import Cursor
from ticks.receiving.acks import EVERY_BYTES, EVERY_S, LEAST_S, Acks


def begun(wanted: bool = True) -> Acks:
    acks = Acks(wanted)
    acks.begin(100.0)
    return acks


def test_an_ack_is_owed_a_second_after_the_last_for_all_that_was_taken() -> None:
    acks = begun()
    assert acks.due_at == math.inf
    acks.taken(Cursor(EPOCH, 1))
    acks.taken(Cursor(EPOCH, 2), 10)
    assert acks.due(100.0 + EVERY_S - 0.01) is None
    assert json.loads(acks.due(acks.due_at) or "") == {"type": "ack", "t": 2, "epoch": EPOCH}
    assert acks.due(200.0) is None
    acks.taken(Cursor(EPOCH, 3))
    assert acks.due_at == 100.0 + 2 * EVERY_S


def test_a_quarter_of_a_mebibyte_is_acknowledged_sooner_and_ten_times_a_second_at_most() -> None:
    acks = begun()
    acks.taken(Cursor(EPOCH, 1), EVERY_BYTES - 1)
    assert acks.due_at == 100.0 + EVERY_S
    acks.taken(Cursor(EPOCH, 2), 1)
    assert acks.due_at == 100.0 + LEAST_S
    sent, now = 0, 100.0
    for _ in range(1000):
        now += 0.001
        acks.taken(Cursor(EPOCH, 3), EVERY_BYTES)
        sent += acks.due(now) is not None
    assert 9 <= sent <= 10


def test_none_is_owed_where_none_are_wanted_or_the_server_takes_none() -> None:
    unwanted, refused = begun(False), begun()
    refused.stop()
    for acks in (unwanted, refused):
        acks.taken(Cursor(EPOCH, 1), EVERY_BYTES)
        assert acks.due_at == math.inf
        assert acks.due(1000.0) is None


def test_another_connection_owes_nothing_and_tries_again() -> None:
    acks = begun()
    acks.taken(Cursor(EPOCH, 1), EVERY_BYTES)
    acks.stop()
    acks.begin(200.0)
    assert acks.due(300.0) is None
    acks.taken(Cursor(EPOCH, 2))
    assert acks.due_at == 200.0 + EVERY_S
