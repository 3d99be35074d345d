"""A subscriber against a server of the test's own, without a socket or a clock."""

from __future__ import annotations

import pytest

from tests.receiving.driver import Driver
from tests.receiving.messages import EPOCH, NEXT, error, gap, text, ticks
from ticks.cursor import Cursor
from ticks.receiving.acks import EVERY_S
from ticks.receiving.actions import Drop, Hand, Message, Nothing, Opened, Receive, Send
from ticks.receiving.chain import Gap
from ticks.receiving.comeback import Ended, Refused
from ticks.receiving.course import SILENT_HEARTBEATS
from ticks.receiving.wanted import Wanted


def test_it_comes_back_with_the_cursor_of_the_last_message() -> None:
    driver = Driver(Wanted(from_t=-1, fields="a"))
    assert driver.query() == {"stream": "main", "from_t": "-1", "fields": "a"}
    driver.live()
    assert driver.hear(ticks(4, 5, 6)) == [{"t": 5}, {"t": 6}]
    assert driver.lose() == {"stream": "main", "from_t": "6", "epoch": EPOCH, "fields": "a"}


def test_each_item_has_the_cursor_with_which_it_is_the_last() -> None:
    driver = Driver()
    driver.live()
    driver.go(Message(text(ticks(4, 5, 6, last_t=9))))
    assert driver.action == Hand({"t": 5}, Cursor(EPOCH, 5))
    assert driver.go(None) == Hand({"t": 6}, Cursor(EPOCH, 6))
    driver.go(None)
    driver.go(Message(text(gap(9, 1, 0, "epoch", epoch=NEXT))))
    assert driver.action == Hand(Gap(9, 1, 0, "epoch", NEXT), Cursor(NEXT, 0))


def test_a_message_that_breaks_the_rule_drops_the_connection_and_is_told() -> None:
    driver = Driver()
    driver.live()
    driver.hear(ticks(4, 5))
    driver.go(Message(text(ticks(6, 7))))
    assert [news.words for news in driver.news if news.is_wrong] == [
        f"the server broke the protocol: at t=5 of epoch {EPOCH} came what follows t=6"
    ]
    driver.come_back()
    assert driver.query()["from_t"] == "5"


@pytest.mark.parametrize("data", ["{", "[]", "{}", b"\0", '{"type": "ticks"}', '{"type": "error"}', '{"type": "gap"}'])
def test_a_message_that_can_not_be_read_drops_the_connection(data: str | bytes) -> None:
    driver = Driver()
    driver.live()
    driver.go(Message(data))
    assert any(news.is_wrong for news in driver.news)
    driver.come_back()
    assert driver.query() == {"stream": "main", "from_t": "4", "epoch": EPOCH}


def test_messages_of_another_type_are_no_matter() -> None:
    driver = Driver()
    driver.live()
    for kind in ("heartbeat", "pong", "something new"):
        assert driver.hear({"type": kind}) == []
    assert driver.hear(ticks(4, 5)) == [{"t": 5}]


def test_silence_for_two_and_a_half_heartbeats_drops_the_connection() -> None:
    driver = Driver()
    driver.live(heartbeat_s=2)
    for _ in range(3):
        assert driver.action == Receive(driver.now + SILENT_HEARTBEATS * 2)
        driver.now += 4.9
        driver.hear({"type": "heartbeat"})
    heard, driver.now = driver.now, driver.now + 4.9
    assert driver.go(Nothing(heard)) == Receive(heard + 5)
    driver.now += 0.1
    assert isinstance(driver.go(Nothing(heard)), Drop)
    driver.come_back()
    assert any("nothing was heard for 5 s" in news.words for news in driver.news)


def test_bytes_of_a_message_that_is_not_whole_yet_are_no_silence() -> None:
    driver = Driver()
    driver.live(heartbeat_s=2)
    for _ in range(10):
        driver.now += 4
        assert driver.go(Nothing(driver.now - 1)) == Receive(driver.now + 4)


def test_the_callers_own_time_is_no_silence() -> None:
    driver = Driver(acks=False)
    driver.live()
    driver.go(Message(text(ticks(4, 5))))
    driver.now += 300
    assert driver.go(None) == Receive(driver.now + SILENT_HEARTBEATS * 15)


def test_what_was_handed_out_is_acknowledged_when_the_next_is_asked_for() -> None:
    driver = Driver()
    driver.live()
    driver.go(Message(text(ticks(4, 5, 6))))
    driver.now += EVERY_S
    assert driver.action == Hand({"t": 5}, Cursor(EPOCH, 5))
    assert driver.go(None) == Send(f'{{"type": "ack", "t": 5, "epoch": "{EPOCH}"}}')
    assert driver.go(None) == Hand({"t": 6}, Cursor(EPOCH, 6))


def test_what_is_owed_is_acknowledged_though_nothing_more_comes() -> None:
    driver = Driver()
    driver.live()
    driver.hear(ticks(4, 5))
    assert driver.action == Receive(driver.now + EVERY_S)
    driver.now += EVERY_S
    assert driver.go(Nothing(0.0)) == Send(f'{{"type": "ack", "t": 5, "epoch": "{EPOCH}"}}')
    assert driver.go(None) == Receive(driver.now - EVERY_S + SILENT_HEARTBEATS * 15)


def test_a_server_that_takes_no_acks_gets_one_on_each_connection() -> None:
    driver = Driver()
    for _ in range(2):
        driver.live()
        start = driver.course.chain.cursor
        assert start is not None
        driver.hear(ticks(start.t, start.t + 1))
        driver.now += EVERY_S
        assert isinstance(driver.go(Nothing(0.0)), Send)
        driver.go(None)
        driver.hear(error("unknown_message"))
        driver.hear(ticks(start.t + 1, start.t + 2))
        assert isinstance(driver.action, Receive)
        assert driver.action.until > driver.now + EVERY_S
        driver.lose()


def test_an_error_right_before_a_close_says_why() -> None:
    driver = Driver()
    driver.go(Opened())
    driver.hear(error("no_such_stream", "there is no stream 'x'"))
    assert isinstance(driver.go(Ended(4404, "closed")), Drop)
    with pytest.raises(Refused, match="there is no stream 'x'") as raised:
        driver.go(None)
    assert raised.value.code == 4404


def test_a_failed_attempt_is_tried_again() -> None:
    driver = Driver(Wanted(from_t=7, epoch=EPOCH))
    for _ in range(3):
        assert driver.lose(Ended(None, "no connection")) == {"stream": "main", "from_t": "7", "epoch": EPOCH}


def test_who_waits_for_the_first_tick_does_not_miss_it_by_losing_the_connection() -> None:
    driver = Driver()
    driver.live(None, server_time=500.5)
    assert driver.lose() == {"stream": "main", "from_ts": "500.5"}
