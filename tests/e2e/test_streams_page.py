"""The page of all streams: real producers, one of which is killed, and real visitors."""

from __future__ import annotations

from contextlib import ExitStack
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page

from tests.integration.cases import HomeCase
from tests.support.browser import Watched, light_chromium
from tests.support.processes import Running, manage

PASSWORD = "correct horse"
MAKE = (
    "from django.contrib.auth.models import User; from ticks.models import Stream; "
    f"User.objects.create_superuser('admin', password='{PASSWORD}'); Stream.objects.create(name='unused')"
)
PHONE = {"width": 360, "height": 740}
SPREAD = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.integration
@pytest.mark.browser
class StreamsPageTest(HomeCase):
    stack: ClassVar[ExitStack]
    browser: ClassVar[Browser]
    rig: ClassVar[Running]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        manage(cls.home, cls.valkey.url, "shell", "-v", "0", "-c", MAKE)
        cls.processes.web()
        cls.processes.producer("simulation", "--rate", "50", "--agents", "2")
        cls.rig = cls.processes.producer("simulation", "--rate", "5", "--agents", "2", "--stream", "rig")
        cls.browser = cls.enterClassContext(light_chromium())

    def open(self, path: str, **context: object) -> Page:
        self.watched = Watched(self.browser, **context)
        self.addCleanup(self.watched.page.close)
        self.watched.page.goto(f"{self.processes.url}{path}")
        return self.watched.page

    def sign_in(self, path: str, **context: object) -> Page:
        page = self.open(f"/login/?next={path}", **context)
        page.get_by_label("User name").fill("admin")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{path}")
        return page

    def tearDown(self) -> None:
        self.assertEqual(self.watched.errors, [])
        abroad = [url for url in self.watched.requests if not url.startswith((self.processes.url, "data:"))]
        self.assertEqual(abroad, [])

    def wait_for(self, page: Page, name: str, *words: str) -> None:
        for word in words:
            page.locator(f"[data-name='{name}']", has_text=word).wait_for()

    def test_a_killed_producer_is_seen_and_one_that_comes_back(self) -> None:
        page = self.sign_in("/streams/")
        self.wait_for(page, "main", "live", "public", "last tick 0.", "15 min, peak")
        page.wait_for_function(
            "() => Math.abs(parseFloat(document.querySelector('[data-name=main] .rate').textContent) - 50) < 25"
        )
        self.wait_for(page, "rig", "live")
        self.wait_for(page, "unused", "no ticks yet", "python manage.py runproducer --stream unused")
        self.assertRegex(page.title(), "^○ 1 no ticks yet · Streams")
        self.rig.kill()
        self.wait_for(page, "rig", "offline", "no producer")
        page.wait_for_function("() => document.title.startsWith('✕ 1 offline · Streams')")
        page.wait_for_function("() => document.querySelector('.stream-card').dataset.name === 'rig'")
        type(self).rig = self.processes.producer("simulation", "--rate", "5", "--agents", "2", "--stream", "rig")
        self.wait_for(page, "rig", "live")
        page.wait_for_function("() => document.title.startsWith('○ 1 no ticks yet')")
        page.get_by_role("link", name="rig").click()
        page.wait_for_url("**/s/rig/", wait_until="commit")

    def test_a_visitor_sees_the_public_ones_on_a_phone_and_the_admin_has_nothing_to_complain_of(self) -> None:
        page = self.open("/streams/", viewport=PHONE)
        self.wait_for(page, "main", "live")
        self.assertEqual(page.locator(".stream-card").count(), 1)
        self.assertLessEqual(page.evaluate(SPREAD), 0)
        page = self.sign_in("/admin/", viewport=PHONE)
        page.goto(f"{self.processes.url}/favicon.ico")
        self.assertEqual(page.url, f"{self.processes.url}/static/ticks/favicon.svg")
