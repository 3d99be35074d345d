"""The source `package.module:callable`: plain and async iterators, one record whenever one is asked for."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.support.waiting import until
from ticks.producer.sources.call import Call
from ticks.producer.sources.kinds import Bad, Item, SourceError

Records = Generator[Item | Bad, None, None]
ENDLESS_S = 3600.0


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    made = ModuleType("a_program")
    monkeypatch.setitem(sys.modules, "a_program", made)
    return made


@pytest.fixture
def start(module: ModuleType) -> Callable[..., Records]:
    """The records of a function."""

    def start(function: Callable[[], Any], stop: threading.Event | None = None) -> Records:
        module.readings = function  # type: ignore[attr-defined]
        return Call("a_program:readings").records(stop or threading.Event())

    return start


def count() -> Iterator[dict[str, int]]:
    yield from ({"i": i} for i in range(3))


async def count_async() -> AsyncIterator[dict[str, int]]:
    for i in range(3):
        await asyncio.sleep(0)
        yield {"i": i}


class Iterating:
    def __iter__(self) -> Iterator[dict[str, int]]:
        return count()


class IteratingAsync:
    def __init__(self) -> None:
        self.left = [{"i": 2}, {"i": 1}, {"i": 0}]

    def __aiter__(self) -> IteratingAsync:
        return self

    async def __anext__(self) -> dict[str, int]:
        if not self.left:
            raise StopAsyncIteration
        return self.left.pop()


@pytest.mark.parametrize(
    "function", [count, count_async, Iterating, IteratingAsync, lambda: list(count()), lambda: iter(list(count()))]
)
def test_whatever_can_be_iterated_over_is_taken_to_its_end(
    start: Callable[..., Records], function: Callable[[], Any]
) -> None:
    assert list(start(function)) == [Item({"i": i}, f"record {i + 1}") for i in range(3)]


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_nothing_is_made_before_it_is_asked_for(start: Callable[..., Records], kind: str) -> None:
    made: list[int] = []

    def plain() -> Iterator[dict[str, int]]:
        for i in range(3):
            made.append(i)
            yield {"i": i}

    async def asynchronous() -> AsyncIterator[dict[str, int]]:
        for record in plain():
            yield record

    records = start(plain if kind == "plain" else asynchronous)
    for i in range(3):
        next(records)
        assert made == list(range(i + 1))
    records.close()


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_what_it_raises_is_raised_and_it_can_be_started_again(start: Callable[..., Records], kind: str) -> None:
    def plain() -> Iterator[dict[str, int]]:
        yield {"i": 1}
        raise OSError("no device")

    async def asynchronous() -> AsyncIterator[dict[str, int]]:
        for record in plain():
            yield record

    function = plain if kind == "plain" else asynchronous
    for _ in range(2):
        records = start(function)
        assert next(records) == Item({"i": 1}, "record 1")
        with pytest.raises(OSError, match="no device"):
            next(records)


@pytest.mark.parametrize(
    ("given", "kind"), [(None, "NoneType"), ({"a": 1}, "dict"), ("text", "str"), (17, "int"), (b"", "bytes")]
)
def test_what_can_not_be_iterated_over_is_said(start: Callable[..., Records], given: object, kind: str) -> None:
    with pytest.raises(
        SourceError, match=f"^what a_program:readings gives is of type {kind}: use an iterator or async iterator of"
    ):
        next(start(lambda: given))


def test_a_coroutine_is_no_iterator(start: Callable[..., Records]) -> None:
    async def readings() -> list[int]:
        return []

    with pytest.raises(SourceError, match="is of type coroutine"):
        next(start(readings))


def stops_while_waiting(records: Records, waits: threading.Event, stop: threading.Event) -> None:
    got: list[Item | Bad] = []
    taking = threading.Thread(target=lambda: got.extend(records), daemon=True)
    taking.start()
    assert waits.wait(60)
    stop.set()
    taking.join(60)
    assert (taking.is_alive(), len(got)) == (False, 1)


def test_one_that_never_gives_another_is_left_behind(start: Callable[..., Records]) -> None:
    waits, stop = threading.Event(), threading.Event()

    def readings() -> Iterator[dict[str, int]]:
        yield {"i": 1}
        waits.set()
        time.sleep(ENDLESS_S)

    stops_while_waiting(start(readings, stop), waits, stop)


def test_an_async_one_that_awaits_forever_is_cancelled_and_cleans_up(start: Callable[..., Records]) -> None:
    waits, stop = threading.Event(), threading.Event()
    cleaned: list[str] = []

    async def readings() -> AsyncIterator[dict[str, int]]:
        try:
            yield {"i": 1}
            waits.set()
            await asyncio.sleep(ENDLESS_S)
        finally:
            await asyncio.sleep(0)
            cleaned.append("up")

    stops_while_waiting(start(readings, stop), waits, stop)
    assert cleaned == ["up"]


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_one_that_is_left_between_two_records_cleans_up(start: Callable[..., Records], kind: str) -> None:
    cleaned: list[str] = []

    def plain() -> Iterator[dict[str, int]]:
        try:
            while True:
                yield {}
        finally:
            cleaned.append("up")

    async def asynchronous() -> AsyncIterator[dict[str, int]]:
        try:
            while True:
                yield {}
        finally:
            cleaned.append("up")

    records = start(plain if kind == "plain" else asynchronous)
    next(records)
    records.close()
    assert cleaned == ["up"]


def test_the_loop_of_an_async_one_goes_on_between_its_records(start: Callable[..., Records]) -> None:
    beats: list[int] = []

    async def beat() -> None:
        while True:
            beats.append(len(beats))
            await asyncio.sleep(0)

    async def readings() -> AsyncIterator[dict[str, int]]:
        beating = asyncio.create_task(beat())
        yield {}
        beating.cancel()

    records = start(readings)
    next(records)
    so_far = len(beats)
    until(lambda: len(beats) > so_far + 10, "the task goes on")
    assert list(records) == []


def test_an_async_one_runs_in_one_task(start: Callable[..., Records]) -> None:
    async def readings() -> AsyncIterator[dict[str, int]]:
        async with asyncio.timeout(ENDLESS_S):
            yield {"task": id(asyncio.current_task())}
            yield {"task": id(asyncio.current_task())}

    first, second = start(readings)
    assert isinstance(first, Item)
    assert isinstance(second, Item)
    assert first.record == second.record


def test_an_async_one_that_is_cancelled_by_somebody_else_has_failed(start: Callable[..., Records]) -> None:
    async def readings() -> AsyncIterator[dict[str, int]]:
        waited = asyncio.get_running_loop().create_future()
        waited.cancel()
        await waited
        yield {}

    with pytest.raises(RuntimeError, match="it was cancelled"):
        next(start(readings))


def test_thousands_come_in_order(start: Callable[..., Records]) -> None:
    async def readings() -> AsyncIterator[dict[str, int]]:
        for i in range(3000):
            yield {"i": i}

    assert [item.record["i"] for item in start(readings) if isinstance(item, Item)] == list(range(3000))
