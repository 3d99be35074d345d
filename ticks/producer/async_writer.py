"""`AsyncTickWriter`: the `TickWriter` of an event loop, which no write holds up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, TypeVar

from django.db import connection

from ticks.producer.tick_writer import TickWriter
from ticks.producer.writer import Entry

T = TypeVar("T")


class AsyncTickWriter:
    """Archives and publishes the ticks of one stream; use it as an asynchronous context manager, on one loop.

    A disk that hangs holds up who awaits a write, and nothing else on the loop.
    """

    def __init__(self, stream: str = "main", *, fields: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """As for `TickWriter`; what that raises, entering raises."""
        self.stream = stream
        self._fields = fields
        self._thread = ThreadPoolExecutor(1, "ticks-writer")
        self._waiting: list[tuple[Entry, asyncio.Future[int]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, record: Mapping[str, Any], ts: float | None = None) -> int:
        """Append one record and return its `t`, once it is in the kernel; raises as `TickWriter.write` does.

        Tasks that write at once share one system call. A write that is cancelled may still have been done.
        """
        entry = Entry(record, ts)
        written: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await written

    @property
    def epoch(self) -> str:
        return self._writer.epoch

    async def close(self, limit_s: float = float("inf")) -> None:
        """Write what waits, publish what is owed (see `TickWriter.close`), close and index the files."""
        if self._writing is not None:
            await self._writing
        await self._in_thread(self._close, limit_s)
        self._thread.shutdown()

    async def __aenter__(self) -> AsyncTickWriter:
        try:
            self._writer = await self._in_thread(self._open)
        except BaseException:
            self._thread.shutdown(wait=False)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _write(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            entries = [entry for entry, _ in waiting]
            failed: Exception | None = None
            try:
                await self._in_thread(self._writer.put, *entries)
            except Exception as error:
                failed = error
            for entry, written in waiting:
                _settle(entry, written, failed)

    def _open(self) -> TickWriter:
        try:
            return TickWriter(self.stream, fields=self._fields)
        finally:
            connection.close()

    def _close(self, limit_s: float) -> None:
        try:
            self._writer.close(limit_s)
        finally:
            connection.close()

    async def _in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)


def _settle(entry: Entry, written: asyncio.Future[int], failed: Exception | None) -> None:
    if written.done():
        return  # whoever waited was cancelled
    error = entry.error or (failed if entry.t is None else None)
    if error is not None:
        written.set_exception(error)
    else:
        written.set_result(entry.result())
