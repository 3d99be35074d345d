"""`/stream`: who is refused, and why; other methods, other origins."""

from __future__ import annotations

import asyncio
from typing import Any

from django.test import override_settings

from tests.transports.http_cases import Headers
from tests.transports.test_streaming import AT, SSE, StreamingCase
from ticks.access.door import door

STAFF, GUEST, FOREIGN = {"staff": ""}, {"guest": ""}, {"origin": "http://evil.example"}
TABLE: list[tuple[str, Headers, dict[str, Any], int, str]] = [
    ("stream=private", {}, {}, 401, "there is no public stream 'private': sign in"),
    ("stream=nosuch", {}, {}, 401, "there is no public stream 'nosuch': sign in"),
    ("stream=nosuch", STAFF, {}, 404, "there is no stream 'nosuch'"),
    ("stream=private", GUEST, {}, 403, "no stream 'private' for user0: staff only, or no such"),
    ("stream=private", {**STAFF, **FOREIGN}, {}, 401, "there is no public stream 'private': sign in"),
    ("stream=main", {"authorization": "Token wrong"}, {}, 401, "this token is wrong, revoked or expired"),
    ("stream=private", {"cookie": "sessionid=gone"}, {}, 401, "there is no public stream 'private': sign in"),
    ("from_t=x", {}, {}, 400, "from_t='x' is neither -1 (all that is kept) nor a whole number up to 9007199254740991"),
    ("format=msgpack", {}, {}, 400, "unknown parameter 'format': allowed are stream, from_t, epoch, from_ts, fields, "
     "downsample, batch_ms, batch_n, slow, link"),
    ("", {"host": "elsewhere.example"}, {}, 403, "this host name is not allowed: see ALLOWED_HOSTS, --allow-host"),
    ("", {}, {"TICKS_MAX_PER_IP": 1}, 429, "192.0.2.1 has 1 connections already (TICKS_MAX_PER_IP=1)"),
    ("", {}, {"TICKS_MAX_CONNECTIONS": 1}, 429,
     "this web worker has its 1 connections (TICKS_MAX_CONNECTIONS=1)"),
]  # fmt: skip


class RefusedTest(StreamingCase):
    async def test_every_refusal_is_a_problem_document_that_says_why(self) -> None:
        await self.fill_all()
        cookies = {
            "guest": await asyncio.to_thread(self.cookie),
            "staff": await asyncio.to_thread(self.cookie, is_staff=True),
        }
        first = await self.open("/stream")
        for query, headers, settings, status, detail in TABLE:
            asked = {name: value for name, value in headers.items() if name not in cookies}
            asked |= {key: value for name in cookies if name in headers for key, value in cookies[name].items()}
            for more in (SSE, {}):
                with self.subTest(query=query, headers=headers), override_settings(**settings):
                    told = await self.problem(f"/stream?{query}", {**asked, **more})
                    self.assertEqual((told["status"], told["detail"]), (status, detail))
        await first.leave()
        await self.end()

    async def test_who_is_refused_learns_when_or_how_to_come_back(self) -> None:
        answer, _ = await self.get("/stream?stream=private")
        self.assertEqual((answer.headers["www-authenticate"], answer.headers["cache-control"]), ("Token", "no-store"))
        self.assertNotIn("access-control-allow-origin", answer.headers)
        first = await self.open("/stream")
        with override_settings(TICKS_MAX_PER_IP=1):
            answer, _ = await self.get("/stream")
        self.assertGreater(int(answer.headers["retry-after"]), 0)
        self.assertEqual(answer.headers["access-control-allow-origin"], "*", "a page may see when to come back")
        await first.leave()
        await self.end()

    async def test_a_session_that_is_over_reads_what_everybody_may(self) -> None:
        await self.fill_all()
        answer = await self.open(AT, {"cookie": "sessionid=gone"})
        self.assertEqual([one["t"] for one in await self.lines(answer, 14)], list(range(1, 15)))
        await answer.leave()
        await self.end()

    async def test_other_methods_are_refused_and_head_is_the_head_alone(self) -> None:
        await self.fill_all()
        for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
            told = await self.problem("/stream", method=method)
            self.assertEqual(told["status"], 405)
            self.assertIn("GET, HEAD, OPTIONS", told["detail"])
        for headers, kind in ((SSE, "text/event-stream; charset=utf-8"), ({}, "application/x-ndjson")):
            answer, body = await self.get("/stream", headers, "HEAD")
            self.assertEqual((answer.status, answer.headers["content-type"], body), (200, kind, b""))
            self.assertNotIn("content-length", answer.headers)
        self.assertEqual(door().open, 0)
        await self.end()

    async def test_pages_of_other_origins_may_read_what_is_public_and_are_never_anybody(self) -> None:
        await self.fill_all()
        staff = await asyncio.to_thread(self.cookie, is_staff=True)
        asking = {"access-control-request-method": "GET", "access-control-request-headers": "last-event-id"}
        answer, _ = await self.get("/stream", {**FOREIGN, **asking}, "OPTIONS")
        self.assertEqual((answer.status, answer.headers["access-control-allow-origin"]), (204, "*"))
        self.assertIn("Last-Event-ID", answer.headers["access-control-allow-headers"])
        for target, headers in (
            ("/stream?stream=private", {**FOREIGN, **asking}),
            ("/stream?stream=nosuch", {**FOREIGN, **asking}),
            ("/stream?stream=../x", {**FOREIGN, **asking}),
        ):
            answer, _ = await self.get(target, headers, "OPTIONS")
            self.assertEqual((answer.status, answer.headers["allow"]), (204, "GET, HEAD, OPTIONS"))
            self.assertNotIn("access-control-allow-origin", answer.headers)
        private = await self.open("/stream?stream=private", {**SSE, **staff})
        self.assertEqual(private.status, 200)
        self.assertNotIn("access-control-allow-origin", private.headers)
        await private.leave()
        await self.end()
