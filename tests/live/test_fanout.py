"""The pass over those at the tip: each gets each batch once, and none of them costs an encoding of its own."""

from __future__ import annotations

import asyncio
import unittest
from typing import Any
from unittest.mock import patch

from isal import isal_zlib

from tests.live.peers import Peer
from tests.support.cases import EPOCH, NEXT_EPOCH, lines
from tests.support.lines import encode
from tests.support.waiting import auntil
from ticks.batch import MAX_BYTES, Batch, Form
from ticks.cursor import Cursor
from ticks.live.encoding import Encoder
from ticks.live.fanout import LEAST_S, Fanout
from ticks.packing import JSON
from ticks.protocol import PLAIN, TICKS_V1, ticks_v1
from ticks.ring import Ring
from ticks.selection import Selection, select

MANY = 100


class Member(Peer):
    """Who takes part until it is dismissed; `left_at` is where it stood then."""

    left_at: Cursor | None = None
    error: Exception | None = None

    def dismissed(self, cursor: Cursor) -> None:
        self.left_at = cursor

    def failed(self, error: Exception) -> None:
        self.error = error


def batch(*ts: int, prev_t: int, n: int, epoch: str = EPOCH) -> Batch:
    return Batch.of(epoch, prev_t, n, lines(*ts))


class FanoutTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.ring = Ring(1 << 24)
        self.ring.begin(batch(1, prev_t=0, n=1))
        self.fanout = Fanout(self.ring, Encoder(asyncio.to_thread))
        self.addCleanup(self.fanout.stop)
        await self.come()

    async def come(self, *batches: Batch) -> None:
        """Let them come in, and wait until the pass is over."""
        for one in batches:
            self.ring.append(one)
        mark = self.fanout.mark
        self.fanout.wake()
        await asyncio.wait_for(asyncio.shield(mark), 60)

    def join(self, count: int, form: Any = TICKS_V1.ready, room: int = 1 << 40) -> list[Member]:
        members = [Member(room) for _ in range(count)]
        for member in members:
            self.assertTrue(self.fanout.join(form, member, Cursor(EPOCH, self.ring.shown)))
        return members

    async def test_all_at_the_tip_get_every_batch_once_in_order_and_the_same_bytes(self) -> None:
        members = self.join(MANY)
        for t in range(2, 20):
            await self.come(batch(t, prev_t=t - 1, n=t))
        self.assertEqual(members[0].ts, list(range(2, 20)))
        for member in members:
            self.assertTrue(all(a is b for a, b in zip(member.writes, members[0].writes, strict=True)))

    async def test_batches_are_compressed_once_however_many_subscribers_there_are(self) -> None:
        v1, plain = self.join(MANY), self.join(MANY, PLAIN.ready)
        batches = [
            Batch.of(EPOCH, t - 10, t - 9, [encode({"x": "y" * 500}, t - 9 + i, 1.0) for i in range(10)])
            for t in range(11, 211, 10)
        ]
        with patch.object(isal_zlib, "compress", wraps=isal_zlib.compress) as compress:
            for one in batches:
                await self.come(one)
        self.assertEqual(compress.call_count, len(batches))
        for member in (*v1, *plain):
            self.assertEqual(member.ts, list(range(2, 202)))

    async def test_a_selection_is_made_once_for_all_who_want_it_and_given_up_with_the_last(self) -> None:
        selection = select(["value"])
        form = ticks_v1(selection, JSON).ready
        members = self.join(MANY, form)
        with patch.object(Selection, "line", autospec=True, side_effect=Selection.line) as made:
            await self.come(batch(2, 3, prev_t=1, n=2))
        self.assertEqual(made.call_count, 2)
        self.assertEqual([member.ts for member in members], [[2, 3]] * MANY)
        for member in members:
            self.fanout.leave(form, member)
        self.assertNotIn(form.name, self.fanout._audiences)

    async def test_what_is_parsed_is_encoded_away_from_the_event_loop_from_a_quarter_of_the_size_on(self) -> None:
        plain, parsed = self.join(1), self.join(1, ticks_v1(select(["value"]), JSON).ready)
        self.assertEqual(self.fanout._at_once, MAX_BYTES // 5)
        pad = MAX_BYTES // 3
        lines_ = [encode({"value": 2, "pad": "x" * pad}, 2, 1.0)]
        with patch.object(self.fanout, "_pass_all", wraps=self.fanout._pass_all) as passed:
            await self.come(Batch.of(EPOCH, 1, 2, lines_))
        self.assertEqual(passed.call_count, 1)
        self.assertEqual((plain[0].ts, parsed[0].ts), ([2], [2]))

    async def test_what_is_released_is_passed_on(self) -> None:
        taken: list[Batch] = []
        self.fanout.passed_on.append(taken.extend)
        await self.come(batch(2, prev_t=1, n=2))
        await self.come(batch(3, prev_t=2, n=3), batch(4, prev_t=3, n=4))
        self.assertEqual([(one.first_t, one.last_t) for one in taken], [(2, 2), (3, 4)])

    async def test_what_comes_meanwhile_travels_together(self) -> None:
        [member] = self.join(1)
        await self.come(*(batch(t, prev_t=t - 1, n=t) for t in range(2, 12)))
        self.assertEqual(member.ts, list(range(2, 12)))
        self.assertEqual(len(member.writes), 1)

    async def test_passes_keep_their_distance_which_grows_with_the_subscribers(self) -> None:
        self.assertEqual(self.fanout.pace_s, LEAST_S)
        self.join(4000)
        self.assertAlmostEqual(self.fanout.pace_s, 0.16)
        began = asyncio.get_running_loop().time()
        for t in (2, 3, 4):
            await self.come(batch(t, prev_t=t - 1, n=t))
        self.assertGreaterEqual(asyncio.get_running_loop().time() - began, 0.16 * 1.9)

    async def test_who_does_not_keep_up_leaves_with_what_was_taken_and_the_others_go_on(self) -> None:
        (slow,), (fast,) = self.join(1, room=0), self.join(1)
        await self.come(batch(2, prev_t=1, n=2))
        await self.come(batch(3, prev_t=2, n=3))
        self.assertEqual((slow.ts, slow.left_at), ([2], Cursor(EPOCH, 2, 2)))
        self.assertEqual((fast.ts, fast.left_at), ([2, 3], None))

    async def test_who_stands_elsewhere_can_not_join(self) -> None:
        self.join(1)
        self.assertFalse(self.fanout.join(TICKS_V1.ready, Member(), Cursor(EPOCH, 0)))
        self.assertFalse(self.fanout.join(TICKS_V1.ready, Member(), Cursor(NEXT_EPOCH, 1)))
        await self.come(batch(2, prev_t=1, n=2))
        self.assertTrue(self.fanout.join(TICKS_V1.ready, Member(), Cursor(EPOCH, 2)))

    async def test_who_is_behind_can_not_join_although_nobody_is_there_either(self) -> None:
        await self.come(batch(2, prev_t=1, n=2))
        self.assertFalse(self.fanout.join(TICKS_V1.ready, Member(), Cursor(EPOCH, 1)))
        self.assertFalse(self.fanout.join(TICKS_V1.ready, Member(), Cursor(NEXT_EPOCH, 2)))
        self.assertTrue(self.fanout.join(TICKS_V1.ready, Member(), Cursor(EPOCH, 2)))

    async def test_where_the_ring_begins_anew_all_leave_and_have_nothing_of_it(self) -> None:
        for anew in (batch(9, prev_t=8, n=9), batch(1, prev_t=0, n=1, epoch=NEXT_EPOCH)):
            with self.subTest(epoch=anew.epoch):
                self.ring.begin(batch(1, prev_t=0, n=1))
                await self.come()
                members = self.join(3)
                self.ring.begin(anew)
                await self.come()
                self.assertEqual([(member.ts, member.left_at) for member in members], [([], Cursor(EPOCH, 1))] * 3)

    async def test_who_left_by_itself_gets_no_more_and_hears_what_it_has(self) -> None:
        stays, goes = self.join(2)
        await self.come(batch(2, prev_t=1, n=2))
        self.assertEqual(self.fanout.leave(TICKS_V1.ready, goes), Cursor(EPOCH, 2, 2))
        self.assertIsNone(self.fanout.leave(TICKS_V1.ready, goes))
        await self.come(batch(3, prev_t=2, n=3))
        self.assertEqual((stays.ts, goes.ts, goes.left_at), ([2, 3], [2], None))

    async def test_a_large_tick_is_encoded_away_from_the_event_loop_and_misses_nobody(self) -> None:
        members = self.join(3)
        large = Batch.of(EPOCH, 1, 2, [encode({"text": "x" * MAX_BYTES}, 2, 1.0)])
        where = []
        real = asyncio.to_thread

        async def noted(function: Any, *arguments: Any) -> Any:
            where.append(function)
            return await real(function, *arguments)

        with patch.object(self.fanout._encoder, "_in_thread", noted):
            await self.come(large)
        self.assertEqual(len(where), 1)
        await self.come(batch(3, prev_t=2, n=3))
        self.assertEqual([member.ts for member in members], [[2, 3]] * 3)

    async def test_a_pass_that_breaks_off_ends_those_whose_cursor_is_unknown_and_no_others(self) -> None:
        v1, plain = self.join(3), self.join(3, PLAIN.ready)

        def broken(data: bytes) -> int:
            raise RuntimeError("a socket of another kind")

        v1[1].tap.send = broken
        with self.assertLogs("ticks.live.fanout", "ERROR"):
            await self.come(batch(2, prev_t=1, n=2))
        await self.come(batch(3, prev_t=2, n=3))
        self.assertEqual([type(member.error) for member in v1], [RuntimeError] * 3)
        self.assertEqual([member.ts for member in plain], [[2, 3]] * 3)

    async def test_what_can_not_be_encoded_stops_neither_the_other_audiences_nor_the_next_batches(self) -> None:
        def fail(batch: Batch) -> bytes:
            if batch.first_t == 2:
                raise ValueError("no")
            return b""

        [odd], [member] = self.join(1, Form("odd", fail)), self.join(1)
        with self.assertLogs("ticks.live.fanout", "ERROR"):
            await self.come(batch(2, prev_t=1, n=2))
        await self.come(batch(3, prev_t=2, n=3))
        self.assertEqual((odd.left_at, member.ts), (Cursor(EPOCH, 1), [2, 3]))

    async def test_readers_that_wait_are_woken_after_the_pass(self) -> None:
        [member] = self.join(1)
        woken = asyncio.create_task(self.fanout.changed(self.fanout.mark, 60))
        await auntil(lambda: self.fanout.waiting == 1, "it waits")
        await self.come(batch(2, prev_t=1, n=2))
        await asyncio.wait_for(woken, 60)
        self.assertEqual((member.ts, self.fanout.waiting), ([2], 0))
