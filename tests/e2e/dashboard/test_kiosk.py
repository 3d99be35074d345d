"""A kiosk link as a wall screen has it: made in the page, opened by nobody, dark when it ends, back after faults."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page

from tests.e2e.dashboard.cases import DESKTOP, PHONE, DashboardCase, wait, wait_for_drawn, wait_for_more, wait_for_state
from tests.e2e.dashboard.drawn import assert_archived
from tests.support.browser import Watched

FIELDS = ("energy", "width")
HEARTBEAT_S = 1.0
EXPECTED = ("WebSocket", "ERR_", "status of 410", "status of 503", "status of 401")
FITS = """() => {
    const { scrollWidth, scrollHeight } = document.scrollingElement;
    const isWhole = ({ x, y, right, bottom }) => x >= 0 && y >= 0 && right <= innerWidth && bottom <= innerHeight;
    const cards = [...document.querySelectorAll(".card")];
    const shown = cards.filter((card) => !card.hidden);
    const isTold = document.getElementById("left-out").hidden === (shown.length === cards.length);
    return scrollWidth <= innerWidth && scrollHeight <= innerHeight && isTold && shown.length > 0
        && shown.every((card) => isWhole(card.getBoundingClientRect()));
}"""
FIRST = """() => {
    const place = (card) => (({ x, y }) => y * 10000 + x)(card.getBoundingClientRect());
    const shown = [...document.querySelectorAll(".card")].filter((card) => !card.hidden);
    return shown.toSorted((one, other) => place(one) - place(other))[0].querySelector("h3 span").textContent;
}"""
TAKES_INPUT = """() => document.querySelector("input, select, textarea, a[href]") !== null
    || [...document.querySelectorAll("button")].some((one) => getComputedStyle(one).pointerEvents !== "none")"""


class KioskTest(DashboardCase):
    streams = ()
    env = {"TICKS_HEARTBEAT_S": str(HEARTBEAT_S)}

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        live = cls.processes.producer("simulation", "--rate", "20", "--agents", "2", "--stream", "live", "--private")
        live.wait_to_say("→ stream live")  # by then it has made it private

    @classmethod
    def database(cls, statement: str) -> list[Any]:
        """What it gives; it may be a change."""
        with closing(sqlite3.connect(cls.home / "db.sqlite3", timeout=60)) as database, database:
            return database.execute(statement).fetchall()

    def setUp(self) -> None:
        super().setUp()
        self.database("DELETE FROM ticks_kiosklink")

    def forgiven(self, errors: list[str]) -> list[str]:
        """The browser itself complains of what is refused."""
        return [error for error in errors if not any(words in error for words in EXPECTED)]

    def make(self, page: Page, label: str = "Hall") -> str:
        """A link, as staff make it; its address."""
        page.click("#share-turn")
        page.fill("#links-label", label)
        page.get_by_role("button", name="Make a link").click()
        page.locator("#links-made:visible").wait_for()
        self.row(page, label).wait_for()
        return page.input_value("#links-address")

    def row(self, page: Page, label: str) -> Locator:
        return page.locator("#links-list li", has_text=label)

    def screen(self, address: str, **context: Any) -> Page:
        """A browser of its own, that nobody signed in at, once it is live."""
        page = self.open(address.removeprefix(self.processes.url), **context)
        self.assertEqual(page.context.cookies(), [])
        wait_for_drawn(page)
        wait_for_state(page, "live")
        return page

    def assert_live(self, page: Page) -> None:
        assert_archived(page, FIELDS, lambda: self.archived("live"))
        seen = page.evaluate("tickMonitor.seen()")
        self.assertEqual(seen, list(range(seen[0], seen[0] + len(seen))))

    def test_one_made_in_the_page_shows_what_is_archived_and_goes_dark_when_it_is_revoked(self) -> None:
        staff = self.open("/s/live/?last=120&pin=width&hide=agents", "ada")
        wait_for_more(staff, 5)
        address = self.make(staff)
        self.assertTrue(address.endswith("/?last=120&pin=width&hide=agents"), address)
        screen, other = self.screen(address), self.screen(self.make_another(staff))
        self.assertEqual(screen.evaluate("tickMonitor.timeline.spanS"), 120)
        self.assertNotIn("agents", screen.evaluate("tickMonitor.cards().flatMap(({ fields }) => fields)"))
        self.assertEqual(screen.locator(".kpi h3").all_inner_texts(), ["Width of the crowd"])
        self.assertFalse(screen.evaluate(TAKES_INPUT))
        self.assert_live(screen)
        staff.once("dialog", lambda dialog: dialog.accept())
        self.row(staff, "Hall").get_by_role("button", name="Revoke Hall").click()
        self.row(staff, "Hall").wait_for(state="detached")
        self.assert_dark(screen)
        wait_for_more(other, 20)
        self.assertTrue(other.locator("#over").is_hidden())

    def make_another(self, staff: Page) -> str:
        staff.keyboard.press("Escape")
        return self.make(staff, "Lab")

    def assert_dark(self, screen: Page) -> None:
        """Of the data nothing is left, and it says what became of it, in the page as well as in its title."""
        screen.get_by_role("heading", name="This link shows nothing any more").wait_for()
        wait(screen, "document.querySelectorAll('.card, .kpi').length === 0")
        self.assertFalse(screen.evaluate(TAKES_INPUT))
        self.assertEqual(screen.title(), "This link shows nothing any more · Tick Monitor")

    def test_one_that_expires_while_it_is_watched_goes_dark_and_comes_back_when_it_holds_again(self) -> None:
        page = self.open("/s/live/", "ada")
        wait_for_more(page, 1)
        address = self.make(page)
        context = self.browser.new_context(**DESKTOP)
        self.addCleanup(context.close)
        screen = self.with_clock(context, address)
        wait_for_state(screen, "live")
        self.database("UPDATE ticks_kiosklink SET expires = '2020-01-01 00:00:00'")
        self.assert_dark(screen)
        late = self.open(address.removeprefix(self.processes.url))
        self.assertEqual(late.title(), "Link no longer valid · Tick Monitor")
        self.database("UPDATE ticks_kiosklink SET expires = '2999-01-01 00:00:00'")
        screen.clock.fast_forward(60_000)
        wait(screen, "window.tickMonitor && document.getElementById('over').hidden")
        wait_for_state(screen, "live")
        self.assert_live(screen)

    def with_clock(self, context: BrowserContext, address: str) -> Page:
        """A page whose timers a test may hurry."""
        watched = Watched(context)
        self.opened.append(watched)
        watched.page.clock.install()
        watched.page.goto(address)
        return watched.page

    def test_it_comes_back_by_itself_from_a_killed_worker_and_a_killed_redis_without_a_hole(self) -> None:
        page = self.open("/s/live/", "ada")
        wait_for_more(page, 1)
        screen = self.screen(self.make(page))
        screen.evaluate("window.isTheSame = true")
        self.worker.kill()
        wait_for_state(screen, "offline")
        wait(screen, "document.getElementById('why').textContent.endsWith('it goes on by itself')")
        type(self).worker = self.processes.web(**self.env)
        wait_for_state(screen, "live")
        wait_for_more(screen, 20)
        self.valkey.kill()
        wait_for_state(screen, "stale")
        self.valkey.start()
        wait_for_state(screen, "live")
        wait_for_more(screen, 20)
        self.assert_live(screen)
        self.assertTrue(screen.evaluate("window.isTheSame"), "it was not loaded anew")

    def test_a_screen_whose_server_has_another_page_by_now_loads_that(self) -> None:
        page = self.open("/s/live/", "ada")
        wait_for_more(page, 1)
        screen = self.screen(self.make(page))
        screen.evaluate("window.isTheSame = true")
        another = {"X-Page-Edition": "another"}
        screen.route("**/k/**", lambda route: route.fulfill(status=200, headers=another), times=1)
        self.worker.kill()
        type(self).worker = self.processes.web(**self.env)
        wait(screen, "window.isTheSame === undefined && window.tickMonitor")
        wait_for_state(screen, "live")

    def test_a_page_that_did_not_come_whole_loads_itself_again(self) -> None:
        page = self.open("/s/live/", "ada")
        wait_for_more(page, 1)
        address = self.make(page)
        context = self.browser.new_context(**DESKTOP)
        self.addCleanup(context.close)
        context.route("**/wall.js", lambda route: route.abort())
        screen = self.with_clock(context, address)
        screen.wait_for_load_state("load")
        self.assertTrue(screen.evaluate("window.tickMonitor === undefined"))
        context.unroute("**/wall.js")
        screen.clock.fast_forward(60_000)
        wait_for_state(screen, "live")

    def test_it_fills_any_screen_without_scrolling_the_pinned_ones_first(self) -> None:
        page = self.open("/s/live/?pin=width", "ada")
        wait_for_more(page, 1)
        address = self.make(page)
        for context in (DESKTOP, PHONE, {"viewport": {"width": 844, "height": 390}, "color_scheme": "dark"}):
            screen = self.screen(address, **context)
            screen.wait_for_function(FITS)
            self.assertEqual(screen.evaluate(FIRST), "Width of the crowd")
            screen.set_viewport_size({"width": 1920, "height": 1080})
            screen.wait_for_function(f"() => ({FITS})() && !document.querySelector('.card[hidden]')")

    def test_who_is_no_staff_finds_nothing_to_make_one_with(self) -> None:
        self.database("UPDATE ticks_stream SET public = 1 WHERE name = 'live'")
        page = self.open("/s/live/")
        page.click("#share-turn")
        page.locator("#share:visible").wait_for()
        self.assertEqual(page.locator("#links").count(), 0)
        self.database("UPDATE ticks_stream SET public = 0 WHERE name = 'live'")
