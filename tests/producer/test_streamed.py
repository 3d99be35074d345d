"""Writing what a source gives: to its end, a number, a duration; what is no tick is told and skipped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, cast

import pytest

from ticks.producer import streamed
from ticks.producer.lease import AnotherProducer
from ticks.producer.sources.kinds import Bad, Fields, Item, SourceError
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import TickWriter
from ticks.tick import TickError


class Given:
    """A source of what a test gives, in the order of an endless or a finite iterable."""

    fields: Fields = {}
    restarts = False
    drains = False
    progress = None

    def __init__(self, found: Iterable[Item | Bad]) -> None:
        self._found = found
        self.taken = 0

    def records(self, stop: threading.Event) -> Generator[Item | Bad, None, None]:
        for found in self._found:
            self.taken += 1
            yield found


class Notebook:
    """A writer that notes what it is given, and refuses what has the key `bad`."""

    def __init__(self, most: int = 1_000_000, then: Callable[[], None] = lambda: None) -> None:
        self.notes: list[Any] = []
        self.ts: list[float | None] = []
        self._most, self._then = most, then
        self.kept_pace = 0

    def write(self, record: Mapping[str, Any], ts: float | None = None) -> int:
        if len(self.notes) == self._most:
            raise AnotherProducer("somebody else")
        if "bad" in record:
            raise TickError("refused")
        self.notes.append(record["i"])
        self.ts.append(ts)
        self._then()
        return len(self.notes)

    def keep_pace(self) -> None:
        self.kept_pace += 1


def items(*numbers: int, **more: float) -> list[Item | Bad]:
    return [Item({"i": i}, f"line {i}", **more) for i in numbers]


def write(
    found: Iterable[Item | Bad], writer: Notebook, stop: threading.Event | None = None, **options: Any
) -> tuple[list[Any], Given]:
    source = Given(found)
    options.setdefault("tally", Tally())
    streamed.run(source, cast(TickWriter, writer), stop or threading.Event(), **options)
    return writer.notes, source


def endless() -> Iterable[Item]:
    return (Item({"i": i}, f"record {i}") for i in range(10**9))


def test_everything_is_written_in_order_to_the_end() -> None:
    assert write(items(*range(100)), Notebook())[0] == list(range(100))


@pytest.mark.parametrize("ticks", [0, 1, 5])
def test_so_many_ticks_and_nothing_is_taken_after_them(ticks: int) -> None:
    notes, source = write(endless(), Notebook(), ticks=ticks)
    assert (notes, source.taken) == (list(range(ticks)), ticks)


def test_for_so_long_and_no_longer() -> None:
    began = time.monotonic()
    write(endless(), Notebook(), duration=0.05)
    assert time.monotonic() - began >= 0.05


def test_a_duration_ends_the_wait_for_what_is_due_later() -> None:
    assert write(items(1, due=3600.0), Notebook(), duration=0.01)[0] == []


def test_it_stops_when_told_to() -> None:
    stop = threading.Event()
    assert write(endless(), Notebook(then=stop.set), stop)[0] == [0]


def test_what_can_not_be_had_again_is_written_though_it_is_told_to_stop() -> None:
    stop, notebook = threading.Event(), Notebook()
    notebook._then = stop.set
    source = Given(items(0, 1, 2))
    source.drains = True
    streamed.run(source, cast(TickWriter, notebook), stop, tally=Tally())
    assert notebook.notes == [0, 1, 2]


def test_records_without_a_time_keep_pace_with_the_publisher() -> None:
    notebook = Notebook()
    write(endless(), notebook, ticks=10 * streamed.PACE_TICKS)
    assert notebook.kept_pace == 10


def test_another_producer_ends_it() -> None:
    assert write(endless(), Notebook(most=3))[0] == [0, 1, 2]


def test_of_every_so_many_good_ones_the_first_is_written() -> None:
    assert write(items(*range(10)), Notebook(), downsample=4)[0] == [0, 4, 8]
    refused = Item({"bad": 1}, "line 7")
    found = [refused, *items(0, 1), Bad("line 3", "not JSON"), *items(2), refused, *items(3, 4)]
    assert write(found, Notebook(), downsample=3)[0] == [0, 3], "bad ones do not count"


def test_what_is_no_tick_is_named_counted_and_skipped(caplog: pytest.LogCaptureFixture) -> None:
    tally = Tally()
    found = [*items(1), Bad("line 2", "not JSON"), Item({"bad": 1}, "line 3"), *items(4)]
    assert write(found, Notebook(), tally=tally)[0] == [1, 4]
    assert caplog.messages == ["line 2 was skipped: not JSON", "line 3 was skipped: refused"]
    assert (tally.ticks, tally.skips) == (2, 2)


def test_at_the_end_it_is_said_how_many_more_were_skipped(caplog: pytest.LogCaptureFixture) -> None:
    def found() -> Iterable[Bad]:
        yield from (Bad(f"line {i}", "not JSON") for i in range(13))
        raise SourceError("cut off")

    with pytest.raises(SourceError):
        write(found(), Notebook())
    assert caplog.messages[-1] == "3 more were skipped, 13 in all"


def test_a_record_is_written_when_it_is_due_with_the_time_it_was_given() -> None:
    tally, began, written = Tally(), time.monotonic(), list[float]()
    writer = Notebook(then=lambda: written.append(time.monotonic() - began))
    found = [Item({"i": i}, "", due=i * 0.02, ts=1000.0 + i) for i in range(3)]
    write(found, writer, tally=tally)
    assert writer.ts == [1000.0, 1001.0, 1002.0]
    assert all(at >= i * 0.02 for i, at in enumerate(written))
    assert tally.lateness() is not None


def test_of_what_is_due_at_no_time_no_lateness_is_told() -> None:
    tally = Tally()
    write(items(1, 2), Notebook(), tally=tally)
    assert tally.lateness() is None


def test_a_source_that_can_not_go_on_ends_it_after_what_it_gave() -> None:
    def found() -> Iterable[Item]:
        yield Item({"i": 1}, "")
        raise SourceError("cut off")

    writer = Notebook()
    with pytest.raises(SourceError, match="cut off"):
        write(found(), writer)
    assert writer.notes == [1]
