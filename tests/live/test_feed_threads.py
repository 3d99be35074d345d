"""What a reader behind the ring costs the others: neither their threads nor the event loop's time."""

from __future__ import annotations

import asyncio
import threading

from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH
from ticks.batch import Batch, Form
from ticks.cursor import Cursor
from ticks.live.threads import in_thread
from ticks.protocol import PLAIN

MANY = 20


class ThreadsTest(LiveCase):
    async def test_readers_that_wait_for_storage_keep_neither_relay_nor_newcomers_waiting(self) -> None:
        await asyncio.to_thread(self.keep, 1, 2, 3)
        feed = await self.feed()
        release, stuck = threading.Event(), threading.Event()

        def wait(cursor: Cursor, max_ticks: int) -> None:
            stuck.set()
            release.wait(60)

        feed.store.after = wait  # type: ignore[method-assign, assignment]  # a Redis that does not answer
        readers = [asyncio.create_task(feed.read(Cursor(EPOCH, 0), PLAIN.frames)) for _ in range(MANY)]
        try:
            await asyncio.to_thread(stuck.wait, 60)
            self.assertEqual(await asyncio.wait_for(in_thread(lambda: "served"), 30), "served")
            self.assertFalse(any(reader.done() for reader in readers))
        finally:
            release.set()
            await asyncio.gather(*readers)
        await self.end()

    async def test_what_is_read_from_storage_is_encoded_where_it_was_read(self) -> None:
        await asyncio.to_thread(self.keep, 1, 2, 3)
        feed = await self.feed()
        where: list[threading.Thread] = []

        def make(batch: Batch) -> bytes:
            where.append(threading.current_thread())
            return b"made"

        form = Form("made", make)
        owed = await feed.read(Cursor(EPOCH, 0), form)
        assert isinstance(owed, Batch)
        self.assertEqual(owed.form(form), b"made")
        self.assertEqual([thread is threading.main_thread() for thread in where], [False])
        await self.end()
