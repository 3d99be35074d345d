"""Moving through the time, as one does with a mouse, with keys and with fingers."""

from __future__ import annotations

import math
from typing import Any

from playwright.sync_api import Page

from tests.e2e.dashboard.cases import PHONE, DashboardCase, card, plot, wait, wait_for_state

SPAN_S = 3600
HOLE = range(1200, 1500)
RANGE = "() => { const { from, to } = tickMonitor.range(); return [from, to]; }"


class TimeTest(DashboardCase):
    """Of a stream with a known past, a tick every two seconds, and a hole; `live` goes on."""

    streams = ("live", "known")

    @classmethod
    def fill(cls) -> None:
        cls.start = math.floor(cls.now) - 2.0 * SPAN_S
        made = [(cls.start + i, {"level": i, "flow": {"left": i % 97}}) for i in range(0, SPAN_S, 2) if i not in HOLE]
        cls.keep("known", made)
        cls.processes.producer("simulation", "--rate", "20", "--agents", "2", "--stream", "live")

    def at(self, page: Page, part: float, title: str = "Level") -> tuple[float, float]:
        """A place in a chart, so far from its left."""
        area = plot(page, title).bounding_box()
        assert area
        return area["x"] + part * area["width"], area["y"] + area["height"] / 2

    def shown(self, page: Page) -> tuple[float, float]:
        """From and to, seconds behind the beginning."""
        start, end = page.evaluate(RANGE)
        return start - self.start, end - self.start

    def assert_shown(self, page: Page, start: float, end: float, within_s: float = 15) -> None:
        """Once what was asked for is done, and drawn: the next gesture is about what is drawn."""
        ends = [self.start + start, self.start + end, within_s]
        wait(page, "Object.values(tickMonitor.range()).every((end, i) => Math.abs(end - arg[i]) < arg[2])", ends)
        first, last = max(start, 0), min(end, SPAN_S - 2)
        drawn = [self.start + first, self.start + last, 4 * within_s]
        wait(page, "[0, -1].every((at) => Math.abs(tickMonitor.cards()[0].x.at(at) - arg.at(at && 1)) < arg[2])", drawn)

    def known(self, start: float = 0, end: float = SPAN_S, **context: Any) -> Page:
        """That part of its past, with its charts drawn."""
        page = self.open("/s/known/", **context)
        page.locator("#fields:enabled").wait_for()
        page.evaluate("([from, to]) => tickMonitor.timeline.show(from, to)", [self.start + start, self.start + end])
        wait(page, "tickMonitor.cards()[0].x.length > 100")
        return page

    def test_a_range_is_typed_in_and_what_is_wrong_with_it_is_told(self) -> None:
        page = self.known()

        def fill(name: str, second: float) -> None:
            page.fill(
                f"#time-{name}",
                page.evaluate("at => new Date(at * 1000).toISOString().slice(0, 19)", self.start + second),
            )

        page.click("#time")
        fill("from", 900)
        fill("to", 600)
        page.keyboard.press("Enter")
        self.assertEqual(page.inner_text("#time-error"), "From is after to.")
        fill("from", -900)
        page.keyboard.press("Enter")
        self.assert_shown(page, -900, 600, within_s=1)
        page.click("#time")
        fill("from", -900)
        fill("to", -600)
        page.keyboard.press("Enter")
        self.assertRegex(page.inner_text("#time-error"), r"^Nothing is kept before ")
        page.keyboard.press("Escape")
        self.assertTrue(page.locator("#time-panel").is_hidden())

    def test_the_mouse_zooms_moves_and_goes_back_and_the_wheel_alone_scrolls_the_page(self) -> None:
        page = self.known(viewport={"width": 1000, "height": 400})
        page.mouse.move(*self.at(page, 0.25))
        page.mouse.down()
        page.mouse.move(*self.at(page, 0.75), steps=4)
        page.mouse.up()
        self.assert_shown(page, SPAN_S / 4, SPAN_S * 3 / 4)
        page.keyboard.down("Shift")
        page.mouse.move(*self.at(page, 0.25))
        page.mouse.down()
        page.mouse.move(*self.at(page, 0.5), steps=4)
        page.mouse.up()
        page.keyboard.up("Shift")
        self.assert_shown(page, SPAN_S / 8, SPAN_S * 5 / 8)
        for _ in range(2):
            page.mouse.dblclick(*self.at(page, 0.5))
        self.assert_shown(page, 0, SPAN_S)
        page.mouse.move(*self.at(page, 0.5))
        top = page.evaluate("scrollY")
        page.keyboard.down("Control")
        page.mouse.wheel(0, -300)
        page.keyboard.up("Control")
        wait(page, f"tickMonitor.timeline.spanS < {SPAN_S / 1.5}")
        start, end = self.shown(page)
        self.assertAlmostEqual((start + end) / 2, SPAN_S / 2, delta=20)
        self.assertEqual(page.evaluate("scrollY"), top)
        page.mouse.wheel(0, 150)
        wait(page, f"scrollY > {top}")
        self.assertEqual(self.shown(page), (start, end))

    def test_keys_zoom_move_and_go_live_and_do_nothing_while_one_types(self) -> None:
        page = self.known()
        quarter = SPAN_S / 4
        for key, start, end in (
            ("+", quarter, SPAN_S - quarter),
            ("Shift+ArrowLeft", quarter / 2, SPAN_S - quarter * 3 / 2),
            ("Shift+ArrowRight", quarter, SPAN_S - quarter),
            ("-", 0, SPAN_S),
        ):
            with self.subTest(key):
                page.keyboard.press(key)
                self.assert_shown(page, start, end, within_s=5)
        page.keyboard.press("f")
        page.locator("#drawer-search").wait_for()
        page.locator("#drawer-search").press_sequentially("+l0 -")
        self.assertEqual(page.input_value("#drawer-search"), "+l0 -")
        self.assert_shown(page, 0, SPAN_S, within_s=5)
        page.keyboard.press("Escape")
        for key in ("0", "l"):
            page.evaluate("([from, to]) => tickMonitor.timeline.show(from, to)", [self.start, self.start + 60])
            page.keyboard.press(key)
            self.assertTrue(page.evaluate("tickMonitor.timeline.isLive"), key)
        page.keyboard.press("0")
        self.assertEqual(page.evaluate("tickMonitor.timeline.spanS"), 300)

    def test_fingers_move_and_pinch_and_scroll_the_page(self) -> None:
        page = self.known(**PHONE)
        touch = page.context.new_cdp_session(page)

        def send(kind: str, *points: tuple[float, float]) -> None:
            told = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

        plot(page, "Level").scroll_into_view_if_needed()
        for name, part in (("touchStart", 0.3), ("touchMove", 0.4), ("touchMove", 0.5), ("touchMove", 0.55)):
            send(name, self.at(page, part))
        send("touchEnd")
        self.assert_shown(page, -SPAN_S / 4, SPAN_S * 3 / 4, within_s=120)
        before = self.shown(page)
        for apart in (0.1, 0.15, 0.2, 0.25, 0.3):
            send("touchStart" if apart == 0.1 else "touchMove", self.at(page, 0.5 - apart), self.at(page, 0.5 + apart))
        send("touchEnd")
        wait(page, f"tickMonitor.timeline.spanS < {SPAN_S / 2}")
        start, end = self.shown(page)
        self.assertAlmostEqual((start + end) / 2, sum(before) / 2, delta=SPAN_S / 30)
        x, y = self.at(page, 0.5)
        top = page.evaluate("scrollY")
        for i in range(6):
            send("touchMove" if i else "touchStart", (x, y - 15 * i))
        send("touchEnd")
        wait(page, f"scrollY > {top}")
        self.assertEqual(self.shown(page), (start, end))

    def test_one_cursor_tells_the_same_moment_in_all_charts_and_no_data_over_a_hole(self) -> None:
        page = self.known(1000, 1600)
        page.mouse.move(*self.at(page, 0.1))
        level, flow = (card(page, title).inner_text() for title in ("Level", "Flow"))
        told = next(second for second in range(1056, 1066, 2) if f"{second:,}" in level)
        moment = page.evaluate("at => new Date(at * 1000).toISOString().slice(11, 19)", self.start + told)
        self.assertIn(moment, level)
        self.assertIn(moment, flow)
        self.assertRegex(flow, rf"\b{told % 97}(\.0)?\b")
        page.mouse.move(*self.at(page, 0.5))
        for title in ("Level", "Flow"):
            self.assertIn("no data: nothing was sent", card(page, title).inner_text())

    def test_a_page_that_stands_still_counts_what_comes_and_goes_on_with_it(self) -> None:
        page = self.open("/s/live/")
        wait(page, "window.tickMonitor?.seen().length > 20")
        page.keyboard.press("Space")
        wait_for_state(page, "paused")
        before, shown = page.evaluate("[tickMonitor.seen().length - tickMonitor.timeline.news, tickMonitor.range()]")
        wait(page, "tickMonitor.timeline.news >= 30")
        news, seen, still = page.evaluate("[tickMonitor.timeline.news, tickMonitor.seen().length, tickMonitor.range()]")
        self.assertEqual((news, still), (seen - before, shown))
        wait(page, f"parseInt(document.getElementById('news').textContent) >= {news}")
        self.assertEqual(page.inner_text("#pause"), "Go to live")
        self.assertIn("new", page.title())
        page.click("#pause")
        wait_for_state(page, "live")
        self.assertEqual(page.inner_text("#news"), "")
        for words, span in (("1 min", 60), ("7 days", 7 * 86400)):
            page.click("#time")
            page.get_by_role("button", name=words, exact=True).click()
            self.assertEqual(page.evaluate("[tickMonitor.timeline.isLive, tickMonitor.timeline.spanS]"), [True, span])
            self.assertIn(f"last {words}", page.inner_text("#time"))
