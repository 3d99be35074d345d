"""What producers and web workers say of themselves in Redis, and how long that counts."""

from __future__ import annotations

import asyncio
import json
from unittest.mock import patch

import redis

from tests.live.test_relay import LiveCase
from tests.support.cases import ValkeyCase
from tests.support.waiting import auntil
from ticks.live import telling
from ticks.live.standings import WORKER_KEPT_S, Standing, Standings
from ticks.live.telling import Telling


class StandingsTest(ValkeyCase):
    def setUp(self) -> None:
        super().setUp()
        self.standings = Standings(self.connect(), self.hotlog())
        self.key = self.hotlog().workers_key

    def test_nothing_was_said_yet(self) -> None:
        self.assertEqual(self.standings.told(), (None, []))

    def test_what_workers_said_last_is_told_with_the_time_of_redis(self) -> None:
        self.standings.tell("b", {"n": 1})
        self.standings.tell("b", {"n": 2})
        self.standings.tell("a", {"n": 3, "text": "ü"})
        Standings(self.connect(), self.hotlog("other")).tell("a", {"n": 4})
        producer, workers = self.standings.told()
        self.assertEqual((producer, [one["n"] for one in workers]), (None, [3, 2]))
        seconds, _ = self.valkey.client.time()
        for one in workers:
            self.assertAlmostEqual(one["ts"], seconds, delta=60)

    def test_a_worker_that_says_nothing_for_long_is_forgotten_alone_and_so_are_all_in_the_end(self) -> None:
        for worker in ("old", "new"):
            self.standings.tell(worker, {"n": worker})
        said = json.loads(self.valkey.client.hget(self.key, "old") or "")
        old = {**said, "ts": said["ts"] - WORKER_KEPT_S - 60}
        self.valkey.client.hset(self.key, "old", json.dumps(old))
        self.assertEqual([one["n"] for one in self.standings.told().workers], ["new"])
        self.assertEqual(self.valkey.client.hkeys(self.key), ["new"])
        self.assertTrue(0 < self.valkey.client.ttl(self.key) <= WORKER_KEPT_S)


class TellingTest(LiveCase):
    def setUp(self) -> None:
        super().setUp()
        patched = patch.object(telling, "EVERY_S", 0.02)
        patched.start()
        self.addCleanup(patched.stop)

    async def told(self) -> list[int]:
        """The repaired ticks of each worker that says anything, as the test has set them."""
        try:
            told = await asyncio.to_thread(Standings(self.connect(), self.hotlog()).told)
        except redis.RedisError:
            return []
        return sorted(one["repaired"] for one in told.workers)

    async def test_each_feed_says_again_and_again_how_it_stands(self) -> None:
        feeds = [await self.feed(), await self.feed()]
        for feed in feeds:
            feed.relay.repaired = 1
        await auntil(lambda: self.said(1, 1), "both have said it")
        feeds[1].relay.repaired = 5
        await auntil(lambda: self.said(1, 5), "what is new is said")
        told = await asyncio.to_thread(Standings(self.connect(), self.hotlog()).told)
        for one, feed in zip(told.workers, feeds, strict=True):
            self.assertEqual(set(one), {"ts", "worker", *feed.standing()})
            self.assertEqual(set(one["loop_lag_ms"]), {"p50", "p99", "max"})
        await self.end()

    async def said(self, *repaired: int) -> bool:
        return await self.told() == list(repaired)

    async def test_while_redis_is_away_it_goes_on_and_says_it_when_it_is_back(self) -> None:
        asked: list[None] = []

        def standing() -> Standing:
            asked.append(None)
            return {"repaired": len(asked)}

        said = Telling(Standings(self.connect(), self.hotlog()), standing)
        running = asyncio.create_task(said.run())
        await auntil(self.told, "it has said it")
        await asyncio.to_thread(self.valkey.kill)
        before = len(asked)
        try:
            await auntil(lambda: len(asked) > before + 2, "it tries again and again")
        finally:
            await asyncio.to_thread(self.valkey.start)
        await auntil(self.told, "it is said")
        self.assertGreater((await self.told())[0], before + 2)
        running.cancel()
        await asyncio.wait([running])
