"""Sampling as fast as it goes: in groups, to a number, a duration, until told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from tests.producer.test_scheduled import Counter, lines
from ticks.cursor import Cursor
from ticks.producer import unpaced
from ticks.producer.lease import AnotherProducer
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import TickWriter
from ticks.producer.writer import Entry, Writer

START = Cursor("0mi8x7k2a1b2c", 0, 0)


class Paced(Writer):
    """The archive's own writer, which notes how it is used; `then` is called before each group."""

    def __init__(self, folder: Path, then: Callable[[], None] = lambda: None) -> None:
        super().__init__(folder, START)
        self.groups: list[int] = []
        self.kept_pace = 0
        self._then = then

    def put(self, *entries: Entry) -> Writer:
        self._then()
        self.groups.append(len(entries))
        return super().put(*entries)

    def keep_pace(self) -> None:
        self.kept_pace += 1


def run(source: Counter, writer: Writer, stop: threading.Event | None = None, **more: Any) -> Tally:
    tally = Tally()
    unpaced.run(source, cast(TickWriter, writer), stop or threading.Event(), tally=tally, **more)
    writer.close()
    return tally


def test_one_sample_follows_another_and_carries_nothing_of_a_schedule(tmp_path: Path) -> None:
    tally = run(Counter(), Paced(tmp_path), ticks=50)
    assert [(line["t"], line["i"]) for line in lines(tmp_path)] == [(i + 1, i) for i in range(50)]
    assert not any("monitor" in line for line in lines(tmp_path))
    assert (tally.ticks, tally.lateness()) == (50, None)


def test_so_many_samples_share_a_system_call_and_the_publisher_is_waited_for_after_each(tmp_path: Path) -> None:
    writer = Paced(tmp_path)
    run(Counter(), writer, ticks=100)
    assert sum(writer.groups) == 100
    assert max(writer.groups) <= unpaced.GROUP_TICKS
    assert writer.kept_pace == len(writer.groups)


def test_samples_that_take_their_time_are_not_kept_back_for_the_others(tmp_path: Path) -> None:
    writer = Paced(tmp_path)
    run(Counter(lambda i: threading.Event().wait(2 * unpaced.GROUP_S) or {}), writer, ticks=3)
    assert writer.groups == [1, 1, 1]


def test_it_ends_in_time_or_when_told_to(tmp_path: Path) -> None:
    stop = threading.Event()
    assert run(Counter(), Paced(tmp_path / "a"), duration=0.02).ticks > 0
    tally = run(Counter(lambda i: stop.set() or {} if i == 9 else {}), Paced(tmp_path / "b"), stop)
    assert tally.ticks == len(lines(tmp_path / "b")) >= 10


def test_every_third_record_is_written_beginning_with_the_first(tmp_path: Path) -> None:
    source = Counter(lambda i: {"i": b"no tick" if i == 3 else i})
    tally = run(source, Paced(tmp_path), ticks=4, downsample=3)
    assert [line["i"] for line in lines(tmp_path)] == [0, 4, 7, 10], "in place of one that is no tick, the next"
    assert (tally.ticks, tally.skips) == (4, 1)


def test_what_is_refused_by_the_writer_is_said_and_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tally = run(Counter(lambda i: {"t": i // 2 + 1}), Paced(tmp_path), ticks=5)
    assert [line["t"] for line in lines(tmp_path)] == [1, 2, 3, 4, 5]
    assert tally.skips >= 4
    assert "was skipped: t=1 was the record's before" in caplog.text


def test_a_source_that_fails_is_said_and_asked_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def make(i: int) -> dict[str, int]:
        if i in (2, 3):
            raise OSError("no device")
        return {"i": i}

    assert run(Counter(make), Paced(tmp_path), ticks=4).ticks == 4
    assert [line["i"] for line in lines(tmp_path)] == [0, 1, 4, 5]
    assert "Counter could not be sampled" in caplog.text


def test_another_producer_ends_it(tmp_path: Path) -> None:
    class Refused(Paced):
        def put(self, *entries: Entry) -> Writer:
            raise AnotherProducer("somebody else", cast(Mapping[str, Any], {}))

    assert run(Counter(), Refused(tmp_path)).ticks == 0
