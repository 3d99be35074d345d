"""The summary of a stream's last five minutes: right, and made once for many."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import patch

from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH
from tests.support.lines import encode
from ticks.archive import index
from ticks.archive.active import ActiveFile
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live import summary as module
from ticks.live.summary import MAX_FIELDS, Summary, summary
from ticks.models import Field
from ticks.selection import ALL, select


class SummaryTest(LiveCase):
    def publish_records(self, *records: dict[str, Any], n: int = 1, at: float = 1000.0) -> None:
        lines = [encode(record, n + i, at + n + i) for i, record in enumerate(records)]
        batch = Batch.of(EPOCH, n - 1, n, lines)
        self.hotlog().append(
            batch, after_t=n - 1, newest_t=batch.last_t, fence=1, max_bytes=1 << 20, indexed_t=n - 1, now=0.0
        )

    def test_it_has_last_least_most_and_mean_of_each_field_that_is_a_number(self) -> None:
        self.publish_records(
            {"a": {"b": 4}, "on": True, "text": "x", "list": [{}, {}]},
            {"a": {"b": 1}, "on": False, "text": "x", "list": [{}]},
            {"a": {"b": 1}, "on": True, "text": "x", "list": []},
        )
        self.assertEqual(
            summary(self.store()),
            {
                "a.b": {"last": 1, "min": 1, "max": 4, "mean": 2},
                "on": {"last": 1, "min": 0, "max": 1, "mean": 2 / 3},
                "list.length": {"last": 0, "min": 0, "max": 2, "mean": 1},
            },
        )

    def test_it_reaches_back_five_minutes_over_what_is_archived_and_what_is_not(self) -> None:
        file = ActiveFile(self.archive / "main" / EPOCH)
        for t in range(1, 601):
            file.append(encode({"value": t}, t, 1000.0 + t), t)
        file.close()
        index.index_epoch(self.archive, "main", EPOCH)
        self.publish_records({"value": 601}, n=601)
        found = summary(self.store())
        assert found is not None
        stats = found["value"]
        least = stats["min"]
        assert least is not None
        # Buckets are of 10 s.
        self.assertTrue(291 <= least <= 301, stats)
        self.assertEqual(stats, {"last": 601, "min": least, "max": 601, "mean": (least + 601) / 2})

    def test_a_field_that_only_other_ticks_have_is_there_without_a_last_value(self) -> None:
        self.publish_records({"rare": 5}, {"value": 1})
        Field.objects.create(stream="main", path="rare", kind=Field.Kind.NUMBER, first_ts=1001, last_ts=1001)
        Field.objects.create(stream="main", path="old", kind=Field.Kind.NUMBER, first_ts=1, last_ts=1)
        found = summary(self.store())
        assert found is not None
        self.assertEqual(found["rare"], {"last": None, "min": 5, "max": 5, "mean": 5})
        self.assertEqual(set(found), {"rare", "value"})

    def test_it_has_a_hundred_fields_at_most(self) -> None:
        self.publish_records({f"f{i}": i for i in range(MAX_FIELDS + 50)})
        self.assertEqual(len(summary(self.store()) or {}), MAX_FIELDS)

    def test_where_nothing_is_known_there_is_none(self) -> None:
        self.assertIsNone(summary(self.store()))
        self.assertIsNone(summary(self.store(url="redis://127.0.0.1:1")))

    async def test_it_is_made_once_for_all_who_ask_and_narrowed_to_what_each_selected(self) -> None:
        await asyncio.to_thread(lambda: self.publish_records({"a": 1, "b": 2}))
        kept = Summary(self.store())
        with patch.object(module, "summary", wraps=summary) as made:
            whole, part, none = await asyncio.gather(*(kept.of(one) for one in (ALL, select(["b"]), select(["c"]))))
        self.assertEqual(made.call_count, 1)
        self.assertEqual((set(whole or {}), set(part or {}), none), ({"a", "b"}, {"b"}, {}))

    async def test_nobody_waits_long_for_it(self) -> None:
        is_over = asyncio.Event()
        loop = asyncio.get_running_loop()

        def slow(_: object) -> None:
            asyncio.run_coroutine_threadsafe(is_over.wait(), loop).result()

        kept = Summary(self.store())
        with patch.object(module, "summary", slow), patch.object(module, "WAIT_S", 0.01):
            self.assertIsNone(await kept.of(ALL))
            is_over.set()
            assert kept._making is not None
            await kept._making

    async def test_it_comes_with_the_hello(self) -> None:
        await asyncio.to_thread(self.fill)
        feed = await self.feed()
        hello = await feed.hello(Cursor(EPOCH, 14), select(["value"]))
        self.assertEqual(hello["summary"], {"value": {"last": 14, "min": 1, "max": 14, "mean": 7.5}})
        await self.end()

    async def test_numbers_that_json_does_not_have_are_null(self) -> None:
        records = [{"a": 1e308, "c": 1}, {"a": 1e308, "c": 1}]
        await asyncio.to_thread(lambda: self.publish_records(*records))
        kept = Summary(self.store())
        found = await kept.of(ALL)
        assert found is not None
        self.assertEqual(found["a"], {"last": 1e308, "min": 1e308, "max": 1e308, "mean": None})
        self.assertEqual(found["c"]["mean"], 1)
        await asyncio.to_thread(lambda: self.publish_records({"b": 10**400, "c": 2}, n=3))
        kept._made_at = -1e9
        found = await kept.of(ALL)
        assert found is not None, "a tick that the rollups can't count ends nothing"
        self.assertNotIn("b", found)

    async def test_what_can_not_be_made_is_said_once(self) -> None:
        kept = Summary(self.store())
        with patch.object(module, "summary", side_effect=ValueError), self.assertLogs(module.logger) as log:
            for _ in range(3):
                self.assertIsNone(await kept.of(ALL))
                kept._made_at = -1e9
        self.assertEqual(len(log.output), 1)
