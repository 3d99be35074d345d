"""The writer of an event loop."""

from __future__ import annotations

import asyncio
import os
import threading
from unittest.mock import patch

from tests.support.cases import ValkeyCase, ts_of
from tests.support.waiting import auntil
from ticks.archive import active
from ticks.producer import AnotherProducer, AsyncTickWriter, TickError


class AsyncTickWriterTest(ValkeyCase):
    async def test_what_is_written_is_archived_and_published(self) -> None:
        async with AsyncTickWriter("main") as writer:
            self.assertEqual([await writer.write({"v": v}) for v in range(3)], [1, 2, 3])
            file = self.archive / "main" / writer.epoch / "active.jsonl"
            self.assertEqual(len(file.read_bytes().splitlines()), 3)
        published = await asyncio.to_thread(self.hotlog().after, writer.epoch, 0, 100)
        self.assertEqual(ts_of(published), [1, 2, 3])

    async def test_tasks_that_write_at_once_share_system_calls_and_keep_their_order(self) -> None:
        calls, write = [], os.write

        def counted(fd: int, data: bytes) -> int:
            calls.append(data)
            return write(fd, data)

        async with AsyncTickWriter("main") as writer:
            with patch.object(active.os, "write", counted):
                ts = await asyncio.gather(*(writer.write({"v": v}) for v in range(1000)))
        self.assertEqual(ts, list(range(1, 1001)))
        self.assertLess(len([data for data in calls if data.startswith(b'{"t"')]), 10)

    async def test_a_disk_that_hangs_does_not_hold_up_the_loop(self) -> None:
        hanging, go, write = threading.Event(), threading.Event(), os.write

        def slow(fd: int, data: bytes) -> int:
            hanging.set()
            assert go.wait(60)
            return write(fd, data)

        async with AsyncTickWriter("main") as writer:
            with patch.object(active.os, "write", slow):
                waiting = asyncio.create_task(writer.write({}))
                await auntil(hanging.is_set, "the write hangs")  # on this very loop
                self.assertFalse(waiting.done())
                go.set()
                self.assertEqual(await waiting, 1)

    async def test_a_record_that_is_no_tick_is_refused_and_the_others_are_written(self) -> None:
        async with AsyncTickWriter("main") as writer:
            records = [{"t": 3}, {"a": b"bytes"}, {"t": 3}, {}]
            said = await asyncio.gather(*map(writer.write, records), return_exceptions=True)
        self.assertEqual([said[0], said[3]], [3, 4])
        self.assertIsInstance(said[1], TickError)
        self.assertIsInstance(said[2], TickError)

    async def test_who_is_cancelled_while_waiting_disturbs_nobody(self) -> None:
        async with AsyncTickWriter("main") as writer:
            tasks = [asyncio.create_task(writer.write({})) for _ in range(10)]
            await asyncio.sleep(0)
            tasks[0].cancel()
            said = await asyncio.gather(*tasks, return_exceptions=True)
            self.assertIsInstance(said[0], asyncio.CancelledError)
            self.assertEqual(said[1:], list(range(2, 11)))
            self.assertEqual(await writer.write({}), 11)

    async def test_a_stream_that_has_a_producer_is_refused(self) -> None:
        async with AsyncTickWriter("main"):
            with self.assertRaises(AnotherProducer):
                async with AsyncTickWriter("main"):
                    pass
        async with AsyncTickWriter("main") as writer:
            self.assertEqual(await writer.write({}), 1)
