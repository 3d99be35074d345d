"""`/incremental` over the whole ASGI application: pages at once."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any
from unittest.mock import patch

from tests.support.cases import EPOCH, NEXT_EPOCH
from tests.transports.http_cases import HttpCase
from ticks.transports.http import answers, incremental, unsent


class IncrementalTest(HttpCase):
    """Ticks 1 to 14, a second apart, are in archive and hot log."""

    transports = (incremental,)

    async def page(self, query: str) -> dict[str, Any]:
        answer, body = await self.get(f"/incremental?{query}", {"accept-encoding": "gzip"})
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "application/json"), body)
        self.assertEqual(answer.headers["cache-control"], "no-store")
        told: dict[str, Any] = json.loads(gzip.decompress(body) if "content-encoding" in answer.headers else body)
        return told

    async def pages(self, query: str, t: int) -> tuple[list[int], list[bool]]:
        """The ticks of all pages, and what each of these says about more."""
        got, more = list[int](), list[bool]()
        while not more or more[-1]:
            told = await self.page(f"{query}&from_t={t}")
            got += [tick["t"] for tick in told["ticks"]]
            more.append(told["more"])
            t = told["next_t"]
        return got, more

    async def test_what_is_there_comes_as_it_is_stored(self) -> None:
        await self.fill_all()
        _, body = await self.get("/incremental?from_t=12")
        ticks = b'{"t":13,"ts":1013.0,"value":13},{"t":14,"ts":1014.0,"value":14}'
        end = b'"next_t":14,"more":false,"epoch":"%b","gaps":[]}' % EPOCH.encode()
        self.assertEqual(body, b'{"ticks":[%b],%b' % (ticks, end))
        told = await self.page("from_t=14")
        self.assertEqual(told, {"ticks": [], "next_t": 14, "more": False, "epoch": EPOCH, "gaps": []})
        await self.end()

    async def test_pages_of_any_size_follow_each_other(self) -> None:
        await self.fill_all()
        for limit in (1, 3, 7, 14, 15):
            for t in (-1, 0, 5, 13):
                expected = list(range(max(t, 0) + 1, 15))
                got, more = await self.pages(f"limit={limit}&epoch={EPOCH}", t)
                self.assertEqual((got, len(more)), (expected, -(-len(expected) // limit)))
        self.assertEqual((await self.pages("downsample=4&limit=1", 0))[0], [4, 8, 12])
        await self.end()

    async def test_pages_lead_from_one_epoch_into_the_next(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2, 3))
        await self.put(1, 2, prev_t=0, n=1, epoch=NEXT_EPOCH)
        told = await self.page(f"from_t=0&epoch={EPOCH}")
        self.assertEqual((len(told["ticks"]), told["next_t"], told["more"], told["epoch"]), (3, 3, True, EPOCH))
        told = await self.page(f"from_t=3&epoch={EPOCH}")
        self.assertEqual((told["next_t"], told["more"], told["epoch"]), (2, False, NEXT_EPOCH))
        self.assertEqual([gap["reason"] for gap in told["gaps"]], ["epoch"])
        await self.end()

    async def test_a_stream_without_ticks_has_no_epoch(self) -> None:
        told = await self.page("from_t=5")
        self.assertEqual(told, {"ticks": [], "next_t": 5, "more": False, "epoch": None, "gaps": []})
        await self.end()

    async def test_every_refusal_says_why(self) -> None:
        await self.fill_all()
        for query, status, said in (
            ("last_t=1", 400, "unknown parameter 'last_t'"),
            ("from_t=x", 400, "from_t='x' is neither -1"),
            ("stream=private", 401, "there is no public stream 'private': sign in"),
            ("from_t=15", 409, "from_t=15 is ahead of the newest tick, t=14 of epoch"),
            ("epoch=0000000000000", 410, "nothing is kept of epoch=0000000000000: the present one is"),
        ):
            problem = await self.problem(f"/incremental?{query}")
            self.assertEqual(problem["status"], status)
            self.assertTrue(problem["detail"].startswith(said), problem)
        await self.end()

    async def test_answers_that_nobody_takes_are_bounded_and_others_are_told_to_come_back(self) -> None:
        await self.fill_all()
        with patch.object(answers, "LARGE_BYTES", 100), patch.object(unsent, "MAX_BYTES", 700):
            with unsent.reserved(650):
                told = await self.problem("/incremental?from_t=0")
            self.assertEqual(told["status"], 503)
            self.assertIn("wait to be taken already", told["detail"])
            answer, body = await self.get("/incremental?from_t=0")
            self.assertEqual((int(answer.headers["content-length"]), json.loads(body)["next_t"]), (len(body), 14))
            self.assertEqual(unsent._reserved, 0)
        await self.end()

    async def test_head_is_answered_without_a_body(self) -> None:
        await self.fill_all()
        answer, body = await self.get("/incremental", method="HEAD")
        self.assertEqual((answer.status, body, answer.headers["content-type"]), (200, b"", "application/json"))
        await self.end()
