"""`/range` over the whole ASGI application: archive, hot log and memory as one, however it is cut into pieces."""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import Any
from unittest.mock import patch

from tests.support.cases import EPOCH, NEXT_EPOCH, lines
from tests.transports.http_cases import Answer, HttpCase
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live import span
from ticks.live.locating import Located
from ticks.live.span import Span
from ticks.live.store import Store
from ticks.selection import ALL
from ticks.transports.http import ranging

LAST = 400


class RangingCase(HttpCase):
    transports = (ranging,)

    def setUp(self) -> None:
        super().setUp()
        patched = patch.object(span, "PIECE_BYTES", 100)  # a few ticks
        patched.start()
        self.addCleanup(patched.stop)

    async def range(self, query: str = "") -> dict[str, Any]:
        answer, body = await self.get(f"/range?{query}")
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "application/json"), body)
        self.assertEqual(answer.headers["cache-control"], "no-store")
        told: dict[str, Any] = json.loads(body)
        self.assertEqual(list(told), ["epoch", "ticks", "gaps", "more", "next_t"])
        return told

    def fill_much(self) -> None:
        """Ticks 1 to 400: the first 200 archived, the last 300 in the hot log, the last 100 of them in memory."""
        self.keep(*range(1, 51))
        self.keep(*range(51, 201))
        for first in range(101, LAST + 1, 50):
            self.publish(*range(first, first + 50), prev_t=first - 1, n=first)

    async def filled(self) -> None:
        await asyncio.to_thread(self.fill_much)
        with patch("ticks.live.relay.FILL", 2):
            await self.range("t0=1&t1=1")
        self.assertEqual(self.hub.feed("main").relay.ring.floor, 300)

    async def end(self) -> None:
        self.assertEqual(self.goodbyes.waiting, [])
        await super().end()


def ts_of(told: dict[str, Any]) -> list[int]:
    return [tick["t"] for tick in told["ticks"]]


class RangeTest(RangingCase):
    async def test_both_ends_belong_to_it_wherever_they_lie(self) -> None:
        await self.filled()
        places = (0, 1, 50, 51, 150, 201, 300, 301, 305, 400)
        for t0 in places:
            for t1 in (t for t in (*places, 9999) if t >= t0):
                told = await self.range(f"t0={t0}&t1={t1}")
                expected = list(range(max(t0, 1), min(t1, LAST) + 1))
                self.assertEqual((ts_of(told), told["gaps"], told["more"]), (expected, [], False), (t0, t1))
                self.assertEqual(told["next_t"], expected[-1] + 1 if expected else 1)
        await self.end()

    async def test_without_ends_it_is_all_of_the_present_epoch(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2, epoch="0000000000000"))
        await self.filled()
        told = await self.range()
        self.assertEqual((ts_of(told), told["epoch"], told["next_t"]), (list(range(1, LAST + 1)), EPOCH, LAST + 1))
        told = await self.range("epoch=0000000000000")
        self.assertEqual((ts_of(told), told["epoch"], told["gaps"], told["more"]), ([1, 2], "0000000000000", [], False))
        await self.end()

    async def test_records_are_those_that_are_stored(self) -> None:
        await self.fill_all()
        _, body = await self.get("/range?t0=13")
        ticks = b'{"t":13,"ts":1013.0,"value":13},{"t":14,"ts":1014.0,"value":14}'
        self.assertEqual(
            body, b'{"epoch":"%b","ticks":[%b],"gaps":[],"more":false,"next_t":15}' % (EPOCH.encode(), ticks)
        )
        await self.end()

    async def test_pages_follow_each_other_without_hole_or_double(self) -> None:
        await self.filled()
        for selected, limit in (("", 7), ("", 50), ("", 400), ("&downsample=3", 5), ("&fields=value", 33)):
            t0, got, more = 1, list[int](), True
            while more:
                told = await self.range(f"t0={t0}&t1=390&limit={limit}{selected}")
                self.assertLessEqual(len(told["ticks"]), limit)
                got += ts_of(told)
                t0, more = told["next_t"], told["more"]
            step = 3 if "downsample" in selected else 1
            self.assertEqual(got, [t for t in range(1, 391) if t % step == 0])
        await self.end()

    async def test_more_is_said_only_where_there_is_more(self) -> None:
        await self.filled()
        for query, more in (("t1=50&limit=50", False), ("t1=51&limit=50", True), ("t0=391&limit=10", False)):
            self.assertEqual((await self.range(query))["more"], more)
        await self.end()

    async def test_fields_are_selected(self) -> None:
        await self.filled()
        told = await self.range("t0=199&t1=302&fields=what&downsample=100")
        self.assertEqual(told["ticks"], [{"t": 200, "ts": 1200.0}, {"t": 300, "ts": 1300.0}])
        self.assertEqual(told["next_t"], 303)
        await self.end()

    async def test_what_is_missing_is_told_with_its_count(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2, 3))
        await asyncio.to_thread(lambda: self.keep(4, 5).unlink())
        await asyncio.to_thread(lambda: self.keep(6, 7))
        told = await self.range("t0=2")
        gap = {"after_t": 3, "next_t": 6, "count": 2, "reason": "lost"}
        self.assertEqual((ts_of(told), told["gaps"], told["next_t"]), ([2, 3, 6, 7], [gap], 8))
        told = await self.range("t0=2&t1=4")
        self.assertEqual((ts_of(told), told["gaps"], told["more"], told["next_t"]), ([2, 3], [gap], False, 5))
        told = await self.range("t0=2&limit=2")
        self.assertEqual((ts_of(told), told["gaps"], told["more"], told["next_t"]), ([2, 3], [], True, 4))
        self.assertEqual((await self.range("t0=4"))["gaps"], [gap])
        await self.end()

    async def test_what_is_no_longer_kept_is_expired(self) -> None:
        await self.put(8, 9, prev_t=7, n=8)
        told = await self.range()
        gap = {"after_t": -1, "next_t": 8, "count": 7, "reason": "expired"}
        self.assertEqual((ts_of(told), told["gaps"]), ([8, 9], [gap]))
        await self.end()

    async def test_a_stream_without_ticks_has_no_epoch(self) -> None:
        told = await self.range("t0=5")
        self.assertEqual(told, {"epoch": None, "ticks": [], "gaps": [], "more": False, "next_t": 5})
        await self.end()

    async def test_one_that_begins_behind_the_newest_is_empty_and_further_a_conflict(self) -> None:
        await self.fill_all()
        told = await self.range("t0=15")
        self.assertEqual((told["ticks"], told["more"], told["next_t"]), ([], False, 15))
        problem = await self.problem("/range?t0=16")
        self.assertEqual((problem["status"], problem["newest_t"], problem["epoch"]), (409, 14, EPOCH))
        await self.end()

    async def test_it_never_goes_on_into_another_epoch(self) -> None:
        await asyncio.to_thread(lambda: self.keep(1, 2, 3))
        await self.put(1, 2, prev_t=0, n=1, epoch=NEXT_EPOCH)
        told = await self.range(f"epoch={EPOCH}&t1=99")
        self.assertEqual((ts_of(told), told["epoch"], told["gaps"], told["more"]), ([1, 2, 3], EPOCH, [], False))
        await self.end()

    async def test_while_redis_is_away_what_can_be_read_is_sent_and_more_is_said(self) -> None:
        await self.filled()
        self.hub.feed("main").store.hotlog = self.hotlog(url="unix:///nowhere/valkey.sock")
        told = await self.range("t0=195")
        self.assertEqual((ts_of(told), told["more"], told["next_t"]), (list(range(195, 201)), True, 201))
        told = await self.range("t0=301")
        self.assertEqual((ts_of(told), told["more"]), (list(range(301, LAST + 1)), False))
        self.assertEqual((await self.problem(f"/range?epoch={NEXT_EPOCH}"))["status"], 503)
        await self.end()

    async def test_while_the_hot_log_is_lost_more_is_said_as_well(self) -> None:
        await self.fill_all()
        feed = await self.feed()
        feed.relay.ring.begin(Batch.of(EPOCH, 13, 14, lines(14)))  # all else is to be read from storage
        await asyncio.to_thread(self.valkey.client.flushall)
        all_of_it = Span(feed, Located(Cursor(EPOCH, 0), 14), None, ALL, None)
        while not all_of_it.is_over:
            await all_of_it.piece()
        self.assertEqual((all_of_it.cursor.t, all_of_it.has_more), (9, True))
        await self.end()

    async def test_every_refusal_says_why(self) -> None:
        await self.fill_all()
        for query, status, said in (
            ("t0=3&t1=2", 400, "t0=3 is behind t1=2"),
            ("limit=0", 400, "limit=0 is not a whole number from 1 to 10000000"),
            ("from_t=1", 400, "unknown parameter 'from_t'"),
            ("stream=private", 401, "there is no public stream 'private': sign in"),
            ("epoch=0000000000000", 410, "nothing is kept of epoch=0000000000000"),
        ):
            problem = await self.problem(f"/range?{query}")
            self.assertEqual(problem["status"], status)
            self.assertTrue(problem["detail"].startswith(said), problem)
        await self.end()


class StreamedTest(RangingCase):
    async def begun(self, target: str = "/range?t0=1", **headers: str) -> tuple[Answer, bytes]:
        """An answer in pieces, and its first one."""
        answer = await self.open(target, headers)
        first, more = await answer.piece()
        self.assertTrue(more)
        self.assertNotIn("content-length", answer.headers)
        return answer, first

    async def test_it_comes_in_pieces_compressed_for_who_takes_that(self) -> None:
        await self.filled()
        answer, first = await self.begun(**{"accept-encoding": "gzip"})
        self.assertEqual(answer.headers["content-encoding"], "gzip")
        inflate = zlib.decompressobj(31)
        self.assertTrue(inflate.decompress(first).endswith(b"}"))
        told = inflate.decompress(await answer.rest())
        self.assertTrue(inflate.eof)
        self.assertTrue(told.endswith(b'{"t":400,"ts":1400.0,"value":400}],"gaps":[],"more":false,"next_t":401}'))
        await self.end()

    async def test_one_that_fits_into_a_piece_says_how_long_it_is(self) -> None:
        await self.filled()
        answer, body = await self.get("/range?t0=5&t1=6", {"accept-encoding": "gzip"})
        self.assertEqual(answer.headers["content-length"], str(len(body)))
        self.assertNotIn("content-encoding", answer.headers)
        await self.end()

    async def test_nothing_is_read_for_a_client_that_has_left(self) -> None:
        await self.filled()
        with patch.object(Store, "after", autospec=True, side_effect=Store.after) as read:
            await self.range("t0=1&t1=290")
            whole = read.call_count
            answer = self.request("/range?t0=1&t1=290")
            await answer.send_input({"type": "http.disconnect"})
            await answer.wait(60)
            self.assertLess(read.call_count - whole, whole)
        self.assertFalse(any('],"gaps"' in str(said) for said in vars(answer.output_queue)["_queue"]))
        await self.end()

    async def test_a_server_that_stops_ends_it_where_it_is(self) -> None:
        await self.filled()
        answer, first = await self.begun()
        self.goodbyes.say()
        told = json.loads(first + await answer.rest())
        self.assertEqual((ts_of(told), told["more"]), (list(range(1, told["next_t"])), True))
        self.assertLess(told["next_t"], LAST)
        await self.end()

    async def test_what_breaks_off_is_not_taken_for_whole(self) -> None:
        await self.filled()
        reads = iter(range(100))

        def broken(store: Store, *arguments: Any) -> Any:
            if next(reads) > 1:
                raise OSError("the disk is gone")
            return store._after(*arguments)

        with patch.object(Store, "after", autospec=True, side_effect=broken):
            answer, _ = await self.begun()
            with self.assertRaisesRegex(OSError, "the disk is gone"):
                await answer.wait(60)
        await self.end()

    async def test_head_is_answered_without_a_body(self) -> None:
        await self.filled()
        answer, body = await self.get("/range", method="HEAD")
        self.assertEqual((answer.status, body, answer.headers["content-type"]), (200, b"", "application/json"))
        self.assertEqual((await self.get("/range?t0=999", method="HEAD"))[0].status, 409)
        await self.end()
