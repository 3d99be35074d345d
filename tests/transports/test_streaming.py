"""`/stream` over the whole ASGI application: where it begins, what it says, and how it ends."""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from typing import Any
from unittest.mock import patch

from django.test import override_settings

from tests.support.cases import EPOCH, NEXT_EPOCH
from tests.transports.http_cases import Answer, HttpCase
from ticks.access.door import door
from ticks.models import Stream
from ticks.transports.http import streaming

SSE = {"accept": "text/event-stream"}
AT = f"/stream?from_t=0&epoch={EPOCH}"


class StreamingCase(HttpCase):
    """Ticks 1 to 14, a second apart, are in archive and hot log."""

    transports = (streaming,)

    async def events(self, answer: Answer, last: str) -> list[dict[str, str]]:
        """Events up to the one with this id, each by its fields; comments have the empty name."""
        text = ""
        while not re.search(rf"^id: {last}$[^\0]*?\n\n", text, re.MULTILINE):
            piece, more = await answer.piece()
            self.assertTrue(more)
            text += piece.decode()
        return _parsed(text)

    async def lines(self, answer: Answer, last_t: int, inflate: Any = None) -> list[dict[str, Any]]:
        """The objects of all lines up to that of a tick."""
        text = b""
        while f'{{"t":{last_t},'.encode() not in text or not text.endswith(b"\n"):
            piece, more = await answer.piece()
            self.assertTrue(more)
            text += inflate.decompress(piece) if inflate is not None else piece
        return [json.loads(line) for line in text.splitlines() if line]


def _parsed(text: str) -> list[dict[str, str]]:
    blocks = [block for block in text.split("\n\n") if block]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


class SseTest(StreamingCase):
    async def test_history_then_live_each_tick_an_event_with_its_cursor(self) -> None:
        await self.fill_all()
        answer = await self.open(AT, SSE)
        self.assertEqual(answer.status, 200)
        kept = ("content-type", "cache-control", "x-accel-buffering", "access-control-allow-origin")
        expected = ("text/event-stream; charset=utf-8", "no-cache", "no", "*")
        self.assertEqual(tuple(answer.headers[name] for name in kept), expected)
        self.assertNotIn("access-control-allow-credentials", answer.headers)
        hello, *ticks = await self.events(answer, f"{EPOCH}:14")
        self.assertEqual((hello["event"], hello["id"]), ("hello", f"{EPOCH}:0"))
        told = json.loads(hello["data"])
        self.assertEqual(
            (told["stream"], told["newest_t"], told["mode"], told["latest"]["t"]), ("main", 14, "live", 14)
        )
        self.assertEqual([one["id"] for one in ticks], [f"{EPOCH}:{t}" for t in range(1, 15)])
        self.assertEqual([json.loads(one["data"])["t"] for one in ticks], list(range(1, 15)))
        await asyncio.to_thread(self.publish, 15, 16, prev_t=14, n=15)
        self.assertEqual(
            [one["id"] for one in await self.events(answer, f"{EPOCH}:16")], [f"{EPOCH}:15", f"{EPOCH}:16"]
        )
        await answer.leave()
        await self.end()

    async def test_a_browser_comes_back_where_it_was_whatever_the_address_says(self) -> None:
        await self.fill_all()
        for target, last, first in (
            ("/stream", f"{EPOCH}:9", 10),
            ("/stream?from_t=3", f"{EPOCH}:9", 10),
            ("/stream?from_ts=-1e9", f"{EPOCH}:0", 1),
            ("/stream?from_t=12", "no cursor", 13),
            ("/stream?from_t=12&epoch=", "", 13),
            ("/stream?from_t=12", f"{EPOCH}:99999999999999999", 13),
            ("/stream", "", 14),
        ):
            with self.subTest(target=target, last=last):
                answer = await self.open(target, {**SSE, "last-event-id": last})
                _, *ticks = await self.events(answer, f"{EPOCH}:14")
                self.assertEqual(ticks[0]["id"], f"{EPOCH}:{first}")
                await answer.leave()
        await self.end()

    async def test_no_cursor_is_answered_with_anything_but_the_stream_and_the_gap(self) -> None:
        await self.fill_all()
        for last, reason in ((f"{EPOCH}:99", "epoch"), ("0mwpx6cq00000:5", "epoch"), (f"{NEXT_EPOCH}:5", "epoch")):
            with self.subTest(last=last):
                answer = await self.open("/stream", {**SSE, "last-event-id": last})
                self.assertEqual(answer.status, 200)
                hello, gap, *_ = await self.first(answer, 2)
                told = json.loads(gap["data"])
                self.assertEqual((hello["event"], gap["event"], told["reason"]), ("hello", "gap", reason))
                self.assertEqual(told["epoch"], EPOCH)
                self.assertTrue(gap["id"].startswith(f"{EPOCH}:"))
                await answer.leave()
        await self.end()

    async def first(self, answer: Answer, count: int) -> list[dict[str, str]]:
        text = ""
        while text.count("\n\n") < count:
            text += (await answer.piece())[0].decode()
        return _parsed(text)

    async def test_the_first_ticks_of_a_stream_come_to_who_waited_for_them(self) -> None:
        answer = await self.open("/stream", SSE)
        [hello] = await self.first(answer, 1)
        self.assertNotIn("id", hello)
        await asyncio.to_thread(self.publish, 1, 2, prev_t=0, n=1)
        again, *ticks = await self.events(answer, f"{EPOCH}:2")
        self.assertEqual((again["event"], len(ticks)), ("hello", 2))
        await answer.leave()
        await self.end()

    @override_settings(TICKS_HEARTBEAT_S=0.1)
    async def test_heartbeats_are_comments_that_leave_the_cursor_alone(self) -> None:
        await self.fill_all()
        answer = await self.open("/stream", SSE)
        await self.events(answer, f"{EPOCH}:14")
        piece, _ = await answer.piece()
        self.assertRegex(piece, rb'\A: heartbeat \{"server_time":[^\n]*"newest_t":14[^\n]*\}\n\Z')
        await answer.leave()
        await self.end()

    async def test_selected_fields_and_every_so_many_th_tick(self) -> None:
        await self.fill_all()
        answer = await self.open(f"{AT}&downsample=5&fields=nothing", SSE)
        hello, *ticks = await self.events(answer, f"{EPOCH}:10")
        self.assertEqual(json.loads(hello["data"])["fields"], ["nothing"])
        self.assertEqual([list(json.loads(one["data"])) for one in ticks], [["t", "ts"]] * 2)
        await answer.leave()
        await self.end()


class NdjsonTest(StreamingCase):
    async def test_history_then_live_a_line_a_tick(self) -> None:
        await self.fill_all()
        for accept in ({}, {"accept": "*/*"}, {"accept": "application/json"}, {"accept": "text/event-stream;q=0"}):
            answer = await self.open(AT, accept)
            told = [answer.headers[name] for name in ("content-type", "x-ticks-epoch", "cache-control")]
            self.assertEqual(told, ["application/x-ndjson", EPOCH, "no-cache"])
            self.assertIn("X-Ticks-Epoch", answer.headers["access-control-expose-headers"])
            self.assertEqual([one["t"] for one in await self.lines(answer, 14)], list(range(1, 15)))
            await answer.leave()
        await self.end()

    async def test_compressed_each_batch_can_be_read_at_once_and_the_end_is_whole(self) -> None:
        await self.fill_all()
        answer = await self.open(AT, {"accept-encoding": "br, gzip"})
        self.assertEqual(answer.headers["content-encoding"], "gzip")
        inflate = zlib.decompressobj(31)
        self.assertEqual([one["t"] for one in await self.lines(answer, 14, inflate)], list(range(1, 15)))
        await asyncio.to_thread(self.publish, 15, prev_t=14, n=15)
        await self.lines(answer, 15, inflate)
        self.goodbyes.say()
        self.assertEqual(inflate.decompress(await answer.rest()), b"")
        self.assertTrue(inflate.eof, "with its checksum and length")
        await self.end()

    async def test_a_gap_is_an_object_without_t_and_the_header_names_where_it_goes_on(self) -> None:
        await self.fill_all()
        answer = await self.open(f"/stream?from_t=99&epoch={EPOCH}")
        self.assertEqual(answer.headers["x-ticks-epoch"], EPOCH)
        piece = b""
        while not piece:
            piece, _ = await answer.piece()
        self.assertEqual(json.loads(piece.splitlines()[0])["gap"]["reason"], "epoch")
        await answer.leave()
        await self.end()

    async def test_a_stream_without_ticks_tells_its_epoch_later_and_has_an_empty_line_for_a_heartbeat(self) -> None:
        with override_settings(TICKS_HEARTBEAT_S=0.1):
            answer = await self.open("/stream")
            self.assertNotIn("x-ticks-epoch", answer.headers)
            pieces = [await answer.piece(), await answer.piece()]
            self.assertEqual([piece for piece, _ in pieces], [b"", b"\n"])
            await asyncio.to_thread(self.publish, 1, 2, prev_t=0, n=1)
            gap, *ticks = await self.lines(answer, 2)
            self.assertEqual((gap["gap"]["reason"], gap["gap"]["epoch"], gap["gap"]["count"]), ("epoch", EPOCH, 0))
            self.assertEqual([one["t"] for one in ticks], [1, 2])
            await answer.leave()
        await self.end()


class EndTest(StreamingCase):
    async def test_a_server_that_goes_ends_streams_at_a_whole_record(self) -> None:
        await self.fill_all()
        stream, lines = await self.open("/stream", SSE), await self.open("/stream")
        await self.events(stream, f"{EPOCH}:14")
        await self.lines(lines, 14)
        self.goodbyes.say()
        self.assertRegex(await stream.rest(), rb"\A: restart: [^\n]+\n\Z")
        self.assertEqual(await lines.rest(), b"")
        self.assertEqual(self.goodbyes.waiting, [])
        self.assertEqual((len(door().registry), door().open), (0, 0))
        await self.end()

    async def test_one_that_has_begun_to_go_ends_a_stream_as_soon_as_it_has_begun(self) -> None:
        await self.fill_all()
        self.goodbyes.add = lambda goodbye: goodbye()  # type: ignore[method-assign]
        for headers in (SSE, {}):
            answer, body = await self.get("/stream", headers)
            self.assertEqual(answer.status, 200)
            self.assertNotIn(b'"t":', body)
        await self.end()

    async def test_storage_that_fails_cuts_the_answer_off_instead_of_leaving_it_silent(self) -> None:
        await self.fill_all()
        feed = self.hub.feed("main")
        with patch.object(feed.store, "after", side_effect=IsADirectoryError("on purpose")):
            for headers in (SSE, {}):
                answer = await self.open(AT, headers)
                with self.assertRaises(IsADirectoryError):
                    await answer.wait(60)
        await self.end()

    async def test_who_may_no_longer_read_is_told_and_the_answer_ends(self) -> None:
        await self.fill_all()
        with override_settings(TICKS_HEARTBEAT_S=0.2):
            stream, lines = await self.open("/stream", SSE), await self.open("/stream")
            await asyncio.to_thread(Stream.objects.set_visibility, "main", False)
            last = (await stream.rest()).decode().split("\n")[-2]
            self.assertEqual(last, ": sign_in: the stream 'main' is no longer public: sign in")
            told = json.loads((await lines.rest()).splitlines()[-1])
            self.assertEqual(told["error"]["code"], "sign_in")
        await self.end()

    async def test_a_client_that_leaves_takes_everything_with_it(self) -> None:
        await self.fill_all()
        for headers in (SSE, {}, {"accept-encoding": "gzip"}):
            answer = await self.open("/stream", headers)
            await answer.piece()
            [row] = [door().registry.row(one) for one in door().registry]
            self.assertEqual(row["transport"], "sse" if headers is SSE else "ndjson")
            await answer.leave()
            self.assertEqual((len(door().registry), door().open, self.goodbyes.waiting), (0, 0, []))
        await self.end()
