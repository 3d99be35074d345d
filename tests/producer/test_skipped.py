"""What is said of skipped records: each, as long as there are few."""

from __future__ import annotations

import pytest

from ticks.producer.skipped import Skipped


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_first_ten_are_said_one_by_one_and_then_how_many_more(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    skipped = Skipped(clock)
    for number in range(1, 26):
        skipped.add(f"line {number}", "not JSON")
    assert caplog.messages == [f"line {number} was skipped: not JSON" for number in range(1, 11)]
    skipped.look()
    assert len(caplog.messages) == 10
    clock.now += 60
    skipped.look()
    assert caplog.messages[10:] == ["15 more were skipped, 25 in all"]


def test_every_minute_ten_are_said_again(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    skipped = Skipped(clock)
    for _ in range(2):
        for number in range(12):
            skipped.add(f"line {number}", "not JSON")
        clock.now += 60
    assert [message for message in caplog.messages if "more" in message] == ["2 more were skipped, 12 in all"]
    assert len(caplog.messages) == 21
    skipped.say_rest()
    skipped.say_rest()
    assert caplog.messages[21:] == ["2 more were skipped, 24 in all"]
    assert skipped.total == 24


def test_where_nothing_was_skipped_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    skipped = Skipped()
    skipped.look()
    skipped.say_rest()
    assert (caplog.messages, skipped.total) == ([], 0)
