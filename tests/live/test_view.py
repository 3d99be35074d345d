"""A stream gathered anew: by number, by time, by both."""

from __future__ import annotations

import asyncio
import unittest

from tests.support.cases import EPOCH, NEXT_EPOCH, lines
from tests.support.waiting import auntil
from ticks.batch import Batch
from ticks.live.encoding import Encoder
from ticks.live.view import View
from ticks.query import Gathering


class ViewTest(unittest.IsolatedAsyncioTestCase):
    def view(self, ms: int, n: int) -> View:
        made = View(Gathering(ms, n), Encoder(asyncio.to_thread), EPOCH, 0)
        self.addCleanup(made.stop)
        self.released: list[tuple[int, int]] = []
        self.times: list[int] = []
        made.fanout.passed_on.append(lambda batches: self.released.extend((one.n, one.last_n) for one in batches))
        made.fanout.passed_on.append(lambda batches: self.times.append(len(batches)))
        return made

    def take(self, view: View, first: int, last: int, epoch: str = EPOCH) -> None:
        view.take([Batch.of(epoch, first - 1, first, lines(*range(first, last + 1)))])

    async def test_of_a_number_only_whole_batches_are_released(self) -> None:
        view = self.view(0, 10)
        self.take(view, 1, 7)
        self.take(view, 8, 9)
        await asyncio.sleep(0.05)
        self.assertEqual((self.released, view.shown, view.tip), ([], 0, 9))
        self.take(view, 10, 25)
        await auntil(lambda: self.released == [(1, 10), (11, 20)], "what is whole is released")
        self.assertEqual((view.shown, view.tip), (20, 25))

    async def test_of_milliseconds_what_came_is_released_together(self) -> None:
        view = self.view(100, 0)
        self.take(view, 1, 1)
        self.assertEqual(self.released, [(1, 1)], "the first one need not wait")
        loop = asyncio.get_running_loop()
        began = loop.time()
        for t in range(2, 8):
            self.take(view, t, t)
        await auntil(lambda: self.released == [(1, 1), (2, 7)], "the others came together")
        self.assertGreater(loop.time() - began, 0.09)

    async def test_of_both_the_rest_is_released_when_its_time_is_over(self) -> None:
        view = self.view(50, 4)
        self.take(view, 1, 6)
        await auntil(lambda: self.released == [(1, 4)], "what is whole goes at once")
        await auntil(lambda: self.released == [(1, 4), (5, 6)], "the rest follows")
        self.take(view, 7, 9)
        await auntil(lambda: self.released[2:] == [(7, 8), (9, 9)], "the next ones end where all do")
        self.assertEqual([count for count in self.times if count], [1, 1, 1, 1])

    async def test_in_another_numbering_what_was_left_over_is_not_mixed_with_it(self) -> None:
        view = self.view(0, 4)
        self.take(view, 1, 2)
        self.take(view, 1, 4, NEXT_EPOCH)
        await auntil(lambda: self.released == [(1, 4)], "the new epoch's is released")
        self.assertEqual((view.epoch, view.shown), (NEXT_EPOCH, 4))

    async def test_after_its_end_nothing_is_due(self) -> None:
        view = self.view(20, 4)
        self.take(view, 1, 2)
        view.stop()
        await asyncio.sleep(0.06)
        self.assertEqual(self.released, [])
