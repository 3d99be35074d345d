"""A source that starts over while it runs: subscribers get all of the old epoch, are told, and get all of the new."""

from __future__ import annotations

import asyncio
import json
import resource
from unittest.mock import patch

from tests.archive.test_active import limited
from tests.live.test_relay import LiveCase
from tests.support.reading import follow
from tests.support.waiting import auntil, until
from ticks.archive import index
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.live.feed import Feed
from ticks.live.reader import Reader
from ticks.producer import TickWriter, filing
from ticks.protocol import PLAIN
from ticks.query import Query
from ticks.tick import head


class EpochsTest(LiveCase):
    def read(self, cursor: Cursor) -> list[object]:
        """All that is stored after a cursor: each tick as (epoch, t), each gap's reason."""
        store, read = self.store(), list[object]()
        while (owed := store.after(cursor)) is not None:
            if isinstance(owed, Batch):
                read += [(owed.epoch, head(line).t) for line in owed.records]
            else:
                read.append(owed.reason)
            cursor = owed.cursor
        return read

    def files(self) -> list[tuple[str, int]]:
        """What the files say, read by nothing of the product's."""
        paths = sorted((self.archive / "main").glob("*/0*.jsonl"))
        return [(path.parent.name, json.loads(line)["t"]) for path in paths for line in path.read_bytes().splitlines()]

    def test_a_number_behind_the_last_begins_an_epoch_and_readers_are_told(self) -> None:
        with TickWriter("main") as writer:
            first = writer.epoch
            self.assertEqual([writer.write({"t": t}) for t in (0, 1, 7)], [0, 1, 7])
            self.assertEqual([writer.write({"t": t}) for t in (0, 2)], [0, 2])
            second = writer.epoch
            self.assertGreater(second, first)
            until(lambda: writer.owed == 0, "all is published")
        ticks: list[object] = [(first, 0), (first, 1), (first, 7), "epoch", (second, 0), (second, 2)]
        self.assertEqual(self.read(Cursor(first, -1, 0)), ticks)
        self.assertEqual(self.files(), [tick for tick in ticks if isinstance(tick, tuple)])
        self.valkey.client.flushall()
        self.assertEqual(self.read(Cursor(first, -1, 0)), ticks)
        index.segments("main").delete()
        index.reindex(self.archive, "main")
        self.assertEqual(self.read(Cursor(first, -1, 0)), ticks)

    async def test_a_live_subscriber_gets_all_of_both_epochs(self) -> None:
        feed = await self.feed()
        writer = await asyncio.to_thread(TickWriter, "main")
        epochs = [writer.epoch]
        await asyncio.to_thread(writer.write, {"t": 1})
        await auntil(lambda: feed.relay.ring.tip == 1, "the first tick came")
        cursor = (await feed.start(Query("main", 0, epochs[0]))).cursor
        assert cursor is not None
        reading = asyncio.create_task(self.follow(feed, cursor, 401 + 2 * 401))
        for _ in range(3):
            await asyncio.to_thread(lambda: [writer.write({"t": t}) for t in range(2, 402)])
            epochs.append(writer.epoch)
        read = await reading
        await asyncio.to_thread(writer.close)
        await self.end()
        expected: list[object] = [(epochs[1], t) for t in range(1, 402)]
        for epoch in epochs[2:]:
            expected += ["epoch", *((epoch, t) for t in range(2, 402))]
        self.assertEqual(read, expected[: len(read)])
        self.assertEqual(len(read), 401 + 2 * 401)

    async def follow(self, feed: Feed, cursor: Cursor, count: int) -> list[object]:
        read: list[object] = []
        async with asyncio.timeout(60):
            async for owed in follow(feed, Reader(feed, cursor, PLAIN.frames)):
                if isinstance(owed, Batch):
                    read += [(owed.epoch, head(line).t) for line in owed.records]
                elif isinstance(owed, Gap):
                    read.append(owed.reason)
                if len(read) >= count:
                    break
        return read

    def test_epochs_that_ended_while_redis_was_away_are_published_in_order(self) -> None:
        with TickWriter("main") as writer:
            first = writer.epoch
            writer.write({"t": 1})
            until(lambda: writer.owed == 0, "it is published")
            self.valkey.kill()
            for _ in range(3):
                for t in (5, 6):
                    writer.write({"t": t})
            self.assertEqual(writer.owed, 6)
            self.valkey.start()
            until(lambda: writer.owed == 0, "all is published")
            head_now = self.hotlog().head()
            assert head_now is not None
            self.assertEqual((head_now.tip.epoch, head_now.tip.t), (writer.epoch, 6))
            read = self.read(Cursor(first, 0, 0))
        self.assertEqual([tick for tick in read if tick != "epoch"], self.files())
        self.assertEqual(read.count("epoch"), 2)

    def test_a_disk_that_is_full_when_a_new_epoch_begins_keeps_nothing_from_being_published(self) -> None:
        with patch.object(filing, "RETRY_S", 0.0), TickWriter("main") as writer:
            first = writer.epoch
            writer.write({"t": 5})
            with (
                limited(resource.RLIMIT_FSIZE, 0),
                patch.object(filing, "ActiveFile", side_effect=OSError(28, "no space left on device")) as full,
            ):
                writer.write({"t": 1})
                writer.write({"t": 2})
            self.assertGreaterEqual(full.call_count, 1)
            writer.write({"t": 3})
            until(lambda: writer.owed == 0, "all is published")
            second = writer.epoch
            live = self.read(Cursor(first, 0, 0))
        self.assertEqual(live, [(first, 5), "epoch", (second, 1), (second, 2), (second, 3)])
        self.valkey.client.flushall()
        self.assertEqual(self.files(), [(first, 5), (second, 3)])
        self.assertEqual(self.read(Cursor(second, -1, 0)), ["unarchived", (second, 3)])

    def test_numbering_goes_on_in_the_newest_epoch(self) -> None:
        with TickWriter("main") as writer:
            writer.write({"t": 5})
            writer.write({"t": 3})
            second = writer.epoch
        with TickWriter("main") as writer:
            self.assertEqual((writer.epoch, writer.write({})), (second, 4))
