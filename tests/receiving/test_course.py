"""A subscriber against a server of the test's own, without a socket or a clock."""

from __future__ import annotations

import gzip
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.receiving.messages import EPOCH, NEXT, error, gap, hello, text, ticks
from ticks.cursor import Cursor
from ticks.receiving.acks import EVERY_S
from ticks.receiving.actions import (
    Action,
    Connect,
    Drop,
    Hand,
    Message,
    Nothing,
    Opened,
    Outcome,
    Pause,
    Receive,
    Send,
    Tell,
)
from ticks.receiving.chain import Gap
from ticks.receiving.comeback import Ended, Refused
from ticks.receiving.course import SILENT_HEARTBEATS, Course
from ticks.receiving.wanted import Wanted

LOST = Ended(None, "lost")


class Driver:
    """Performs a course, step by step, on a clock of its own."""

    def __init__(self, wanted: Wanted | None = None, acks: bool = True) -> None:
        self.now = 1000.0
        self.course = Course(wanted or Wanted(), lambda: self.now, lambda: 1.0, acks=acks)
        self.steps = self.course.run()
        self.news: list[Tell] = []
        self.action: Action = Drop()
        self.go(None)

    def go(self, outcome: Outcome) -> Action:
        """What it asks for next, when it has put its news away."""
        self.action = self.steps.send(outcome)
        while isinstance(self.action, Tell):
            self.news.append(self.action)
            self.action = self.steps.send(None)
        return self.action

    def hear(self, message: dict[str, Any]) -> list[Any]:
        """All items of a message."""
        assert isinstance(self.action, Receive)
        self.go(Message(text(message)))
        items = []
        while isinstance(self.action, Hand | Send):
            if isinstance(self.action, Hand):
                items.append(self.action.item)
            self.go(None)
        return items

    def query(self) -> dict[str, str]:
        assert isinstance(self.action, Connect), self.action
        return dict(parse_qsl(self.action.query))

    def lose(self, ended: Ended = LOST) -> dict[str, str]:
        """The connection ends; the query of the next one."""
        assert isinstance(self.go(ended), Drop)
        self.come_back()
        return self.query()

    def come_back(self) -> None:
        assert isinstance(self.action, Drop)
        assert isinstance(self.go(None), Pause)
        self.go(None)

    def live(self, t: int | None = 4, **more: Any) -> None:
        self.go(Opened())
        assert self.hear(hello(t, **more)) == []


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


Log = list[tuple[str, int]]


class Server:
    """Serves a log in messages of any size, and breaks in any way; `faults` are spent one by one."""

    def __init__(self, log: Log, sizes: list[int], faults: list[str]) -> None:
        self.log, self.sizes, self.faults = log, sizes, faults
        self.at, self.place = 0, log[0]
        self.sent: list[dict[str, Any]] = []

    def open(self, query: dict[str, str]) -> Outcome:
        if self._fault("no connection"):
            return LOST
        asked = (query["epoch"], int(query["from_t"]))
        self.at = bisect_right(self.log, asked)
        self.sent = [hello(asked[1], asked[0])]
        self.place = asked
        return Opened()

    def receive(self) -> Outcome:
        if self._fault("cut"):
            return LOST
        message = self.sent.pop(0) if self.sent else self._next()
        if message is None:
            return Nothing(0.0)
        packed = gzip.compress(text(message).encode())
        if self._fault("damage"):
            packed = packed[:-9]
        return Message(packed)

    def _next(self) -> dict[str, Any] | None:
        if self.at < len(self.log) and self.log[self.at][0] == self.place[0] and self._fault("skip"):
            self._ticks()
        message = self._ticks()
        if message is not None and self._fault("twice"):
            self.sent.append(message)
        return message

    def _ticks(self) -> dict[str, Any] | None:
        if self.at == len(self.log):
            return None
        epoch, prev_t = self.place
        if self.log[self.at][0] != epoch:
            new, t = self.log[self.at]
            self.place = (new, t - 1)
            return gap(prev_t, t, 0, "epoch", epoch=new)
        size = self.sizes[self.at % len(self.sizes)]
        batch = [t for one, t in self.log[self.at : self.at + size] if one == epoch]
        self.at += len(batch)
        self.place = (epoch, batch[-1])
        return ticks(prev_t, *batch)

    def _fault(self, name: str) -> bool:
        if self.faults and self.faults[0] == name:
            self.faults.pop(0)
            return True
        return False


@st.composite
def logs(draw: st.DrawFn) -> Log:
    steps = draw(st.lists(st.integers(1, 3), min_size=1, max_size=12)), draw(st.lists(st.integers(1, 3), max_size=12))
    return [(epoch, t) for epoch, some in zip((EPOCH, NEXT), steps, strict=True) for t in summed(some)]


def summed(steps: list[int]) -> Iterator[int]:
    t = 0
    for step in steps:
        t += step
        yield t


FAULTS = st.lists(st.sampled_from(["cut", "damage", "skip", "twice", "no connection"]), max_size=8)


@settings(max_examples=400, deadline=None)
@given(log=logs(), sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4), faults=FAULTS)
def test_whatever_breaks_each_tick_is_handed_out_once_in_order(log: Log, sizes: list[int], faults: list[str]) -> None:
    server = Server(log, sizes, list(faults))
    driver = Driver(Wanted(from_t=0, epoch=EPOCH))
    got: Log = []
    while got != log:
        action, outcome = driver.action, None
        if isinstance(action, Hand):
            if isinstance(action.item, dict):
                got.append((action.cursor.epoch, action.item["t"]))
                assert got == log[: len(got)]
        elif isinstance(action, Connect):
            outcome = server.open(driver.query())
        elif isinstance(action, Receive):
            outcome = server.receive()
            if isinstance(outcome, Nothing):  # all was served and not all has come: only silence tells
                driver.now = action.until
        driver.go(outcome)
