from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import patch

from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.cursor import Cursor
from ticks.live import collecting
from ticks.live.collecting import Collecting
from ticks.live.feed import Feed
from ticks.selection import ALL, Selection


def ts_in(lines: bytes) -> list[int]:
    return [int(line.split(b":", 2)[1].split(b",")[0]) for line in lines.splitlines()]


class CollectingTest(LiveCase):
    """Ticks 1 to 14 are in archive and hot log, those from 7 on in the ring too."""

    async def filled(self) -> Feed:
        await asyncio.to_thread(self.fill)
        return await self.feed()

    async def kept(self, *ts: int, epoch: str = EPOCH) -> Path:
        return await asyncio.to_thread(lambda: self.keep(*ts, epoch=epoch))

    async def collected(self, feed: Feed, t: int, selection: Selection = ALL, limit: int = 1000) -> Collecting:
        found = Collecting(feed, Cursor(EPOCH, t), selection, limit)
        await found.read()
        self.assertEqual(len(ts_in(found.lines)), found.count)
        return found

    async def test_pages_of_any_size_follow_each_other_without_hole_or_double(self) -> None:
        feed = await self.filled()
        for selection in (ALL, Selection(("value",)), Selection(None, 3)):
            expected = [t for t in range(1, 15) if t % selection.downsample == 0]
            for limit in (1, 2, 3, 5, 14, 15):
                t, got = 0, list[int]()
                while (found := await self.collected(feed, t, selection, limit)).count:
                    self.assertLessEqual(found.count, limit)
                    got += ts_in(found.lines)
                    t = found.cursor.t
                    if not found.has_more:
                        break
                self.assertEqual((got, found.gaps), (expected, []), (selection, limit))
        await self.end()

    async def test_it_says_whether_anything_is_left(self) -> None:
        feed = await self.filled()
        left = [(await self.collected(feed, 0, limit=limit)).has_more for limit in (6, 13, 14, 15)]
        self.assertEqual(left, [True, True, False, False])
        await self.end()

    async def test_it_ends_before_it_has_too_many_bytes(self) -> None:
        feed = await self.filled()
        with patch.object(collecting, "MAX_ANSWER_BYTES", 200):
            found = await self.collected(feed, 0)
            self.assertTrue(found.has_more)
            self.assertLessEqual(found.bytes, 200)
        with patch.object(collecting, "MAX_ANSWER_BYTES", 1):
            self.assertEqual(ts_in((await self.collected(feed, 0)).lines), [1, 2, 3, 4])
        await self.end()

    async def test_it_looks_through_so_many_bytes_where_nothing_is_selected(self) -> None:
        feed = await self.filled()
        with patch.object(collecting, "MAX_SCANNED_BYTES", 200):
            found = await self.collected(feed, 0, Selection(None, 1000))
        self.assertEqual((found.count, found.has_more), (0, True))
        self.assertTrue(4 <= found.cursor.t < 14)
        await found.read()
        self.assertEqual((found.count, found.has_more, found.cursor.t), (0, False, 14))
        await self.end()

    async def test_another_epoch_begins_an_answer_and_never_follows_in_one(self) -> None:
        await self.kept(1, 2, 3)
        await self.kept(1, 2, epoch=NEXT_EPOCH)
        feed = await self.feed()
        found = await self.collected(feed, 1)
        self.assertEqual((ts_in(found.lines), found.gaps, found.cursor.epoch), ([2, 3], [], EPOCH))
        self.assertTrue(found.has_more)
        found = await self.collected(feed, 3)
        self.assertEqual((ts_in(found.lines), found.cursor), ([1, 2], Cursor(NEXT_EPOCH, 2, 2)))
        self.assertEqual([(gap.reason, gap.epoch) for gap in found.gaps], [("epoch", NEXT_EPOCH)])
        await self.end()

    async def test_what_is_missing_between_is_told(self) -> None:
        await self.kept(1, 2, 3)
        (await self.kept(4, 5)).unlink()
        await self.kept(6, 7)
        feed = await self.feed()
        found = await self.collected(feed, 0)
        self.assertEqual(ts_in(found.lines), [1, 2, 3, 6, 7])
        told = [(gap.after_t, gap.next_t, gap.count, gap.reason) for gap in found.gaps]
        self.assertEqual(told, [(3, 6, 2, "lost")])
        await self.end()

    async def test_a_gap_behind_the_last_tick_that_is_selected_is_met_again_from_there(self) -> None:
        await self.kept(1, 2, 3)
        (await self.kept(4, 5)).unlink()
        await self.kept(6, 7)
        feed = await self.feed()
        found = await self.collected(feed, 0, Selection(None, 2), limit=1)
        self.assertEqual((found.last_t, found.cursor.t, found.gaps), (2, 3, []))
        found = await self.collected(feed, 0, Selection(None, 3))
        self.assertEqual((ts_in(found.lines), found.last_t, found.cursor.t), ([3, 6], 6, 7))
        self.assertEqual(found.gaps_between, found.gaps)
        found = await self.collected(feed, 0, Selection(None, 8), limit=1)
        self.assertEqual((found.last_t, found.cursor.t, len(found.gaps)), (0, 7, 1))
        self.assertEqual(found.gaps_between, [])
        await self.end()
