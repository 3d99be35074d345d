"""The keys, the player and the panel that move the time, in the page's own templates."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from tests.js.timeline import TimelineCase


@pytest.mark.browser
class TimeControlsTest(TimelineCase):
    def show_controls(self) -> None:
        parts = [render_to_string(f"dashboard/{name}.html") for name in ("time", "player")]
        self.page.set_content(f"{''.join(parts)}<input id=typing><a id=link href='#'>link</a>")
        script = """async () => {
            const load = (name) => import(`/static/ticks/time/${name}.js`);
            const [{ keys }, { Player }, { Picker }] = await Promise.all(["keys", "player", "picker"].map(load));
            const now = () => window.now;
            window.opened = window.helped = 0;
            window.oldest = window.now - 7200;
            window.player = new Player(timeline, { now });
            window.picker = new Picker(timeline, { now, oldest: () => window.oldest });
            keys({ timeline, now, fields: () => (window.opened += 1), help: () => (window.helped += 1) });
            window.draw = () => { player.draw(); picker.draw(); };
            draw();
        }"""
        self.page.evaluate(script)

    def press(self, key: str) -> tuple[float, float] | float:
        self.page.keyboard.press(key)
        self.do("draw()")
        return self.shown

    def choose(self, name: str) -> tuple[float, float] | float:
        if self.page.locator("#time-panel").is_hidden():
            self.page.click("#time")
        self.page.click(f"#time-panel button:text-is('{name}')")
        self.do("draw()")
        return self.shown

    def apply(self, start: str, end: str) -> str:
        self.page.click("#time")
        self.page.fill("#time-from", start)
        self.page.fill("#time-to", end)
        self.page.keyboard.press("Enter")
        return self.page.inner_text("#time-error")

    @property
    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))

    def test_every_key_does_what_is_told_of_it(self) -> None:
        self.show_controls()
        for key, shown in (
            ("Space", (-300, 0)),
            ("Space", 300),
            ("-", 600),
            ("+", 300),
            ("=", 150),
            ("0", 300),
            ("Shift+ArrowLeft", (-375, -75)),
            ("+", (-300, -150)),
            ("Shift+ArrowRight", (-262.5, -112.5)),
            ("l", 300),
            ("Shift+ArrowLeft", (-375, -75)),
            ("b", 300),
            ("Shift+ArrowLeft", (-375, -75)),
            ("Space", 300),
            ("ArrowLeft", 300),
            ("Control+-", 300),
            ("Alt+l", 300),
            ("Meta+0", 300),
        ):
            with self.subTest(key):
                self.assertEqual(self.press(key), shown)
        self.press("F")
        self.press("?")
        self.assertEqual(self.page.evaluate("[opened, helped]"), [1, 1])

    def test_keys_are_left_to_who_types_and_the_space_bar_to_what_it_presses(self) -> None:
        self.show_controls()
        self.page.focus("#typing")
        for key in ("Space", "-", "0", "f", "Shift+ArrowLeft"):
            self.assertEqual(self.press(key), 300)
        self.assertEqual(self.page.input_value("#typing"), " -0f")
        self.page.focus("#link")
        self.assertEqual(self.press("Space"), 300)
        self.assertEqual(self.press("-"), 600)
        self.page.focus("#pause")
        self.assertEqual(self.press("Space"), (-600, 0), "once: by the button itself")

    def test_a_held_key_is_one_step_of_the_way_back(self) -> None:
        self.show_controls()
        for _ in range(3):
            self.page.keyboard.down("Shift")
            self.page.keyboard.down("ArrowLeft")
        self.assertEqual(self.shown, (-525, -225))
        self.assertEqual(self.after("timeline.back(now)"), 300)

    def test_the_player_holds_goes_live_and_counts_what_came(self) -> None:
        self.show_controls()
        button = self.page.locator("#pause")
        self.assertEqual((button.inner_text(), button.get_attribute("aria-pressed")), ("Pause", "false"))
        button.click()
        often = "timeline.took(1234); draw(); timeline.took(1); draw();"
        said = self.page.evaluate(f"() => {{ {often} return document.getElementById('news').textContent; }}")
        self.assertEqual(said, "1,234 new", "not more often than it can be read")
        self.assertEqual((button.inner_text(), button.get_attribute("aria-pressed")), ("Go to live", "true"))
        self.do("timeline.took(98765)")
        self.do("(real => { performance.now = () => real.call(performance) + 11000; })(performance.now)")
        self.page.wait_for_function(
            "() => { draw(); return document.getElementById('news').textContent === '100 k new'; }"
        )
        button.click()
        self.do("draw()")
        self.assertEqual((self.shown, self.page.inner_text("#news"), button.inner_text()), (300, "", "Pause"))

    def test_the_panel_offers_presets_and_says_which_reach_further_back_than_what_is_kept(self) -> None:
        self.show_controls()
        self.assertEqual(self.page.inner_text("#time-word"), "last 5 min")
        self.page.click("#time")
        self.assertEqual(self.page.get_attribute("#time", "aria-expanded"), "true")
        self.assertEqual(self.page.inner_text(":focus"), "5 min", "the present one has the focus")
        beyond = self.page.locator("#time-presets [aria-describedby=time-kept]").all_inner_texts()
        self.assertEqual(beyond, ["3 h", "6 h", "12 h", "1 day", "2 days", "7 days", "30 days"])
        self.assertEqual(self.page.text_content("#time-kept"), "Kept since 12:00:00.\nDashed: reaches further back.")
        self.assertEqual(self.choose("6 h"), 6 * 3600)
        self.assertEqual((self.page.inner_text("#time-word"), self.focused), ("last 6 h", "time"))

    def test_from_and_to_are_applied_and_what_is_wrong_is_said_in_place(self) -> None:
        self.show_controls()
        self.assertEqual(self.apply("2025-11-22T13:30:00", "2025-11-22T13:00:00"), "From is after to.")
        self.assertEqual((self.focused, self.page.get_attribute("#time-from", "aria-invalid")), ("time-from", "true"))
        self.assertEqual(self.shown, 300)
        self.page.keyboard.press("Escape")
        self.assertEqual(self.focused, "time")
        self.assertEqual(self.apply("2025-11-22T13:00:00", "2025-11-22T13:30:05"), "")
        self.do("draw()")
        self.assertEqual((self.shown, self.page.inner_text("#time-word")), ((-3600, -1795), "13:00:00 – 13:30:05"))
        self.page.click("#time")
        self.assertEqual(self.page.input_value("#time-to"), "2025-11-22T13:30:05")
        self.assertEqual(self.page.inner_text("#time-zone"), "Times of Europe/Berlin, UTC+1")

    def test_zoom_out_back_and_the_oldest(self) -> None:
        self.show_controls()
        self.assertEqual(self.choose("Zoom out"), 600)
        self.assertEqual(self.choose("Zoom out"), 1200)
        self.assertEqual(self.choose("Back"), 600)
        self.assertEqual(self.choose("Back"), 300)
        self.assertTrue(self.page.is_disabled("#time-back"))
        self.assertEqual(self.choose("Go to the oldest"), (-7200, -6900))
        self.do("window.oldest = null")
        self.page.click("#time")
        self.assertTrue(self.page.is_disabled("#time-oldest"))
        self.assertEqual(self.page.inner_text("#time-kept"), "")

    def test_a_click_beside_the_panel_closes_it(self) -> None:
        self.show_controls()
        self.page.click("#time")
        self.page.mouse.click(700, 600)
        self.page.wait_for_selector("#time-panel", state="hidden")
        self.assertEqual(self.page.get_attribute("#time", "aria-expanded"), "false")
