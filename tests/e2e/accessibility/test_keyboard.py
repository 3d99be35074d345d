"""Everything there is to do, done by keys alone; for panels see test_keyboard_panels.py."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.accessibility.keyboard import SPOKEN, KeyboardCase
from tests.e2e.dashboard.cases import wait, wait_for_charts, wait_for_more, wait_for_state
from tests.support.processes import manage
from tests.support.waiting import until

PASSWORD = "correct horse"
MAKE = f"from django.contrib.auth.models import User; User.objects.create_superuser('eve', password='{PASSWORD}')"


class KeyboardTest(KeyboardCase):
    streams = ("live", "other")

    @classmethod
    def fill(cls) -> None:
        cls.keep("live", [(cls.now - 900 + i, {"energy": i % 30}) for i in range(300)])
        cls.keep("other", [(cls.now - 300 + i, {"level": i % 30, "open": i % 40 < 20}) for i in range(290)])
        cls.processes.producer("simulation", "--rate", "20", "--agents", "3", "--stream", "live")

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        manage(cls.home, cls.valkey.url, "shell", "-v", "0", "-c", MAKE)

    def test_from_the_sign_in_to_all_streams_and_out_again(self) -> None:
        page = self.page = self.open("/login/?next=/streams/")
        page.keyboard.type("eve")
        self.press("Tab")
        page.keyboard.type(PASSWORD)
        self.press("Enter")
        page.wait_for_url(f"{self.processes.url}/streams/")
        self.to("#theme")
        self.press("Enter")
        self.assertEqual(page.locator("html").get_attribute("data-theme"), "light")
        self.to("#hold")
        self.press("Enter")
        expect(page.locator("#hold")).to_have_attribute("aria-pressed", "true")
        self.press("Enter")
        self.to("[data-by=name]")
        self.press("Enter")
        self.to("[data-name=live] a")
        self.press("Enter")
        page.wait_for_url("**/s/live/")
        wait_for_charts(page)
        self.press("Tab", "Enter")
        self.assertEqual(page.evaluate("document.activeElement.id"), "main")
        self.to(".menu summary", "Shift+Tab")
        self.press("Enter")
        self.to(".menu a[href*=other]")
        self.press("Enter")
        page.wait_for_url("**/s/other/")
        self.to("[action*=language] button")
        self.press("Enter")
        wait(page, "document.documentElement.lang.startsWith('zh')")
        self.to("[action*=logout] button")
        self.press("Enter")
        page.wait_for_url("**/login/**")

    def test_the_time_by_presets_from_and_to_and_keys(self) -> None:
        page = self.dashboard()
        self.to("#time")
        self.press("Enter")
        self.to("#time-presets button:nth-child(3)")
        self.press("Enter")
        wait(page, "tickMonitor.timeline.spanS === 900")
        self.assert_focused("#time")
        self.press("Enter")
        self.to("#time-from")
        self.press("ArrowDown", "Enter")
        wait(page, "tickMonitor.timeline.held === 'past'")
        self.press("b")
        wait_for_state(page, "live")
        self.press("-")
        wait(page, "tickMonitor.timeline.spanS === 1800")
        self.press("+", "+", "Shift+ArrowLeft")
        wait(page, "tickMonitor.timeline.held === 'past' && tickMonitor.timeline.spanS === 450")
        self.press("l")
        wait_for_state(page, "live")
        self.to("#pause")
        self.press("Enter")
        wait_for_state(page, "paused")
        expect(page.locator("#spoken")).to_have_text(re.compile(r"^live: paused, \d\d:\d\d:\d\d – \d\d:\d\d:\d\d$"))
        self.press("Enter")
        wait_for_state(page, "live")
        expect(page.locator("#spoken")).to_have_text("live: live, last 7 min 30 s")
        self.to("#scale")
        self.press("Enter")
        expect(page.locator("#scale")).to_have_attribute("aria-pressed", "false")

    def test_a_chart_is_read_and_a_stretch_of_it_shown(self) -> None:
        page = self.dashboard("/s/other/")
        self.to(".plot")
        self.press("End")
        spoken = page.locator(SPOKEN)
        expect(spoken).to_have_text(re.compile(": no data: nothing was sent$"))
        self.press("ArrowLeft")
        expect(spoken).to_have_text(re.compile(r"^\d\d:\d\d:\d\d: level 19(\.0)?$"))
        self.press("ArrowLeft")
        expect(spoken).to_have_text(re.compile(r": level 18(\.0)?$"))
        self.press("Shift+ArrowLeft")
        expect(spoken).to_have_text(re.compile(r": level 8(\.0+)?$"))
        self.assertTrue(page.locator(".u-cursor-x").first.is_visible())
        self.press("Enter")
        expect(spoken).to_have_text(re.compile("^A stretch begins at "))
        self.press("ArrowLeft", "ArrowLeft", "ArrowLeft")
        page.locator(".time-selection:visible").wait_for()
        self.press("Escape")
        page.locator(".time-selection").wait_for(state="hidden")
        self.press("Enter", "ArrowRight", "ArrowRight", "ArrowRight", "Enter")
        wait(page, "Math.abs(tickMonitor.timeline.spanS - 3) < 0.01")
        self.press("Escape")
        expect(page.locator(".card .note").first).to_have_text("")
        self.press("b")
        self.to(".state-rows")
        self.press("End", "ArrowLeft")
        expect(spoken).to_have_text(re.compile(r": open (true|false)$"))

    def test_a_map_is_read_agent_by_agent(self) -> None:
        page = self.dashboard()
        spoken, shown = page.locator(SPOKEN), page.locator(".map-readout .map-name:visible")
        self.to(".map-frame")
        # It is drawn once it is in sight.
        wait(page, "/[1-9]/.test(document.querySelector('.map-frame').ariaLabel)")
        self.press("Home")
        expect(spoken).to_have_text(re.compile(r", 1 of 3: .*\bx .*, y "))
        first = shown.inner_text()
        self.assertTrue(spoken.inner_text().startswith(f"{first}, "))
        self.press("ArrowRight", "ArrowRight")
        expect(spoken).to_have_text(re.compile(", 3 of 3: "))
        self.assertNotEqual(shown.inner_text(), first)
        self.press("Escape")
        expect(shown).to_have_count(0)
        self.assert_focused(".map-frame")
        self.assertTrue(page.evaluate("tickMonitor.timeline.isLive"))

    def test_a_chart_without_data_says_why(self) -> None:
        page = self.dashboard("/s/other/")
        self.to(".plot")
        wait(page, "tickMonitor.cards()[0].x?.length > 0")
        page.evaluate("tickMonitor.timeline.show(tickMonitor.range().to - 900, tickMonitor.range().to)")
        # The gap is there once the chart is.
        until(lambda: self.said_at_the_beginning().endswith(": no data: nothing is stored"), "it says why", every_s=1)

    def said_at_the_beginning(self) -> str:
        self.press("Home")
        return self.page.locator(SPOKEN).inner_text()

    def test_lines_tables_sorting_and_panels(self) -> None:
        page = self.dashboard()
        self.to(".line-name")
        self.press("Enter")
        self.assertGreater(page.locator(".legend .is-off").count(), 0)
        self.press("Enter")
        self.assertEqual(page.locator(".legend .is-off").count(), 0)
        self.press("Shift+Enter")
        self.assertEqual(page.locator(".legend .is-off").count(), 1)
        self.to(".card-tools")
        self.press("Enter")
        self.to("#card-table")
        self.press("Enter")
        page.locator("#table tbody tr").first.wait_for()
        self.press("Escape")
        self.assert_focused(".card-tools:focus")
        self.to(".objects th button")
        self.press("Enter")
        self.assertEqual(page.locator(".objects th[aria-sort=ascending]").count(), 1)
        self.press("?")
        self.assertTrue(page.locator("#keys").is_visible())
        self.press("Escape")
        self.assert_focused(".objects th button:focus")
        for button, panel in (("#share-turn", "#share"), ("#state", "#connection")):
            self.to(button, "Shift+Tab")
            self.press("Enter")
            self.assert_focused(panel)
            if panel == "#share":
                self.to("#share-copy")
                self.press("Enter")
                expect(page.locator("#share-copied")).not_to_be_empty()
            self.press("Escape")
            self.assert_focused(button)

    def test_fields_are_sought_pinned_hidden_and_put_in_order(self) -> None:
        page = self.dashboard()
        first = page.locator(".kpi h3 span").first.inner_text()
        self.press("f")
        self.assert_focused("#drawer-search")
        page.keyboard.type("energy")
        self.to("button[aria-label^='Pin ']")
        self.press("Enter")
        expect(page.locator(":focus")).to_have_attribute("aria-pressed", "true")
        self.to("button[aria-label^='Hide ']")
        self.press("Enter")
        wait(page, "tickMonitor.cards().every(({ fields }) => !fields.includes('energy'))")
        self.press("Enter")
        self.to("#drawer-search", "Shift+Tab")
        self.press("Control+A", "Delete")
        self.to("button[aria-label^='Move down']:not([aria-disabled=true])")
        self.press("Enter")
        self.to("#drawer-reset", "Shift+Tab")
        self.press("Enter", "Escape")
        self.assert_focused("#fields")
        expect(page.locator(".kpi h3 span").first).to_have_text(first)

    def test_a_replay_is_paused_stepped_sought_and_left(self) -> None:
        page = self.dashboard("/s/other/")
        self.press("r")
        wait_for_state(page, "replay")
        self.assert_focused("#replay-play")
        self.press("Space")
        expect(page.locator("#replay-play-word")).to_have_text("Play")
        expect(page.locator("#spoken")).to_have_text(re.compile("stands at "))
        at = page.evaluate("tickMonitor.replay().at")
        self.press(".")
        wait(page, "tickMonitor.replay().at > arg", at)
        self.press(",")
        self.to("#replay-speed")
        self.press("ArrowDown")
        wait(page, "tickMonitor.replay().speed === 2")
        self.to("#replay-at")
        self.press("End")
        wait(page, "tickMonitor.replay().to - tickMonitor.replay().at < 3")
        self.press("r")
        wait(page, "tickMonitor.replay() === null")

    def test_the_offline_bar_is_reached(self) -> None:
        context = self.browser.new_context()
        self.addCleanup(context.close)
        context.route_web_socket("**/ws/stream*", lambda socket: socket.close())
        page = self.page = self.open("/s/live/", within=context)
        page.locator("#retry:visible").wait_for()
        self.to("#retry", "Shift+Tab")
        self.press("Enter")
        expect(page.locator("#spoken")).to_have_text(re.compile("offline"))

    def test_a_held_key_is_said_twice_at_most(self) -> None:
        page = self.dashboard()
        self.to(".plot")
        self.press("Home")
        said = "window.said = []; new MutationObserver(() => said.push(1)).observe(arg, { childList: true })"
        page.locator(SPOKEN).evaluate(f"arg => {{ {said} }}")
        # At once, however busy the machine is.
        page.evaluate("""() => {
            const held = { key: "ArrowRight", repeat: true, bubbles: true };
            for (let i = 0; i < 40; i += 1) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", held));
        }""")
        wait_for_more(page, 40)
        self.assertLessEqual(page.evaluate("said.length"), 2)

    def forgiven(self, errors: list[str]) -> list[str]:
        return [error for error in errors if "WebSocket" not in error]
