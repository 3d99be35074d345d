"""What a source fails with is said, at most so often."""

from __future__ import annotations

import pytest

from ticks.producer.failures import KINDS, PER_S, Failures


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, bool]]:
    found = [(record.getMessage(), record.exc_info is not None) for record in caplog.records]
    caplog.clear()
    return found


def test_the_same_failure_has_its_traceback_once_and_then_a_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    failures = Failures("host", clock)
    for _ in range(100):
        failures.add(OSError("no device"))
    assert said(caplog) == [("host could not be sampled", True)]
    clock.now = PER_S
    failures.add(OSError("no device"))
    failures.add(OSError("no device"))
    assert said(caplog) == [("host could still not be sampled, 100×, at last: OSError: no device", False)]
    failures.say_rest()
    failures.say_rest()
    assert said(caplog) == [("host could still not be sampled, 1×, at last: OSError: no device", False)]


def test_failures_in_turn_have_each_their_traceback_once(caplog: pytest.LogCaptureFixture) -> None:
    failures = Failures("host", Clock())
    for _ in range(50):
        failures.add(OSError("no device"))
        failures.add(KeyError("cpu"))
    assert said(caplog) == [("host could not be sampled", True)] * 2


def test_failures_that_are_always_others_do_not_flood_the_log_either(caplog: pytest.LogCaptureFixture) -> None:
    failures = Failures("host", Clock())
    for number in range(1000):
        failures.add(RuntimeError(f"request {number} failed"))
    assert len(said(caplog)) == KINDS
