"""Mouse, wheel and fingers on a chart, as the browser gets them."""

from __future__ import annotations

from typing import ClassVar

import pytest
from playwright.sync_api import Page

from tests.js.modules import SITE, STATIC, ModuleCase, serve

NOW = 10_000.0
CHART = """
    <style>
      body { margin: 0; height: 5000px; }
      #over { position: absolute; top: 100px; left: 50px; width: 400px; height: 200px; }
    </style>
    <div id="over"></div>
"""
"""400 pixels for 100 seconds; a page that scrolls."""


@pytest.mark.browser
class GesturesTest(ModuleCase):
    shared: ClassVar[Page]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shared = cls.open()

    @classmethod
    def open(cls) -> Page:
        page = cls.browser.new_page(has_touch=True, viewport={"width": 500, "height": 600})
        page.route(f"{SITE}/**", serve)
        return page

    def setUp(self) -> None:
        self.show(self.shared)

    def show(self, page: Page) -> None:
        self.page = page
        self.fingers = page.context.new_cdp_session(page)
        self.page.goto(f"{SITE}/")
        self.page.set_content(f"<style>{(STATIC / 'ticks/styles/time.css').read_text()}</style>{CHART}")
        script = """async (now) => {
            const { Timeline } = await import("/static/ticks/time/timeline.js");
            const { gestures } = await import("/static/ticks/time/gestures.js");
            const over = document.getElementById("over");
            window.said = { changes: 0, frames: 0, clicks: 0, others: 0 };
            window.timeline = new Timeline({ spanS: 100, onChange: () => (said.changes += 1) });
            const shown = () => timeline.range(now);
            window.detach = gestures(over, {
                timeAt: (px) => shown().from + (px / 400) * (shown().to - shown().from),
                timeline,
                now: () => now,
            });
            over.addEventListener("click", () => (said.clicks += 1));
            over.addEventListener("dblclick", () => (said.others += 1));
        }"""
        self.page.evaluate(script, NOW)
        self.settle()

    @property
    def shown(self) -> tuple[float, float] | float:
        """Live: the span; held: from and to, seconds before `NOW`."""
        held, start, end = self.page.evaluate(
            "(now) => [timeline.held, timeline.range(now).from, timeline.range(now).to]", NOW
        )
        return round(end - start, 3) if held is None else (round(start - NOW, 3), round(end - NOW, 3))

    def said(self, what: str) -> object:
        return self.page.evaluate(f"said.{what}")

    def settle(self) -> None:
        """What was asked for in this frame is done."""
        self.page.evaluate("() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))")

    def drag(self, start: int, end: int, key: str = "", *, drop: bool = True) -> None:
        if key:
            self.page.keyboard.down(key)
        self.page.mouse.move(50 + start, 200)
        self.page.mouse.down()
        self.page.mouse.move(50 + end, 250, steps=8)
        if drop:
            self.page.mouse.up()
        if key:
            self.page.keyboard.up(key)
        self.settle()

    def turn(self, x: float, y: float, key: str = "") -> None:
        if key:
            self.page.keyboard.down(key)
        self.page.mouse.move(150, 200)
        self.page.mouse.wheel(x, y)
        if key:
            self.page.keyboard.up(key)

    def wait_until(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}")

    def touch(self, kind: str, *points: tuple[int, int]) -> None:
        where = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self.fingers.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": where})

    # The mouse.

    def test_a_drag_selects_what_is_shown_next_and_is_no_click(self) -> None:
        self.drag(100, 300, drop=False)
        box = self.page.locator(".time-selection").bounding_box()
        assert box
        self.assertEqual((box["x"], box["width"], box["height"]), (150, 200, 200))
        self.page.mouse.up()
        self.assertEqual(self.shown, (-75, -25))
        self.assertEqual((self.said("clicks"), self.page.is_hidden(".time-selection")), (0, True))

    def test_a_drag_leftwards_and_out_of_the_chart_ends_at_its_edge(self) -> None:
        self.drag(200, -40)
        self.assertEqual(self.shown, (-100, -50))

    def test_less_than_five_pixels_are_a_click(self) -> None:
        self.drag(100, 104)
        self.assertEqual((self.shown, self.said("clicks"), self.said("changes")), (100, 1, 0))

    def test_shift_and_drag_moves_away_from_live_and_back_to_it(self) -> None:
        self.drag(100, 300, "Shift")
        self.assertEqual(self.shown, (-150, -50))
        self.drag(300, 60, "Shift")
        self.assertEqual(self.shown, 100)

    def test_a_drag_is_one_step_of_the_way_back_which_a_double_click_goes(self) -> None:
        self.drag(100, 300, "Shift")
        self.drag(100, 300)
        self.assertEqual(self.shown, (-125, -75))
        self.page.mouse.dblclick(200, 200)
        self.assertEqual(self.shown, (-150, -50))
        self.page.mouse.dblclick(200, 200)
        self.assertEqual((self.shown, self.said("others")), (100, 0), "and the chart's own double click is not heard")

    def test_escape_takes_a_drag_back(self) -> None:
        for key in ("", "Shift"):
            self.drag(100, 300, key, drop=False)
            self.assertEqual(self.shown, (-150, -50) if key else 100)
            self.page.keyboard.press("Escape")
            self.page.mouse.move(380, 200)
            self.page.mouse.up()
            self.settle()
            self.assertEqual((self.shown, self.said("clicks")), (100, 0))

    def test_other_buttons_and_keys_are_not_ours(self) -> None:
        for key in ("Control", "Alt", "Meta"):
            self.drag(100, 300, key)
        self.page.mouse.move(100, 200)
        self.page.mouse.down(button="middle")
        self.page.mouse.move(300, 200)
        self.page.mouse.up(button="middle")
        self.assertEqual((self.shown, self.said("changes")), (100, 0))

    # The wheel.

    def test_wheel_and_finger_up_and_down_scroll_the_page(self) -> None:
        # In a page of its own: a scroll that is still coming to rest would move the next test's chart.
        self.show(self.open())
        self.addCleanup(self.page.close)
        self.turn(0, 100)
        self.wait_until("scrollY === 100")
        self.touch("Start", (200, 150))
        for y in range(140, 60, -10):
            self.touch("Move", (203, y))
        self.wait_until("scrollY > 130")
        self.touch("End")
        self.assertEqual((self.shown, self.said("changes")), (100, 0))

    def test_the_wheel_with_a_key_zooms_about_the_pointer(self) -> None:
        self.page.evaluate("(now) => timeline.show(now - 200, now - 100)", NOW)
        for key in ("Control", "Shift", "Meta"):
            self.turn(0, -100, key)
            self.wait_until("timeline.spanS < 99")
            start, end = self.shown if isinstance(self.shown, tuple) else (0, 0)
            self.assertAlmostEqual(end - start, 81.873, places=2)
            self.assertAlmostEqual(start + (end - start) / 4, -175, places=2, msg="it stays at a quarter")
            self.turn(0, 100, key)
            self.wait_until("timeline.spanS > 99")
        self.assertEqual(self.page.evaluate("scrollY"), 0)

    def test_sideways_moves_and_live_zooms_about_now(self) -> None:
        self.turn(0, 100, "Control")
        self.wait_until("timeline.spanS > 101")
        self.assertTrue(self.page.evaluate("timeline.isLive"))
        self.page.evaluate("timeline.follow(100)")
        self.turn(-200, 10)
        self.wait_until("!timeline.isLive")
        self.assertEqual(self.shown, (-150, -50))
        self.assertEqual(self.page.evaluate("scrollY"), 0)

    def test_many_events_in_a_frame_are_one_change_and_a_turn_is_one_step_back(self) -> None:
        script = """() => {
            const over = document.getElementById("over");
            for (let i = 0; i < 10; i += 1) {
                const turned = new WheelEvent("wheel", { deltaX: -40, cancelable: true });
                over.dispatchEvent(Object.defineProperty(turned, "timeStamp", { value: 5000 }));
            }
            return said.changes;
        }"""
        self.assertEqual([self.page.evaluate(script), self.settle(), self.said("changes")], [0, None, 1])
        self.page.evaluate(script)
        self.settle()
        self.assertEqual(self.shown, (-300, -200))
        self.page.evaluate("(now) => timeline.back(now)", NOW)
        self.assertEqual(self.shown, 100)

    # Fingers.

    def test_a_finger_sideways_moves_and_the_page_stays(self) -> None:
        self.touch("Start", (150, 200))
        for x in range(160, 351, 10):
            self.touch("Move", (x, 205))
        self.touch("End")
        self.wait_until("!timeline.isLive && timeline.range(0).to < 9951")
        self.assertEqual((self.shown, self.page.evaluate("scrollY")), ((-150, -50), 0))

    def test_two_fingers_zoom_about_their_middle(self) -> None:
        self.page.evaluate("(now) => timeline.show(now - 200, now - 100)", NOW)
        self.touch("Start", (200, 200))
        self.touch("Start", (200, 200), (300, 200))
        for apart in range(60, 101, 10):
            self.touch("Move", (250 - apart, 200), (250 + apart, 200))
        self.touch("End")
        self.wait_until("timeline.spanS < 51")
        self.assertEqual((self.shown, self.page.evaluate("visualViewport.scale")), ((-175, -125), 1))

    def test_a_double_tap_goes_back_once(self) -> None:
        self.page.evaluate("(now) => { timeline.show(now - 60, now - 50); timeline.show(now - 20, now - 10); }", NOW)
        # At once, however busy the machine is; and as the browser tells it, by a double click besides.
        script = """() => {
            const over = document.getElementById("over");
            const finger = { pointerType: "touch", pointerId: 7, clientX: 200, clientY: 200 };
            const kinds = ["pointerdown", "pointerup", "pointerdown", "pointerup"];
            for (const kind of kinds) over.dispatchEvent(new PointerEvent(kind, finger));
            over.dispatchEvent(new MouseEvent("dblclick", finger));
        }"""
        self.page.evaluate(script)
        self.assertEqual(self.shown, (-60, -50))

    def test_detached_it_leaves_nothing_behind(self) -> None:
        self.page.evaluate("detach()")
        self.drag(100, 300)
        self.page.mouse.dblclick(200, 200)
        self.turn(0, 100, "Control")
        self.settle()
        self.assertEqual((self.shown, self.said("changes"), self.said("others")), (100, 0, 1))
        self.assertEqual(self.page.inner_html("#over"), "")
