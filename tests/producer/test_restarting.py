"""A source that fails is started again, later each time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator

import pytest

from ticks.producer import restarting
from ticks.producer.restarting import Backoff, records
from ticks.producer.sources.kinds import Bad, Fields, Item, SourceError


class Failing:
    """Gives a record, and fails, as often as there are failures."""

    fields: Fields = {}
    drains = False
    progress = None

    def __init__(self, *failures: BaseException, restarts: bool = True) -> None:
        self.failures, self.restarts = list(failures), restarts
        self.closed = 0

    def records(self, stop: threading.Event) -> Generator[Item | Bad, None, None]:
        try:
            yield Item({}, "record 1")
            if self.failures:
                raise self.failures.pop(0)
        finally:
            self.closed += 1


class Halt(threading.Event):
    """Waits for nothing, and notes for how long it should have."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        return False


def test_a_failure_is_followed_by_another_start_until_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    source, halt = Failing(OSError("no device"), ValueError("nonsense")), Halt()
    with caplog.at_level(logging.ERROR, restarting.logger.name):
        assert len(list(records(source, halt))) == 3
    assert halt.waited == [0.5, 1.0]
    assert caplog.messages == [
        "the source failed (OSError: no device) and is started again in 0.5 s",
        "the source failed (ValueError: nonsense) and is started again in 1 s",
    ]
    assert [bool(record.exc_info) for record in caplog.records] == [True, False]


@pytest.mark.parametrize(("failure", "restarts"), [(SourceError("cut off"), True), (OSError("gone"), False)])
def test_what_would_not_help_is_not_done(failure: Exception, restarts: bool) -> None:
    halt = Halt()
    with pytest.raises(type(failure)):
        list(records(Failing(failure, restarts=restarts), halt))
    assert halt.waited == []


def test_it_is_not_started_again_once_told_to_stop() -> None:
    source, halt = Failing(OSError(), OSError()), threading.Event()
    coming = records(source, halt)
    next(coming)
    halt.set()
    assert list(coming) == []
    assert source.closed == 1


def test_a_source_that_is_left_is_closed() -> None:
    source = Failing()
    coming = records(source, threading.Event())
    next(coming)
    coming.close()
    assert source.closed == 1


def test_each_wait_is_twice_the_one_before_up_to_half_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.failed() for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_after_half_a_minute_of_records_the_waits_begin_anew() -> None:
    now = [0.0]
    backoff = Backoff(lambda: now[0])
    for seconds, delivers, wait in ((29, True, 0.5), (60, False, 1.0), (29, True, 2.0), (30, True, 0.5)):
        if delivers:
            backoff.delivered()
        now[0] += seconds
        assert backoff.failed() == wait
