"""The API's pages and its documentation, as people use them in a browser."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar
from unittest import TestCase

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import Watched, light_chromium
from tests.support.database import make_database
from tests.support.processes import Processes, manage, remove
from tests.support.valkey import Valkey

TICKS = 250
EVIL = "</pre></script><script>document.title='broken'</script>"
PASSWORD = "correct horse"
MAKE_STAFF = (
    f"from django.contrib.auth.models import User; User.objects.create_superuser('admin', password='{PASSWORD}')"
)
PHONE = {"width": 360, "height": 740}
CONNECT = """() => new Promise((ready) => {
    const socket = new WebSocket("/ws/stream");
    window.ended = new Promise((end) => { socket.onclose = ({ code }) => end(code); });
    socket.onmessage = () => ready();
})"""
"""Until the first tick is there; `ended` is the code with which it is closed."""
SPREAD = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def tick(t: int) -> dict[str, Any]:
    return {"t": t, "ts": 1760000000.0 + t, "level": t % 50, "bytes": 5e9 + t, "note": EVIL}


@pytest.mark.integration
@pytest.mark.browser
class BrowsableApiTest(TestCase):
    """One server with a public and a private stream, one browser, a page for each test. No page has anything to
    complain of in its console, or asks another server for anything.
    """

    stack: ClassVar[ExitStack]
    processes: ClassVar[Processes]
    browser: ClassVar[Browser]
    home: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        with ExitStack() as stack:
            cls.home = Path(tempfile.mkdtemp(prefix="tickmon-home-"))
            stack.callback(remove, cls.home)
            valkey = stack.enter_context(Valkey())
            cls.processes = Processes(cls.home, valkey.url)
            stack.callback(cls.processes.end)
            make_database(cls.home, "main")
            lines = cls.home / "lines"
            lines.write_text("".join(json.dumps(tick(t)) + "\n" for t in range(1, TICKS + 1)))
            producers = [
                cls.processes.producer("replay", str(lines), "--stream", stream, "--speed", "1000000")
                for stream in ("main", "private")
            ]
            for producer in producers:
                assert producer.process.wait(60) == 0, producer.said
            manage(cls.home, valkey.url, "shell", "-v", "0", "-c", MAKE_STAFF)
            cls.processes.web()
            cls.browser = stack.enter_context(light_chromium())
            cls.stack = stack.pop_all()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.stack.close()

    def open(self, path: str, **context: object) -> Page:
        """A fresh visitor's page."""
        self.watched = Watched(self.browser, **context)
        self.addCleanup(self.watched.page.close)
        self.watched.page.goto(f"{self.processes.url}{path}")
        return self.watched.page

    def sign_in(self, page: Page) -> None:
        """As staff; the page is then back where it was."""
        here = page.url
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("User name").fill("admin")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(here)

    def tearDown(self) -> None:
        self.assertEqual(self.watched.errors, [])
        abroad = [url for url in self.watched.requests if not url.startswith((self.processes.url, "data:"))]
        self.assertEqual(abroad, [])

    def ts(self, page: Page) -> list[int]:
        return [one["t"] for one in json.loads(page.locator("pre.json").inner_text())["ticks"]]

    def test_from_the_root_to_a_page_of_ticks_by_form_and_pager(self) -> None:
        page = self.open("/api/")
        page.get_by_role("link", name="/api/streams/").click()
        page.get_by_role("link", name="/streams/main/ticks/").click()
        self.assertEqual(self.ts(page), list(range(1, 101)))
        page.get_by_label("limit").fill("40")
        page.get_by_label("order").select_option("desc")
        page.get_by_label("after").fill("100")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**limit=40**")
        self.assertNotIn("from_ts", page.url)
        self.assertEqual(self.ts(page), list(range(250, 210, -1)))
        page.get_by_role("link", name="Next page").first.click()
        page.wait_for_url("**cursor=**")
        self.assertEqual(self.ts(page), list(range(210, 170, -1)))
        page.get_by_role("link", name="Previous page").last.click()
        page.wait_for_url(lambda url: "cursor=before" in url or "cursor=after" in url)
        self.assertEqual(page.get_by_label("limit").input_value(), "40")
        self.assertNotEqual(page.title(), "broken")

    def test_a_wrong_value_is_marked_in_the_form_and_mended_there(self) -> None:
        page = self.open("/api/streams/main/ticks/?limit=0&order=desc")
        self.assertIn("limit='0' is not", page.get_by_role("alert").inner_text())
        self.assertEqual(page.get_by_label("limit").get_attribute("aria-invalid"), "true")
        page.get_by_label("limit").fill("3")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**limit=3**")
        self.assertEqual(self.ts(page), [250, 249, 248])
        # A browser writes every answer of 400 into its console.
        self.assertEqual([error for error in self.watched.errors if "400 (Bad Request)" not in error], [])
        self.watched.errors.clear()

    def test_charts_are_seen_in_light_and_dark_and_fit_a_phone(self) -> None:
        for scheme in ("light", "dark"):
            page = self.open("/api/streams/main/ticks/", color_scheme=scheme, viewport=PHONE)
            for path in ("ticks/", "series/?from_ts=1760000000&to_ts=1760000300&points=100", "fields/", "summary/", ""):
                page.goto(f"{self.processes.url}/api/streams/main/{path}")
                self.assertLessEqual(page.evaluate(SPREAD), 0, path)
                if path.startswith(("ticks", "series")):
                    charts = page.get_by_role("img", name="level: least 0, largest 49")
                    self.assertGreater((charts.bounding_box() or {"height": 0})["height"], 50)
                    stroke = charts.locator(".chart-line").evaluate("(line) => getComputedStyle(line).stroke")
                    self.assertRegex(stroke, r"^rgb\(")

    def test_one_signs_in_and_out_and_comes_back_to_the_same_page(self) -> None:
        page = self.open("/api/streams/main/ticks/?limit=5")
        self.sign_in(page)
        page.goto(f"{self.processes.url}/api/streams/private/ticks/?limit=2")
        self.assertEqual(self.ts(page), [1, 2])
        page.goto(f"{self.processes.url}/api/subscribers/")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/login/")
        self.assertEqual(page.request.get(f"{self.processes.url}/api/streams/private/").status, 401)

    def test_staff_ends_a_connection_from_its_page(self) -> None:
        visitor = self.browser.new_page()
        self.addCleanup(visitor.close)
        visitor.goto(f"{self.processes.url}/api/")
        visitor.evaluate(CONNECT)
        page = self.open("/api/")
        self.sign_in(page)
        page.get_by_role("link", name="/api/subscribers/").click()
        page.get_by_role("link", name="/api/subscribers/").last.click()
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Delete").click()
        page.wait_for_url("**/api/subscribers/")
        self.assertEqual(visitor.evaluate("() => ended"), 1001)

    def test_the_documentation_tries_an_operation_out_with_the_session(self) -> None:
        page = self.open("/api/")
        self.sign_in(page)
        page.get_by_role("link", name="/api/docs/").click()
        operation = page.locator(".opblock", has=page.locator("[data-path='/api/streams/{name}/']"))
        operation.locator(".opblock-summary-control").click()
        operation.get_by_role("button", name="Try it out").click()
        operation.get_by_placeholder("name").fill("private")
        operation.get_by_role("button", name="Execute").click()
        answer = operation.locator(".live-responses-table .highlight-code").first
        self.assertIn('"name": "private"', answer.inner_text())
        page.get_by_role("button", name="Authorize").click()
        self.assertIn("Token", page.locator(".modal-ux").inner_text())
        page.get_by_role("button", name="Close").first.click()
        page.set_viewport_size(PHONE)
        self.assertLessEqual(page.evaluate(SPREAD), 0)
