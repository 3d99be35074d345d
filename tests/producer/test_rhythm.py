"""Waiting for due times, and no longer than is allowed."""

from __future__ import annotations

import threading
import time

import pytest

from ticks.producer import rhythm
from ticks.producer.rhythm import Rhythm, Until

FOREVER = float("inf")


def test_nothing_is_written_before_it_is_due() -> None:
    began = time.monotonic()
    waiting = Rhythm(threading.Event())
    for due in (0.0, 0.02, 0.05):
        late = waiting.wait_until(due)
        assert late >= 0
        assert time.monotonic() - began >= due


def test_a_second_late_shifts_the_rest_and_less_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]

    class Halt(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            clock[0] += timeout or 0.0
            return False

    monkeypatch.setattr(rhythm.time, "monotonic", lambda: clock[0])
    waiting = Rhythm(Halt())
    clock[0] += 0.9
    assert waiting.wait_until(0.0) == pytest.approx(0.9)
    assert waiting.wait_until(0.5) == pytest.approx(0.4), "made up for"
    clock[0] += 5.0
    assert waiting.wait_until(0.75) == pytest.approx(5.15)
    assert waiting.wait_until(1.0) == pytest.approx(0.0), "shifted by all of that"
    assert clock[0] == pytest.approx(1000.0 + 0.9 + 5.0 + 0.25)
    assert waiting.wait_until(1e6) == pytest.approx(0.0)


def test_a_wait_of_years_ends_when_it_is_told_to() -> None:
    halt = threading.Event()
    for due in (1e10, FOREVER):
        waiting = threading.Thread(target=Rhythm(halt).wait_until, args=(due,), daemon=True)
        waiting.start()
        halt.set()
        waiting.join(60)
        assert not waiting.is_alive()


def test_the_end_comes_with_the_event_or_with_the_time() -> None:
    stop = threading.Event()
    assert not Until(stop, FOREVER).is_set()
    assert Until(stop, time.monotonic() - 1).is_set()
    assert Until(stop, time.monotonic() + 0.01).wait()
    assert Until(stop, time.monotonic() + 0.01).wait(3600)
    assert not Until(stop, FOREVER).wait(0.001)
    stop.set()
    assert Until(stop, FOREVER).is_set()
    assert Until(stop, FOREVER).wait()
