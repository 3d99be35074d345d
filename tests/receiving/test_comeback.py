from __future__ import annotations

import pytest

from ticks.receiving.comeback import CAPS_S, RESTART_CAP_S, STABLE_S, TOO_MANY_S, Comeback, Ended, Refused

LOST = Ended(None, "the connection was lost")


def longest() -> Comeback:
    return Comeback(lambda: 1.0)


def test_delays_are_anything_up_to_a_cap_that_grows_from_half_a_second_to_thirty() -> None:
    comeback = longest()
    assert [comeback.after(LOST, 0.0) for _ in range(11)] == [*CAPS_S, 30.0, 30.0]
    assert (CAPS_S[0], CAPS_S[-1]) == (0.5, 30.0)
    assert Comeback(lambda: 0.0).after(LOST, 0.0) == 0.0
    assert Comeback(lambda: 0.5).after(LOST, 0.0) == 0.25


def test_a_connection_that_held_begins_anew_and_one_that_broke_at_once_does_not() -> None:
    comeback = longest()
    comeback.after(LOST, 0.0)
    comeback.live(100.0)
    comeback.live(105.0)  # a hello again
    assert comeback.after(LOST, 100.0 + STABLE_S - 0.1) == CAPS_S[1]
    comeback.live(200.0)
    assert comeback.after(LOST, 200.0 + STABLE_S) == CAPS_S[0]


def test_a_restart_sends_all_away_at_once_so_they_come_back_at_random() -> None:
    comeback = longest()
    assert comeback.after(Ended(1012, "restart"), 0.0) == RESTART_CAP_S > CAPS_S[0]


@pytest.mark.parametrize("code", [4400, 4401, 4403, 4404])
def test_a_refusal_is_final(code: int) -> None:
    with pytest.raises(Refused, match="no such thing") as raised:
        longest().after(Ended(code, "no such thing"), 0.0)
    assert (raised.value.code, raised.value.detail) == (code, "no such thing")


@pytest.mark.parametrize("code", [None, 1000, 1001, 1006, 1009, 1011, 1012, 4408, 503])
def test_all_else_is_tried_again(code: int | None) -> None:
    assert longest().after(Ended(code, ""), 0.0) > 0


@pytest.mark.parametrize("code", [4401, 4403])
def test_who_was_served_and_is_sent_away_tries_once_more(code: int) -> None:
    comeback = longest()
    comeback.live(0.0)
    assert comeback.after(Ended(code, "rights are gone"), 100.0) > 0
    with pytest.raises(Refused):
        comeback.after(Ended(code, "rights are gone"), 101.0)


@pytest.mark.parametrize("code", [4400, 4404])
def test_a_stream_that_is_gone_is_gone_for_those_who_were_served_too(code: int) -> None:
    comeback = longest()
    comeback.live(0.0)
    with pytest.raises(Refused):
        comeback.after(Ended(code, ""), 100.0)


def test_too_many_waits_longer_and_gives_up_in_the_end() -> None:
    comeback, many = Comeback(lambda: 0.0), Ended(4429, "TICKS_MAX_PER_IP")
    assert [comeback.after(many, 0.0) for _ in TOO_MANY_S] == [cap / 2 for cap in TOO_MANY_S]
    with pytest.raises(Refused, match="TICKS_MAX_PER_IP"):
        comeback.after(many, 0.0)
    comeback.live(100.0)
    assert comeback.after(many, 100.0 + STABLE_S) == TOO_MANY_S[0] / 2


def test_no_monitor_there_is_final_unless_one_was_there_before() -> None:
    nobody, comeback = Ended(404, "HTTP 404", hopeless=True), longest()
    with pytest.raises(Refused) as raised:
        comeback.after(nobody, 0.0)
    assert raised.value.code == 404
    comeback.live(0.0)
    for _ in range(3):
        assert comeback.after(nobody, 1.0) > 0
