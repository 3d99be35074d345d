"""`/poll` over the whole ASGI application: what it answers at once, and every way in which waiting ends."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any
from unittest.mock import patch

from django.test import override_settings

from tests.support.cases import EPOCH, NEXT_EPOCH
from tests.support.waiting import auntil
from tests.transports.http_cases import Answer, Headers, HttpCase
from ticks.live import collecting
from ticks.live.feed import Feed
from ticks.models import Stream
from ticks.transports.http import polling

AT = f"&epoch={EPOCH}"
AT_14 = f"/poll?last_t=14{AT}&timeout=60"


class PollingCase(HttpCase):
    """Ticks 1 to 14, a second apart, are in archive and hot log."""

    transports = (polling,)

    async def poll(self, query: str, headers: Headers | None = None) -> dict[str, Any]:
        answer, body = await self.get(f"/poll?{query}", headers)
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "application/json"), body)
        self.assertEqual(
            (answer.headers["cache-control"], answer.headers["content-length"]), ("no-store", str(len(body)))
        )
        told: dict[str, Any] = json.loads(gzip.decompress(body) if "content-encoding" in answer.headers else body)
        return told

    async def filled(self) -> None:
        await self.fill_all()
        await self.warm()

    async def warm(self) -> Feed:
        """A request, after which the stream's feed has all that was published."""
        await self.poll("timeout=0")
        return self.hub.feed("main")

    async def waiting(self, target: str = AT_14, headers: Headers | None = None) -> Answer:
        """A poll that waits."""
        before = polling.waiting
        answer = self.request(target, headers)
        await answer.send_input({"type": "http.request", "body": b"", "more_body": False})
        await auntil(lambda: polling.waiting > before, "it waits")
        return answer

    async def answered(self, answer: Answer) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(await (await answer.begin()).rest())
        return told

    async def next_tick(self, t: int = 15) -> None:
        await self.put(t, prev_t=t - 1, n=t)
        await self.tell(t, prev_t=t - 1, n=t)

    async def end(self) -> None:
        """Whatever became of them, nothing is left of those that waited."""
        self.assertEqual((polling.waiting, self.goodbyes.waiting), (0, []))
        self.assertEqual([feed.fanout.waiting for feed in self.hub._feeds.values()], [0] * len(self.hub._feeds))
        here = [task for task in asyncio.all_tasks() if "Exchange.left" in repr(task)]
        if here:
            await asyncio.wait(here, timeout=60)
        await super().end()


def ts_of(told: dict[str, Any]) -> list[int]:
    return [tick["t"] for tick in told["ticks"]]


class AnswerTest(PollingCase):
    async def test_what_is_there_comes_at_once_as_it_is_stored(self) -> None:
        await self.fill_all()
        told = await self.poll(f"last_t=11{AT}")
        self.assertEqual(
            told,
            {
                "t": 14,
                "data": {"t": 14, "ts": 1014.0, "value": 14},
                "ticks": [{"t": t, "ts": 1000.0 + t, "value": t} for t in (12, 13, 14)],
                "next_t": 14,
                "epoch": EPOCH,
                "gaps": [],
            },
        )
        _, body = await self.get(f"/poll?last_t=13{AT}")
        record = b'{"t":14,"ts":1014.0,"value":14}'
        self.assertTrue(body.startswith(b'{"t":14,"data":' + record + b',"ticks":[' + record + b'],"next_t":14,'), body)
        await self.end()

    async def test_from_every_place_pages_of_any_size_follow_each_other(self) -> None:
        await self.fill_all()
        for limit in (1, 3, 14):
            for t in (-1, 0, 3, 6, 13):
                at, got = t, list[int]()
                while "t" in (told := await self.poll(f"last_t={at}&limit={limit}&timeout=0")):
                    self.assertEqual((told["t"], told["data"]), (told["next_t"], told["ticks"][-1]))
                    got += ts_of(told)
                    at = told["next_t"]
                self.assertEqual(got, list(range(max(t, 0) + 1, 15)))
        await self.end()

    async def test_without_a_place_it_is_after_0_of_the_present_epoch(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2, epoch="0000000000000"))
        await self.fill_all()
        told = await self.poll("")
        self.assertEqual((ts_of(told), told["epoch"]), (list(range(1, 15)), EPOCH))
        await self.end()

    async def test_fields_are_selected_and_ticks_left_out(self) -> None:
        await self.fill_all()
        told = await self.poll("fields=what&downsample=5")
        self.assertEqual(told["ticks"], [{"t": 5, "ts": 1005.0}, {"t": 10, "ts": 1010.0}])
        self.assertEqual((told["t"], told["next_t"], told["data"]), (10, 10, told["ticks"][-1]))
        await self.end()

    async def test_where_nothing_was_selected_the_timeout_tells_how_far_was_looked(self) -> None:
        await self.fill_all()
        told = await self.poll("last_t=10&downsample=100&timeout=0")
        self.assertEqual(told, {"status": "timeout", "next_t": 14, "ticks": [], "epoch": EPOCH, "gaps": []})
        await self.end()

    async def test_large_answers_are_compressed_for_who_takes_that(self) -> None:
        await self.put(*range(1, 40), prev_t=0, n=1)
        for query, encoding in (("last_t=0", "gzip"), ("last_t=38", None)):
            answer, _ = await self.get(f"/poll?{query}", {"accept-encoding": "gzip, br"})
            self.assertEqual(answer.headers.get("content-encoding"), encoding)
        self.assertEqual(ts_of(await self.poll("", {"accept-encoding": "gzip"})), list(range(1, 40)))
        self.assertNotIn("content-encoding", (await self.get("/poll"))[0].headers)
        await self.end()

    async def test_large_answers_are_made_in_a_thread_and_are_the_same(self) -> None:
        await self.filled()
        for query in ("last_t=0", "last_t=0&limit=5", "last_t=13", "last_t=13&fields=value"):
            at_once = await self.poll(query)
            with patch.object(collecting, "AT_ONCE_BYTES", 0):
                self.assertEqual(await self.poll(query), at_once)
        await self.end()

    async def test_head_checks_everything_and_waits_for_nothing(self) -> None:
        await self.fill_all()
        answer, body = await self.get(AT_14, method="HEAD")
        self.assertEqual((answer.status, body, answer.headers["content-type"]), (200, b"", "application/json"))
        self.assertNotIn("content-length", answer.headers)
        answer, body = await self.get(f"/poll?last_t=15{AT}", method="HEAD")
        self.assertEqual((answer.status, body), (409, b""))
        await self.end()


class WaitingTest(PollingCase):
    async def test_it_ends_with_the_next_tick(self) -> None:
        await self.filled()
        polls = [await self.waiting() for _ in range(3)]
        self.assertEqual(self.hub.feed("main").fanout.waiting, 3)
        await self.next_tick()
        for poll in polls:
            told = await self.answered(poll)
            self.assertEqual((told["t"], ts_of(told)), (15, [15]))
        await self.end()

    async def test_it_ends_after_its_time(self) -> None:
        await self.filled()
        poll = await self.waiting(f"/poll?last_t=14{AT}&timeout=0.3")
        self.assertEqual(
            await self.answered(poll), {"status": "timeout", "next_t": 14, "ticks": [], "epoch": EPOCH, "gaps": []}
        )
        await self.end()

    async def test_it_ends_when_the_client_leaves(self) -> None:
        await self.filled()
        poll = await self.waiting()
        await poll.leave()
        self.assertTrue(poll.output_queue.empty())
        await self.end()

    async def test_a_server_that_stops_answers_as_if_the_time_were_over(self) -> None:
        await self.filled()
        poll = await self.waiting()
        self.assertEqual(len(self.goodbyes.waiting), 1)
        self.goodbyes.say()
        self.assertEqual((await self.answered(poll))["status"], "timeout")
        await self.end()

    @override_settings(TICKS_HEARTBEAT_S=0.0)
    async def test_who_may_not_read_any_more_gets_no_ticks(self) -> None:
        await self.filled()
        poll = await self.waiting()
        await asyncio.to_thread(Stream.objects.set_visibility, "main", False)
        await self.next_tick()
        told = await self.answered(poll)
        self.assertEqual((poll.status, told["code"]), (401, "sign_in"))
        self.assertNotIn("access-control-allow-origin", poll.headers)
        self.assertNotIn("ticks", told)
        await self.end()

    async def test_a_tick_that_is_not_selected_is_passed_over(self) -> None:
        await self.filled()
        poll = await self.waiting(f"/poll?last_t=14{AT}&downsample=8&timeout=60")
        await self.next_tick(15)
        await self.next_tick(16)
        self.assertEqual(ts_of(await self.answered(poll)), [16])
        await self.end()

    async def test_it_goes_on_into_a_new_epoch(self) -> None:
        await self.filled()
        poll = await self.waiting()
        await self.put(1, prev_t=0, n=1, epoch=NEXT_EPOCH)
        await self.tell(1, prev_t=0, n=1, epoch=NEXT_EPOCH)
        told = await self.answered(poll)
        self.assertEqual((told["t"], told["epoch"], told["gaps"][0]["reason"]), (1, NEXT_EPOCH, "epoch"))
        await self.end()

    async def test_an_empty_streams_first_ticks_are_waited_for(self) -> None:
        told = await self.poll("last_t=7&timeout=0")
        self.assertEqual(told, {"status": "timeout", "next_t": 7, "ticks": [], "epoch": None, "gaps": []})
        poll = await self.waiting("/poll?timeout=60")
        ahead = await self.waiting("/poll?last_t=7&timeout=60")
        await self.put(1, 2, prev_t=0, n=1)
        await self.tell(1, 2, prev_t=0, n=1)
        told = await self.answered(poll)
        self.assertEqual((ts_of(told), told["epoch"]), ([1, 2], EPOCH))
        self.assertEqual((await self.answered(ahead))["newest_t"], 2)
        await self.end()

    async def test_the_example_client_gets_every_tick_once(self) -> None:
        await self.filled()

        async def client() -> list[int]:
            got, last_t = list[int](), 0
            while last_t < 20:
                told = await self.poll(f"last_t={last_t}")
                if "t" in told:
                    got += ts_of(told)
                    last_t = told["t"]
            return got

        clients = [asyncio.create_task(client()) for _ in range(3)]
        for t in range(15, 21):
            await auntil(lambda: polling.waiting == 3, "they wait")
            await self.next_tick(t)
        self.assertEqual(await asyncio.gather(*clients), [list(range(1, 21))] * 3)
        await self.end()
