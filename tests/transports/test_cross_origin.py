"""Pages of other origins: those that are named read as their visitor, all others as nobody."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from django.test import override_settings

from monitor.asgi import application
from monitor.cross_origin import shared
from tests.transports import http_cases
from tests.transports.http_cases import Headers, HttpCase
from ticks.transports.http import streaming

NOTES = "https://notes.example"
ALLOWED, CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"


class CrossOriginTest(HttpCase):
    transports = (streaming,)

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(override_settings(CORS_ALLOWED_ORIGINS=[NOTES]))
        site = shared(application.application_mapping["http"], [NOTES])
        self.enterContext(patch.object(http_cases, "application", site))

    async def head(self, target: str, headers: Headers, method: str = "GET") -> tuple[int, Headers]:
        answer = await self.open(target, headers, method)
        if target.startswith("/stream") and method == "GET" and answer.status == 200:
            await answer.leave()
        else:
            await answer.rest()
        return answer.status, answer.headers

    async def test_a_page_of_a_named_origin_reads_as_its_visitor(self) -> None:
        await self.fill_all()
        staff = await asyncio.to_thread(self.cookie, is_staff=True)
        for target in ("/stream?stream=private", "/stream", "/api/streams/private/"):
            status, headers = await self.head(target, {**staff, "origin": NOTES})
            told = (status, headers[ALLOWED], headers[CREDENTIALS])
            self.assertEqual(told, (200, NOTES, "true"), target)
            self.assertIn("Origin", headers["vary"])
        await self.end()

    async def test_what_is_a_users_own_or_staffs_no_page_of_a_named_origin_reads(self) -> None:
        staff = await asyncio.to_thread(self.cookie, is_staff=True)
        asking = {"access-control-request-method": "GET"}
        for method, more in (("GET", {}), ("OPTIONS", asking)):
            for path in ("/api/streams/main/board/", "/api/streams/main/links/"):
                status, headers = await self.head(path, {**staff, "origin": NOTES, **more}, method)
                self.assertEqual((status, headers.get(ALLOWED), headers.get(CREDENTIALS)), (200, None, None), path)
        await self.end()

    async def test_a_page_of_any_other_reads_what_is_public_as_nobody(self) -> None:
        await self.fill_all()
        staff = await asyncio.to_thread(self.cookie, is_staff=True)
        for origin in ("https://evil.example", f"{NOTES}.evil.example", "http://notes.example", "null"):
            status, headers = await self.head("/stream", {**staff, "origin": origin})
            self.assertEqual((status, headers[ALLOWED], headers.get(CREDENTIALS)), (200, "*", None), origin)
            status, headers = await self.head("/stream?stream=private", {**staff, "origin": origin})
            self.assertEqual((status, headers.get(ALLOWED), headers.get(CREDENTIALS)), (401, None, None), origin)
        await self.end()

    async def test_a_browser_that_asks_first_is_told_what_a_named_origin_may(self) -> None:
        asking = {"access-control-request-method": "GET", "access-control-request-headers": "authorization"}
        status, headers = await self.head("/stream?stream=private", {"origin": NOTES, **asking}, "OPTIONS")
        self.assertEqual((status, headers[ALLOWED], headers[CREDENTIALS]), (200, NOTES, "true"))
        self.assertIn("Authorization", headers["access-control-allow-headers"])
        asking["access-control-request-method"] = "DELETE"
        status, _ = await self.head("/api/subscribers/x/", {"origin": NOTES, **asking}, "OPTIONS")
        self.assertEqual(status, 400)
        await self.end()

    async def test_where_nobody_is_named_nothing_stands_between(self) -> None:
        site = application.application_mapping["http"]
        self.assertIs(shared(site, []), site)
