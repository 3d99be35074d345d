"""What readers are owed is encoded where it delays nobody, and once for all who ask at the same time."""

from __future__ import annotations

import asyncio
import threading
import unittest

from tests.support.cases import EPOCH, lines
from ticks.batch import Batch, Form
from ticks.live.encoding import Encoder

TEN = tuple(range(1, 11))


class EncoderTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.made: list[tuple[list[int], bool]] = []
        self.form = Form("made", self.make)
        self.encoder = Encoder(asyncio.to_thread)
        self.batch = Batch.of(EPOCH, 0, 1, lines(*TEN))
        self.grown: list[int] = []
        self.batch.grown = self.grown.append

    def make(self, batch: Batch) -> bytes:
        on_loop = threading.current_thread() is threading.main_thread()
        self.made.append(([batch.prev_t, batch.first_t, batch.last_t], on_loop))
        return b"%d-%d" % (batch.first_t, batch.last_t)

    async def test_a_small_batch_is_encoded_at_once_and_kept(self) -> None:
        for _ in range(3):
            owed = await self.encoder.owed(self.batch, 0, self.form, 1 << 20)
            self.assertIs(owed, self.batch)
        self.assertEqual(self.made, [([0, 1, 10], True)])
        self.assertEqual(self.grown, [4])

    async def test_a_large_one_is_encoded_in_a_thread_once_for_all_who_ask_meanwhile(self) -> None:
        asking = (self.encoder.owed(self.batch, 0, self.form, 0) for _ in range(20))
        self.assertEqual(await asyncio.gather(*asking), [self.batch] * 20)
        self.assertEqual(self.made, [([0, 1, 10], False)])
        self.assertEqual(self.batch.form(self.form), b"1-10")
        self.assertEqual(self.grown, [4], "the ring's bytes are counted on the event loop, once")

    async def test_who_gives_up_waiting_takes_nothing_from_the_others(self) -> None:
        gives_up = asyncio.create_task(self.encoder.owed(self.batch, 0, self.form, 0))
        waits = asyncio.create_task(self.encoder.owed(self.batch, 0, self.form, 0))
        await asyncio.sleep(0)
        gives_up.cancel()
        self.assertIs(await asyncio.wait_for(waits, 60), self.batch)

    async def test_a_failure_reaches_all_who_asked_and_the_next_one_tries_again(self) -> None:
        def fail(batch: Batch) -> bytes:
            self.made.append(([], False))
            raise ValueError("no")

        broken = Form("broken", fail)
        asking = (self.encoder.owed(self.batch, 0, broken, 0) for _ in range(3))
        said = await asyncio.gather(*asking, return_exceptions=True)
        self.assertEqual([type(one) for one in said], [ValueError] * 3)
        with self.assertRaises(ValueError):
            await self.encoder.owed(self.batch, 0, broken, 0)
        self.assertEqual(len(self.made), 2)

    async def test_a_part_is_for_its_reader_alone(self) -> None:
        for at_once, on_loop in ((1 << 20, True), (0, False)):
            owed = await self.encoder.owed(self.batch, 4, self.form, at_once)
            self.assertEqual(owed.form(self.form), b"5-10")
            self.assertEqual(self.made.pop(), ([4, 5, 10], on_loop))
        self.assertFalse(self.batch.has(self.form))

    async def test_a_reader_whose_tick_never_was_gets_a_batch_that_follows_its_cursor(self) -> None:
        holey = Batch.of(EPOCH, 0, 1, lines(5, 9))
        owed = await self.encoder.owed(holey, 7, self.form, 1 << 20)
        self.assertEqual((owed.prev_t, owed.first_t, owed.form(self.form)), (7, 9, b"9-9"))
