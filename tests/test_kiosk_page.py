"""The page of a kiosk link, and the one that says that it is over."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from monitor.logs import WithoutLinks
from tests.test_pages import PageCase
from ticks.access import kiosk
from ticks.assets import edition
from ticks.models import Board, KioskLink
from ticks.producer import TickWriter

ASKING = re.compile(r"<(input|button|select|textarea|form|a)\b")


class KioskCase(PageCase):
    def setUp(self) -> None:
        super().setUp()
        self.link = kiosk.make("main", self.staff, 1, "Hall")
        self.path = f"/k/{kiosk.signed(self.link)}/"

    def data(self, answer: HttpResponse) -> dict[str, Any]:
        found = re.search(r'<script id="page" type="application/json">(.*?)</script>', answer.content.decode())
        assert found
        page: dict[str, Any] = json.loads(found[1])
        return page


class PageTest(KioskCase):
    def test_it_carries_what_its_script_needs_and_nothing_of_anybody(self) -> None:
        Board.objects.create(user=self.staff, stream_id="main", pinned=["a"], hidden=[], order=[])
        with TickWriter("main") as writer:
            writer.write({"cpu": 1.5})
        for user in (None, self.guest, self.staff):
            page = self.data(self.as_user(user).get(self.path))
            self.assertEqual((page["stream"], page["api"]), ("main", "/api/streams/main/"))
            self.assertEqual((page["link"], page["edition"]), (kiosk.signed(self.link), edition()))
            self.assertEqual((page["latest"]["cpu"], [one["path"] for one in page["known"]]), (1.5, ["cpu"]))
            self.assertFalse({"board", "user"} & page.keys())

    def test_neither_page_asks_for_input_leads_elsewhere_or_leaves_a_cookie(self) -> None:
        for path, status in ((self.path, 200), ("/k/nosuch/", 410)):
            answer = Client().get(path)
            self.assertEqual(answer.status_code, status)
            self.assertIsNone(ASKING.search(answer.content.decode()))
            self.assertFalse(answer.cookies)

    def test_nobody_keeps_it_hears_of_it_frames_it_or_finds_it(self) -> None:
        for path in (self.path, "/k/nosuch/"):
            answer = Client().get(path)
            self.assertEqual(answer["Cache-Control"], "private, no-store")
            self.assertEqual(answer["Referrer-Policy"], "no-referrer")
            self.assertEqual(answer["X-Robots-Tag"], "noindex, nofollow")
            self.assertIn("frame-ancestors 'none'", answer["Content-Security-Policy"])
            self.assertNotRegex(answer.content.decode(), r"<script(?![^>]*(\bsrc=|application/json))|<style|\sstyle=")

    def test_search_engines_are_kept_from_it_alone(self) -> None:
        robots = '<meta name="robots" content="noindex, nofollow">'
        for path, has in ((self.path, True), ("/k/nosuch/", True), ("/s/open/", False), ("/streams/", False)):
            self.assertEqual(robots in Client().get(path).content.decode(), has, path)

    def test_one_that_is_wrong_expired_or_revoked_looks_the_same(self) -> None:
        said = set[str]()
        for spoil in (
            lambda: KioskLink.objects.update(expires=timezone.now()),
            lambda: KioskLink.objects.revoke(),
            lambda: KioskLink.objects.all().delete(),
        ):
            spoil()
            answer = Client().get(self.path)
            self.assertEqual(answer.status_code, 410)
            said.add(answer.content.decode())
        said.add(Client().get("/k/wrong/").content.decode())
        self.assertEqual(len(said), 1)
        self.assertIn("Ask who made it for another one", said.pop())

    def test_an_open_page_looks_by_head_whether_it_is_still_the_same(self) -> None:
        answer = Client().head(self.path)
        self.assertEqual((answer.status_code, answer["X-Page-Edition"]), (200, edition()))
        KioskLink.objects.revoke()
        answer = Client().head(self.path)
        self.assertEqual((answer.status_code, answer.has_header("X-Page-Edition")), (410, False))

    def test_its_use_is_written_down(self) -> None:
        self.assertIsNone(self.link.used)
        Client().get(self.path)
        self.link.refresh_from_db()
        self.assertIsNotNone(self.link.used)

    def test_it_is_there_while_redis_is_not(self) -> None:
        self.use("redis://127.0.0.1:1")
        self.assertEqual(self.data(Client().get(self.path))["latest"], None)

    def test_nothing_can_be_sent_to_it(self) -> None:
        for method in ("post", "put", "patch", "delete"):
            self.assertEqual(getattr(Client(), method)(self.path).status_code, 405)


class LogTest(KioskCase):
    def test_the_log_has_a_links_id_alone(self) -> None:
        signed = kiosk.signed(self.link)
        for words, values in (
            ("Forbidden: %s", (f"/k/{signed}/",)),
            (f"GET /ws/stream?stream=main&link={signed}", ()),
            ("%(path)s", ({"path": f"Link {signed}"},)),
        ):
            record = logging.LogRecord("django", logging.WARNING, "", 0, words, values, None)
            self.assertTrue(WithoutLinks().filter(record))
            said = record.getMessage()
            self.assertNotIn(signed.partition(".")[2], said)
            self.assertIn(self.link.pk, said)

    def test_all_else_is_logged_as_it_is(self) -> None:
        record = logging.LogRecord("ticks", logging.INFO, "", 0, "%s links of %d", ("two", 100), None)
        WithoutLinks().filter(record)
        self.assertEqual(record.getMessage(), "two links of 100")
