"""Where an answer to `/poll` begins, and every reason why there is none."""

from __future__ import annotations

import asyncio

from django.test import override_settings

from tests.support.cases import EPOCH, NEXT_EPOCH
from tests.transports.test_polling import AT, AT_14, PollingCase, ts_of
from ticks.access import door


class PlaceTest(PollingCase):
    async def test_what_is_no_longer_kept_is_told(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2, 3).unlink())
        await asyncio.to_thread(lambda: self.keep(4, 5))
        told = await self.poll("last_t=1")
        self.assertEqual((ts_of(told), told["next_t"]), ([4, 5], 5))
        self.assertEqual((await self.poll("last_t=1&downsample=5"))["gaps"], told["gaps"])
        self.assertEqual(told["gaps"], [{"after_t": 1, "next_t": 4, "count": 2, "reason": "expired"}])
        await self.end()

    async def test_of_what_is_kept_nothing_is_missing(self) -> None:
        await self.put(8, 9, prev_t=7, n=8)
        told = await self.poll("last_t=-1")
        self.assertEqual((ts_of(told), told["gaps"]), ([8, 9], []))
        told = await self.poll("last_t=0")
        self.assertEqual(
            (ts_of(told), told["gaps"]), ([8, 9], [{"after_t": 0, "next_t": 8, "count": 7, "reason": "expired"}])
        )
        await self.end()

    async def test_an_older_epoch_ends_an_answer_and_the_next_one_begins_with_the_gap(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2, 3))
        await self.put(1, 2, prev_t=0, n=1, epoch=NEXT_EPOCH)
        told = await self.poll(f"last_t=1{AT}")
        self.assertEqual((ts_of(told), told["next_t"], told["epoch"], told["gaps"]), ([2, 3], 3, EPOCH, []))
        told = await self.poll(f"last_t=3{AT}")
        self.assertEqual((ts_of(told), told["next_t"], told["epoch"]), ([1, 2], 2, NEXT_EPOCH))
        self.assertEqual(
            told["gaps"], [{"after_t": 3, "next_t": 1, "count": 0, "reason": "epoch", "epoch": NEXT_EPOCH}]
        )
        await self.end()

    async def test_a_cursor_ahead_is_a_conflict_that_names_the_newest(self) -> None:
        await self.fill_all()
        for query in ("last_t=15", f"last_t=15{AT}"):
            problem = await self.problem(f"/poll?{query}")
            self.assertEqual(
                problem,
                {
                    "type": "about:blank",
                    "title": "Conflict",
                    "status": 409,
                    "detail": f"last_t=15 is ahead of the newest tick, t=14 of epoch {EPOCH}",
                    "epoch": EPOCH,
                    "newest_t": 14,
                },
            )
        await self.end()

    async def test_nothing_is_ahead_of_a_ring(self) -> None:
        await self.filled()
        await self.put(15, prev_t=14, n=15)
        self.assertEqual((await self.poll("last_t=15&timeout=0"))["next_t"], 15)
        await self.end()

    async def test_an_epoch_that_is_not_kept_is_gone_and_the_present_one_named(self) -> None:
        await self.fill_all()
        for gone in ("0000000000000", "zzzzzzzzzzzzz"):
            problem = await self.problem(f"/poll?last_t=3&epoch={gone}")
            self.assertEqual((problem["status"], problem["title"], problem["epoch"]), (410, "Gone", EPOCH))
            self.assertEqual(problem["detail"], f"nothing is kept of epoch={gone}: the present one is {EPOCH}")
        await self.end()

    async def test_of_a_stream_without_ticks_any_epoch_is_gone(self) -> None:
        problem = await self.problem(f"/poll?last_t=3{AT}")
        self.assertEqual((problem["status"], problem["epoch"]), (410, None))
        await self.end()

    async def test_an_epoch_that_the_hot_log_is_about_to_be_refilled_with_is_not_known(self) -> None:
        await asyncio.to_thread(self.valkey.client.set, self.hotlog().lease_key, "someone")
        problem = await self.problem(f"/poll?last_t=3{AT}")
        self.assertEqual(problem["status"], 503)
        await self.end()

    async def test_what_the_archive_has_is_served_while_redis_is_away(self) -> None:
        await self.filled()
        feed = self.hub.feed("main")
        feed.store.hotlog = self.hotlog(url="unix:///nowhere/valkey.sock")
        self.assertEqual(ts_of(await self.poll(f"last_t=2{AT}&limit=5")), [3, 4, 5, 6, 7])
        self.assertEqual(ts_of(await self.poll(f"last_t=8{AT}")), list(range(9, 15)))
        self.assertEqual((await self.poll("last_t=99&timeout=0"))["next_t"], 99)
        answer, _ = await self.get(f"/poll?last_t=1&epoch={NEXT_EPOCH}")
        self.assertEqual((answer.status, answer.headers["retry-after"]), (503, "1"))
        await self.end()


class RefusalTest(PollingCase):
    async def test_every_refusal_says_why(self) -> None:
        guest = await asyncio.to_thread(self.cookie, is_staff=False)
        staff = await asyncio.to_thread(self.cookie, is_staff=True)
        for query, headers, status, said in (
            ("limit=x", {}, 400, "limit='x' is not a whole number from 1 to 10000"),
            ("nonsense=1", {}, 400, "unknown parameter 'nonsense': allowed are last_t, timeout, stream"),
            ("stream=private", {}, 401, "there is no public stream 'private': sign in"),
            ("stream=private", guest, 403, "no stream 'private' for guest"),
            ("stream=nosuch", staff, 404, "there is no stream 'nosuch'"),
        ):
            problem = await self.problem(f"/poll?{query}", headers)
            self.assertEqual(problem["status"], status)
            if status != 403:
                self.assertTrue(problem["detail"].startswith(said), problem)
        self.assertEqual(self.hub._feeds, {})
        self.assertEqual((await self.problem("/poll", method="POST"))["status"], 405)
        await self.end()

    @override_settings(TICKS_MAX_CONNECTIONS=1, TICKS_MAX_PER_IP=1, TICKS_MAX_PER_STREAM=1)
    async def test_no_more_wait_than_a_worker_may_have_and_nobody_is_counted(self) -> None:
        await self.filled()
        first = await self.waiting()
        problem = await self.problem(AT_14)
        self.assertEqual(
            (problem["status"], problem["code"], problem["detail"]),
            (429, "too_many", "1 polls wait at this web worker already (TICKS_MAX_CONNECTIONS=1)"),
        )
        self.assertEqual((await self.get(AT_14))[0].headers["retry-after"], "5")
        self.assertEqual(len((await self.poll(f"last_t=3{AT}"))["ticks"]), 11)
        self.assertEqual(door.door().open, 0)
        await first.leave()
        await self.end()
