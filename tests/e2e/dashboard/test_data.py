"""What the charts draw is what is archived, tick by tick and bucket by bucket, stored and live."""

from __future__ import annotations

import math
import time

from playwright.sync_api import Page

from tests.e2e.dashboard.cases import DashboardCase, card, plot, wait_for_more, wait_for_state
from tests.e2e.dashboard.drawn import assert_archived
from tests.support.browser import tabs
from tests.support.waiting import until

STORED, STEP_S = 12_000, 0.5
SPIKE, DIP = 7001, 11_998
FIELDS = ("level", "flow.left", "flow.right")
LIVE_FIELDS = ("energy", "width", "height")
RATE = 50
WRONG_S = 7300
WRONG_CLOCK = f"""
    const Right = Date;
    window.Date = class extends Right {{
        constructor(...given) {{ super(...(given.length ? given : [Right.now() - {WRONG_S * 1000}])); }}
        static now() {{ return Right.now() - {WRONG_S * 1000}; }}
    }};
"""
TINTED = """
    (canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let tinted = 0;
        for (let i = 3; i < data.length; i += 4) tinted += data[i] > 0;
        return tinted;
    }
"""
"""How many pixels of a chart something is drawn upon."""


def tick(i: int) -> dict[str, object]:
    level = {SPIKE: 1000.0, DIP: -1000.0}.get(i, 50 + 40 * math.sin(i / 700) + i * 7919 % 101 / 100)
    return {"level": round(level, 3), "flow": {"left": i % 97, "right": -(i % 89)}}


class DataTest(DashboardCase):
    streams = ("live", "stored", "calm")

    @classmethod
    def fill(cls) -> None:
        cls.start = math.floor(cls.now) - 86_400 + 0.123
        cls.keep("stored", [(cls.start + i * STEP_S, tick(i)) for i in range(STORED)])
        cls.processes.producer("simulation", "--rate", str(RATE), "--agents", "2", "--stream", "live")

    def ask(self, page: Page, start: float, end: float) -> None:
        """From and to as they are typed in."""
        page.click("#time")
        for name, at in (("from", start), ("to", end)):
            page.fill(f"#time-{name}", page.evaluate("at => new Date(at * 1000).toISOString().slice(0, 19)", at))
        page.click("#time-form button")

    def choose(self, page: Page, words: str) -> None:
        page.click("#time")
        page.get_by_role("button", name=words, exact=True).click()

    def assert_stored(self, page: Page) -> None:
        assert_archived(page, FIELDS, lambda: self.archived("stored"))

    def assert_live(self, page: Page) -> None:
        assert_archived(page, LIVE_FIELDS, lambda: self.archived("live"))
        seen = page.evaluate("tickMonitor.seen()")
        self.assertEqual(seen, list(range(seen[0], seen[0] + len(seen))))

    def test_a_short_range_shows_every_tick_as_it_is_archived_and_a_long_one_what_became_of_each_bucket(self) -> None:
        page = self.open("/s/stored/", "ada")
        self.ask(page, self.start + 100, self.start + 300)
        self.assert_stored(page)
        self.assertNotIn("1 pt", card(page, "Level").inner_text())
        self.ask(page, self.start - 400, self.start + STORED * STEP_S + 400)
        self.assert_stored(page)
        self.assertIn("1 pt", card(page, "Level").inner_text())
        self.assertIn("min −1,000", card(page, "Level").inner_text().replace("-", "−"))
        self.assertIn("max 1,000", card(page, "Level").inner_text())
        self.ask(page, self.start + 1000, self.start + 1000 + 4000)
        self.assert_stored(page)

    def test_the_ticks_of_a_calm_streams_first_picture_are_asked_for_once_and_by_the_page_itself(self) -> None:
        calm = self.processes.producer("simulation", "--rate", "1", "--stream", "calm")
        until(lambda: len(self.archived("calm")) > 3, "it has some ticks")
        page = self.open("/s/calm/", "ada")
        first = page.evaluate("JSON.parse(document.getElementById('page').textContent).first.url")
        self.assertEqual(sum(url.endswith(first) for url in self.opened[-1].requests), 1)
        wait_for_more(page, 3)
        assert_archived(page, LIVE_FIELDS, lambda: self.archived("calm"))
        calm.stop()

    def test_the_band_of_least_and_largest_can_be_put_away(self) -> None:
        page = self.open("/s/stored/", "ada")
        self.ask(page, self.start, self.start + STORED * STEP_S)
        self.assert_stored(page)
        button = page.get_by_role("button", name="Min–max band")
        canvas = card(page, "Flow").locator("canvas")
        tinted = canvas.evaluate(TINTED)
        button.click()
        self.assertEqual(button.get_attribute("aria-pressed"), "false")
        until(lambda: canvas.evaluate(TINTED) < tinted * 0.9, "the band is gone")
        button.click()
        until(lambda: canvas.evaluate(TINTED) == tinted, "the band is there again")
        self.assert_stored(page)

    def test_a_visitor_whose_clock_is_wrong_sees_the_servers_time_and_is_told(self) -> None:
        page = self.open("/login/")
        page.add_init_script(WRONG_CLOCK)
        page.goto(f"{self.processes.url}/s/live/")
        wait_for_more(page, RATE)
        self.assertGreater(page.evaluate(f"{time.time() * 1000} - Date.now()"), WRONG_S * 1000 - 60_000)
        self.assert_live(page)
        self.assertAlmostEqual(page.evaluate("tickMonitor.range().to"), time.time(), delta=30)
        self.assertEqual(page.inner_text("#state-word"), "live")
        page.click("#state")
        behind = "This computer's clock is 2 h 1 m behind the server's: times here are the server's."
        self.assertEqual(page.inner_text("#connection-warnings"), behind)

    def test_live_ticks_join_what_is_stored_without_a_hole_and_without_a_double(self) -> None:
        page = self.open("/s/live/", viewport={"width": 1440, "height": 300})
        wait_for_more(page, 10 * RATE)
        self.assert_live(page)
        card(page, "Agents, number").scroll_into_view_if_needed()
        assert_archived(page, ["agents.length"], lambda: self.archived("live"))
        page.locator(".kpi").first.scroll_into_view_if_needed()
        for words in ("1 min", "5 min", "1 min"):
            self.choose(page, words)
            wait_for_more(page, RATE // 2)
            self.assert_live(page)
        page.locator(".kpi").first.click()
        page.keyboard.press("Space")
        wait_for_state(page, "paused")
        before = page.evaluate("tickMonitor.seen().at(-1)")
        wait_for_more(page, RATE)
        self.assert_live(page)
        page.click("#pause")
        wait_for_state(page, "live")
        self.assertGreater(page.evaluate("tickMonitor.seen().at(-1)"), before)
        self.assert_live(page)
        area = plot(page, "Energy of all agents").bounding_box()
        assert area
        page.mouse.move(area["x"] + area["width"] * 0.9, area["y"] + 20)
        page.mouse.down()
        page.mouse.move(area["x"] + area["width"] * 0.97, area["y"] + 30, steps=3)
        page.mouse.up()
        wait_for_state(page, "past")
        self.assert_live(page)
        page.mouse.dblclick(area["x"] + 50, area["y"] + 20)
        wait_for_state(page, "live")
        wait_for_more(page, RATE // 2)
        self.assert_live(page)

    def test_a_tab_that_was_hidden_has_no_hole_when_it_is_shown(self) -> None:
        with tabs(self.browser) as window:
            page = self.open("/s/live/", within=window)
            wait_for_more(page, RATE)
            other = window.new_page()
            other.bring_to_front()
            until(lambda: page.evaluate("document.hidden"), "it is hidden")
            shown = page.evaluate("document.documentElement.dataset.lastT")
            self.wait_until_seen(page, RATE * 3)
            self.assertEqual(page.evaluate("document.documentElement.dataset.lastT"), shown, "nothing is drawn")
            page.bring_to_front()
            until(lambda: not page.evaluate("document.hidden"), "it is shown")
            self.assert_live(page)

    def wait_until_seen(self, page: Page, ticks: int) -> None:
        """Of a hidden page, in which nothing can be waited for."""
        t = page.evaluate("tickMonitor.seen().at(-1)") + ticks
        until(lambda: page.evaluate("tickMonitor.seen().at(-1)") >= t, "ticks come")
