"""Who is counted while Redis is away, and once it is back."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from django.test import override_settings

from tests.access.cases import ELSEWHERE, AccessCase
from tests.support.waiting import auntil
from ticks.access import counter, door
from ticks.access.limits import Limits
from ticks.access.shared import Shared


class RedisAwayTest(AccessCase):
    def setUp(self) -> None:
        super().setUp()
        for name in ("RETRY_S", "RENEW_S"):
            patched = patch.object(counter, name, 0.05)
            patched.start()
            self.addCleanup(patched.stop)

    @override_settings(TICKS_MAX_PER_IP=2)
    async def test_while_redis_is_away_this_worker_counts_alone_and_then_tells_what_is_open(self) -> None:
        inside = door.door()
        others = Shared(self.connect())
        await asyncio.to_thread(others.admit, ELSEWHERE, {"stream:main": 9, "ip:192.0.2.1": 9}, [], Limits(0, 0))
        self.assertEqual(int((await self.refusal()).code), 4429)
        with self.assertLogs("ticks.access") as logs:
            await asyncio.to_thread(self.valkey.kill)
            await auntil(lambda: inside.counter.is_away, "it is noticed")
            entries = [await self.enter(), await self.enter()]
            self.assertEqual(int((await self.refusal()).code), 4429, "what this worker has counts all the same")
            entries.append(await self.enter(address="192.0.2.2"))
            entries.pop(0).leave()
            await asyncio.to_thread(self.valkey.start)
            wanted = {"stream_main": 2, "ip_192.0.2.1": 1, "ip_192.0.2.2": 1}
            await auntil(lambda: self.is_held(**wanted), "all that is open is registered")
            await auntil(lambda: not inside.counter.is_away, "it is noticed")
        self.assertEqual(
            [line.split(":")[2].split(" (")[0] for line in logs.output], ["Redis is away", "Redis is back"]
        )
        for entry in entries:
            entry.leave()
        await auntil(lambda: self.is_held(), "none is left")
        await self.end()

    async def test_a_redis_that_does_not_answer_keeps_nobody_waiting(self) -> None:
        inside = door.door()
        first = await self.enter()
        await asyncio.to_thread(self.valkey.freeze)
        self.addCleanup(self.valkey.thaw)
        with self.assertLogs("ticks.access"):
            async with asyncio.timeout(30):
                entries = await asyncio.gather(*(self.enter() for _ in range(10)))
            self.assertTrue(inside.counter.is_away)
            await asyncio.to_thread(self.valkey.thaw)
            await auntil(lambda: self.is_held(**{"stream_main": 11, "ip_192.0.2.1": 11}), "all are registered")
        for entry in (first, *entries):
            entry.leave()
        await self.end()

    async def test_a_worker_that_was_forgotten_tells_all_again(self) -> None:
        entries = [await self.enter() for _ in range(3)]
        await asyncio.to_thread(self.valkey.client.flushall)
        await auntil(lambda: self.is_held(**{"stream_main": 3, "ip_192.0.2.1": 3}), "all are registered")
        for entry in entries:
            entry.leave()
        await self.end()
