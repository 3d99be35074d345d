"""Everything there is to do, done by fingers alone, on a phone; and the page scrolls wherever one begins."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.e2e.dashboard.cases import (
    PHONE,
    DashboardCase,
    User,
    plot,
    wait,
    wait_for_charts,
    wait_for_drawn,
    wait_for_more,
    wait_for_state,
)
from tests.support.waiting import until

STEPS = 12


class TouchTest(DashboardCase):
    streams = ("live", "other", "third")
    page: Page
    fingers: CDPSession

    @classmethod
    def fill(cls) -> None:
        made = [(cls.now - 600 + i, {"level": i % 30, "flow": i % 7, "open": i % 40 < 20}) for i in range(590)]
        cls.keep("other", made)
        cls.keep("third", [(ts, {"level": 1000 + tick["level"]}) for ts, tick in made])
        cls.processes.producer("simulation", "--rate", "20", "--agents", "3", "--stream", "live")

    def dashboard(self, path: str, user: User = "ada") -> Page:
        self.page = self.open(path, user, **PHONE)
        wait_for_charts(self.page)
        self.fingers = self.page.context.new_cdp_session(self.page)
        return self.page

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        where: list[dict[str, Any]] = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self.fingers.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": where})

    def swipe(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        (x, y), (to_x, to_y) = start, end
        self.touch("Start", start)
        for i in range(1, STEPS + 1):
            self.touch("Move", (x + (to_x - x) * i / STEPS, y + (to_y - y) * i / STEPS))
        self.touch("End")

    def pinch(self, x: float, y: float, apart: float, to: float) -> None:
        self.touch("Start", (x - apart, y))
        self.touch("Start", (x - apart, y), (x + apart, y))
        for i in range(1, STEPS + 1):
            now = apart + (to - apart) * i / STEPS
            self.touch("Move", (x - now, y), (x + now, y))
        self.touch("End")

    def middle(self, place: Locator) -> tuple[float, float]:
        box = place.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.tap()

    def scrolled(self, place: Locator) -> float:
        """How far the page goes under a finger that begins on this."""
        place.evaluate("(one) => scrollTo(0, scrollY + one.getBoundingClientRect().top - 400)")
        before: float = self.page.evaluate("scrollY")
        x, y = self.middle(place)
        self.swipe((x, y), (x + 6, y - 160))
        until(lambda: self.page.evaluate("scrollY") != before, "the page scrolls")
        return float(self.page.evaluate("scrollY")) - before

    def test_the_page_scrolls_wherever_a_finger_begins(self) -> None:
        page = self.dashboard("/s/live/")
        for name in (".kpi", ".u-over", ".map-frame", ".legend-box", ".objects-box"):
            with self.subTest(name):
                self.assertGreater(self.scrolled(page.locator(f"{name}:visible").first), 0)
        self.assertTrue(page.evaluate("tickMonitor.timeline.isLive"))
        page = self.dashboard("/s/other/")
        self.assertGreater(self.scrolled(page.locator(".state-bar").first), 0)

    def test_a_chart_is_moved_and_zoomed(self) -> None:
        page = self.dashboard("/s/other/")
        over = plot(page, "level")
        over.scroll_into_view_if_needed()
        x, y = self.middle(over)
        self.swipe((x - 60, y), (x + 60, y + 4))
        wait(page, "tickMonitor.timeline.held === 'past'")
        span = page.evaluate("tickMonitor.timeline.spanS")
        self.pinch(x, y, 30, 90)
        wait(page, "tickMonitor.timeline.spanS < arg / 2", span)
        self.assertEqual(page.evaluate("visualViewport.scale"), 1)
        self.tap("#pause")
        wait(page, "tickMonitor.timeline.isLive")

    def test_presets_and_pause(self) -> None:
        page = self.dashboard("/s/live/")
        self.tap("#time")
        self.tap("#time-presets button:nth-child(1)")
        wait(page, "tickMonitor.timeline.spanS === 60")
        self.tap("#pause")
        wait_for_state(page, "paused")
        self.tap("#pause")
        wait_for_state(page, "live")
        wait_for_more(page, 5)
        self.assertTrue(page.locator("#keys-turn").is_hidden(), "who has no keyboard misses nothing")

    def test_a_replay_is_paused_stepped_and_scrubbed(self) -> None:
        page = self.dashboard("/s/other/")
        self.tap("#replay-turn")
        wait_for_state(page, "replay")
        self.tap("#replay-play")
        expect(page.locator("#replay-play-word")).to_have_text("Play")
        at = page.evaluate("tickMonitor.replay().at")
        self.tap("#replay-next")
        wait(page, "tickMonitor.replay().at > arg", at)
        at = page.evaluate("tickMonitor.replay().at")
        self.tap("#replay-back")
        wait(page, "tickMonitor.replay().at < arg", at)
        track = page.locator("#replay-at").bounding_box()
        assert track
        y = track["y"] + track["height"] / 2
        self.swipe((track["x"] + 10, y), (track["x"] + track["width"] * 0.8, y))
        until(lambda: self.part_played() > 0.6, "it is where the finger left it")
        self.tap("#replay-leave")
        wait(page, "tickMonitor.replay() === null")
        self.tap("#pause")
        wait(page, "tickMonitor.timeline.isLive")

    def part_played(self) -> float:
        part: float = self.page.evaluate("(({ from, to, at }) => (at - from) / (to - from))(tickMonitor.replay())")
        return part

    def test_a_comparison_is_chosen_turned_to_another_stream_and_ended(self) -> None:
        page = self.dashboard("/s/other/")
        self.tap("#compare-turn")
        page.get_by_role("button", name="the span before", exact=True).tap()
        self.assert_compared(300, "other")
        self.tap("#compare-stream")
        # The list that this opens is the telephone's own.
        page.select_option("#compare-stream", "third")
        self.assert_compared(300, "third")
        page.get_by_role("button", name="the same time", exact=True).tap()
        self.assert_compared(0, "third")
        self.tap("#compare-off")
        wait(page, "tickMonitor.cards().every(({ other }) => !other)")
        page.get_by_role("button", name="the span before", exact=True).tap()
        self.assert_compared(300, "other")
        self.tap("#compare [data-close]")
        self.tap("#compared")
        wait(page, "tickMonitor.cards().every(({ other }) => !other)")

    def assert_compared(self, back: float, stream: str) -> None:
        """Over a chart is what that stream had so much earlier."""
        wait(
            self.page,
            """tickMonitor.cards().some(({ fields, other }) => fields[0] === "level" && other?.x.length > 100
                && (other.mean[0][0] >= 1000) === arg.isThird
                && Math.abs(tickMonitor.range().from - other.range.from - arg.back) < 5)""",
            {"back": back, "isThird": stream == "third"},
        )

    def test_a_kiosk_link_is_made_copied_opened_and_revoked(self) -> None:
        page = self.dashboard("/s/live/")
        self.tap("#share-turn")
        page.locator("#links-form:visible").wait_for()
        self.tap("#links-label")
        page.keyboard.type("Hall")
        page.get_by_role("button", name="Make a link").tap()
        row = page.locator("#links-list li", has_text="Hall")
        row.wait_for()
        self.tap("#links-copy")
        expect(page.locator("#links-said")).to_have_text(re.compile("^Copied|^It is selected"))
        address = page.input_value("#links-address").removeprefix(self.processes.url)
        wait_for_drawn(self.open(address, **PHONE))
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Revoke Hall").tap()
        row.wait_for(state="detached")
        self.assertEqual(self.open(address).title(), "Link no longer valid · Tick Monitor")
        self.tap("#share [data-close]")

    def forgiven(self, errors: list[str]) -> list[str]:
        """The browser itself complains of what is revoked."""
        return [error for error in errors if not re.search("status of (401|410)", error)]

    def test_panels_menus_fields_and_the_way_out(self) -> None:
        # Who signs out is signed out for all tests.
        page = self.dashboard("/s/other/", "bob")
        self.tap("#share-turn")
        self.tap("#share-copy")
        expect(page.locator("#share-copied")).not_to_be_empty()
        self.tap("#share [data-close]")
        self.tap("#state")
        expect(page.locator("#connection")).to_be_visible()
        self.tap("#connection [data-close]")
        self.tap(".card-tools")
        self.tap("#card-table")
        page.locator("#table tbody tr").first.wait_for()
        self.tap("#table-close")
        self.tap("#fields")
        page.get_by_role("button", name="Pin Flow", exact=True).tap()
        wait(page, "document.querySelector('.kpi h3 span').textContent === 'Flow'")
        page.get_by_role("button", name="Hide Level", exact=True).tap()
        wait(page, "tickMonitor.cards().every(({ fields }) => !fields.includes('level'))")
        page.locator("button[aria-label^='Move down']:not([aria-disabled=true])").first.tap()
        self.tap("#drawer-reset")
        wait(page, "tickMonitor.cards().some(({ fields }) => fields.includes('level'))")
        self.tap("#drawer-close")
        self.tap("[action*=logout] button")
        page.wait_for_url("**/login/**")
