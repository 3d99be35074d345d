"""Heartbeats: each hears one a period, not all at the same moment, and each dialect's is made once for all."""

from __future__ import annotations

import asyncio
import json
import unittest
from typing import Any

from tests.live.peers import Peer
from tests.support.waiting import auntil
from ticks.live.beats import TURNS, Beats
from ticks.protocol import PLAIN, TICKS_V1

PERIOD_S = 0.3


class Hearer(Peer):
    def beat(self, data: bytes) -> None:
        self.write(data)


class BeatsTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.asked = 0
        self.beats = Beats(PERIOD_S, self.facts)
        running = asyncio.create_task(self.beats.run())
        self.addAsyncCleanup(asyncio.gather, running, return_exceptions=True)
        self.addCleanup(running.cancel)

    def facts(self) -> dict[str, Any]:
        self.asked += 1
        return {"newest_t": self.asked}

    async def test_each_hears_one_a_period_and_who_left_none(self) -> None:
        hearers = [Hearer() for _ in range(40)]
        for hearer in hearers:
            self.beats.add(hearer, TICKS_V1)
        self.beats.discard(hearers[0])
        await auntil(lambda: min(len(hearer.writes) for hearer in hearers[1:]) >= 3, "all have heard three")
        self.assertLessEqual(max(len(hearer.writes) for hearer in hearers), 5, "and nobody many more")
        self.assertEqual(hearers[0].writes, [])
        self.assertEqual({message["type"] for message in hearers[1].messages}, {"heartbeat"})
        self.assertGreater(len({json.dumps(hearer.messages[0]) for hearer in hearers[1:]}), TURNS // 2)

    async def test_plain_mode_has_none(self) -> None:
        plain, v1 = Hearer(), Hearer()
        self.beats.add(plain, PLAIN)
        self.beats.add(v1, TICKS_V1)
        await auntil(lambda: len(v1.writes) >= 2, "the other has heard two")
        self.assertEqual(plain.writes, [])
