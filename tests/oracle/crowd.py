"""Many subscribers on one event loop, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Self, TypeVar

from tests.oracle.log import Log
from tests.oracle.readers import Reader
from tests.support.waiting import until

T = TypeVar("T")


class Crowd:
    """What a test's subscribers run in; all of them are gone after `end`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.readers: list[Reader] = []
        self._running: dict[Reader, asyncio.Task[None]] = {}
        self._thread = threading.Thread(target=self.loop.run_forever, name="crowd")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def add(self, *readers: Reader) -> None:
        for reader in readers:
            self.readers.append(reader)
            self.call(self._start, reader)

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run a function on the loop."""

        async def called() -> T:
            return function(*arguments)

        return self.run(called())

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def leave(self, reader: Reader, *, cut: bool = False) -> None:
        """Let a subscriber go, politely or not; its history stays."""
        self.run(self._leave(reader, cut))
        self.readers.remove(reader)

    def wait_until(self, look: Callable[[], bool], what: str) -> None:
        """As `until`, and says where each stands when it takes too long."""
        try:
            until(look, what)
        except AssertionError as late:
            stand = [f"{one}: {one.ticks} ticks, {one.history[-3:]}" for one in self.readers]
            raise AssertionError("\n".join([str(late), *stand])) from None

    def wait_for(self, ticks: int) -> None:
        """Until each has received so many more."""
        goal = {reader: reader.ticks + ticks for reader in self.readers}
        self.wait_until(
            lambda: all(reader.ticks >= least for reader, least in goal.items()), f"each has {ticks} ticks more"
        )

    def wait_for_end_of(self, log: Log) -> None:
        """Until each has the last tick of a log to which nobody writes any more."""
        log.refresh()
        self.wait_until(
            lambda: all(one.last is not None and log.is_last(one.last.t, one.last.crc) for one in self.readers),
            "each has the log's last tick",
        )

    def judge(self, log: Log, reasons: Iterable[str] = (), codes: Iterable[int] = ()) -> dict[str, list[str]]:
        """What is wrong with what each received of a log that has ended, by its name."""
        log.refresh()
        every = enumerate(self.readers)
        found = {f"{number}: {one}": one.judge(log, len(log), reasons, codes) for number, one in every}
        return {name: findings for name, findings in found.items() if findings}

    def end(self) -> None:
        self.run(self._leave_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def _start(self, reader: Reader) -> None:
        self._running[reader] = self.loop.create_task(reader.run())

    async def _leave(self, reader: Reader, cut: bool) -> None:
        reader.leaving = True
        task = self._running.pop(reader)
        if cut:
            reader.cut()
        else:
            await reader.leave()
        reader.go_on()
        _, pending = await asyncio.wait([task], timeout=10)
        if pending:
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    async def _leave_all(self) -> None:
        await asyncio.gather(*[self._leave(reader, False) for reader in list(self._running)])
