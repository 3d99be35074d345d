"""The stretch of time that is shown, and what moves it besides gestures: keys, the player, the panel."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page

from tests.js.modules import SITE, ModuleCase, serve

ROOT = Path(__file__).resolve().parents[2]
NOW = 1_763_816_400.0
"""22 November 2025, 14:00:00 in Berlin."""


@pytest.mark.browser
class TimelineTest(ModuleCase):
    """A page of a Briton's in Berlin, with `timeline` following 300 s at `NOW`, and `changes` counting its changes."""

    shared: ClassVar[Page]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shared = cls.browser.new_page(locale="en-GB", timezone_id="Europe/Berlin")
        cls.shared.route(f"{SITE}/**", serve)
        cls.shared.goto(f"{SITE}/")

    def setUp(self) -> None:
        self.page = self.shared
        self.errors = []
        note = self.errors.append
        self.page.once("pageerror", lambda error: note(str(error)))
        self.page.set_content("<title>Time</title>")
        script = """async (now) => {
            const { Timeline } = await import("/static/ticks/time/timeline.js");
            window.now = now;
            window.changes = 0;
            window.timeline = new Timeline({ spanS: 300, onChange: () => (window.changes += 1) });
        }"""
        self.page.evaluate(script, NOW)

    def tearDown(self) -> None:
        self.assertEqual(self.errors, [])

    def do(self, body: str) -> None:
        self.page.evaluate(f"() => {{ {body} }}")

    @property
    def shown(self) -> tuple[float, float] | float:
        """Live: the span; held: from and to, seconds before `NOW`."""
        script = "({ held: timeline.held, spanS: timeline.spanS, ...timeline.range(now) })"
        found = self.page.evaluate(script)
        if found["held"] is None:
            self.assertEqual((found["from"], found["to"]), (NOW - found["spanS"], NOW))
            return float(found["spanS"])
        self.assertAlmostEqual(found["to"] - found["from"], found["spanS"], places=6)
        return (round(found["from"] - NOW, 3), round(found["to"] - NOW, 3))

    def after(self, body: str) -> tuple[float, float] | float:
        self.do(body)
        return self.shown

    def test_live_slides_with_the_time_without_a_change(self) -> None:
        self.assertEqual(self.page.evaluate("timeline.range(now + 7)"), {"from": NOW - 293, "to": NOW + 7})
        self.assertEqual(self.page.evaluate("[timeline.isLive, timeline.held, changes]"), [True, None, 0])

    def test_each_change_is_told_once_and_what_changes_nothing_is_not(self) -> None:
        for body, shown, changes in (
            ("timeline.follow(3600)", 3600, 1),
            ("timeline.follow(3600)", 3600, 1),
            ("timeline.zoom(0.5, 0, now)", 1800, 2),
            ("timeline.pan(-900, now)", (-2700, -900), 3),
            ("timeline.pan(0, now)", (-2700, -900), 3),
            ("timeline.pan(-100, now)", (-2800, -1000), 4),
            ("timeline.zoom(0.5, now - 2800, now)", (-2800, -1900), 5),
            ("timeline.zoom(2, now - 2350, now)", (-3250, -1450), 6),
            ("timeline.zoom(4, now - 3250, now)", (-7200, 0), 7),
            ("timeline.show(now - 50, now - 20, now)", (-50, -20), 8),
            ("timeline.pan(20, now)", 30, 9),
            ("timeline.pause(now)", (-30, 0), 10),
            ("timeline.pause(now + 5)", (-30, 0), 10),
            ("timeline.goLive()", 30, 11),
        ):
            with self.subTest(body):
                self.assertEqual((self.after(body), self.page.evaluate("changes")), (shown, changes))

    def test_why_it_is_held(self) -> None:
        for body, held in (
            ("timeline.pause(now)", "paused"),
            ("timeline.zoom(0.5, now - 100, now)", "paused"),
            ("timeline.pan(-1, now)", "past"),
            ("timeline.pan(1000, now)", None),
            ("timeline.show(now - 9, now - 5)", "past"),
        ):
            self.do(body)
            self.assertEqual(self.page.evaluate("timeline.held"), held, body)

    def test_live_again_has_the_span_that_was_followed_last(self) -> None:
        self.assertEqual(self.after("timeline.show(now - 90, now - 80); timeline.goLive()"), 300)
        self.assertEqual(self.after("timeline.zoom(2, 0, now)"), 600)
        self.assertEqual(self.after("timeline.pan(-5, now); timeline.zoom(0.1, now, now); timeline.goLive()"), 600)
        self.assertEqual(self.page.evaluate("timeline.preset"), 300)

    def test_back_undoes_one_gesture_at_a_time(self) -> None:
        self.do("timeline.zoom(0.5, 0, now); timeline.zoom(0.5, 0, now, true); timeline.pan(-100, now)")
        self.do("timeline.show(now - 9, now - 5)")
        self.assertEqual(self.shown, (-9, -5))
        back = [self.after("timeline.back(now)") for _ in range(4)]
        self.assertEqual(back, [(-175, -100), 75, 300, 300])
        self.assertFalse(self.page.evaluate("timeline.hasBefore"))

    def test_fifty_steps_are_remembered(self) -> None:
        self.do("for (let i = 1; i <= 60; i += 1) timeline.show(now - 1000 - i, now - 500 - i)")
        self.assertEqual(self.after("for (let i = 0; i < 60; i += 1) timeline.back(now)"), (-1010, -510))

    def test_limits(self) -> None:
        days = 86400
        for body, shown in (
            ("timeline.zoom(1e-9, 0, now)", 1),
            ("timeline.zoom(1e12, 0, now)", 400 * days),
            ("timeline.follow(0.2)", 1),
            ("timeline.show(now - 10, now - 10.001)", (-10.5, -9.5)),
            ("timeline.show(now - 10, now + 10, now)", (-10, 0)),
            ("timeline.show(now + 10, now + 20, now)", (-1, 0)),
            ("timeline.show(-5, 95)", (-NOW, 95 - NOW)),
            ("timeline.pan(-50, now)", (-NOW, 95 - NOW)),
            ("timeline.pan(1e12, now)", 95),
        ):
            with self.subTest(body):
                self.assertEqual(self.after(body), shown)
        for body in ("timeline.show(NaN, 5)", "timeline.follow(-1)", "timeline.zoom(NaN, 0, now)"):
            with self.subTest(body), self.assertRaisesRegex(Exception, "RangeError.*(finite|positive)"):
                self.do(body)

    def test_news_are_the_ticks_since_it_is_held(self) -> None:
        news = "timeline.took(3)"
        for body, count in (
            ("", 0),
            ("timeline.pause(now)", 3),
            ("timeline.pan(-5, now)", 6),
            ("timeline.goLive()", 0),
            ("timeline.show(now - 9, now - 8)", 3),
        ):
            self.do(f"{body}; {news}")
            self.assertEqual(self.page.evaluate("timeline.news"), count, body)

    def test_words(self) -> None:
        hour, day = 3600, 86400
        write = "return words({ from: arg[0], to: arg[1] }, arg[2], arg[3]);"
        for start, end, is_live, said in (
            (-300, 0, True, "last 5 min"),
            (-2 * day, 0, True, "last 2 days"),
            (-1.25, 0, True, "last 1.3 s"),
            (-59.9, 0, True, "last 1 min"),
            (-5400, 0, True, "last 1 h 30 min"),
            (-90061, 0, True, "last 1 day 1 h"),
            (-600, -270, False, "13:50:00 – 13:55:30"),
            (-day - 600, -day, False, "21 Nov 13:50:00 – 14:00:00"),
            (-15 * hour, -13 * hour, False, "21 Nov 23:00:00 – 22 Nov 01:00:00"),
            (-366 * day - 2, -366 * day, False, "21 Nov 2024 13:59:58.0 – 14:00:00.0"),
            (-2 * day, -hour, False, "20 Nov 14:00 – 22 Nov 13:00"),
        ):
            with self.subTest(said):
                argument = [NOW + start, NOW + end, is_live, NOW]
                self.assertEqual(self.run_js("{ words } from time/timeline.js", write, argument), said)

    def test_what_is_typed_in_is_checked_in_words(self) -> None:
        check = "return checked(arg[0], arg[1], { now: arg[2], oldest: arg[2] - 7200 });"
        for start, end, said in (
            ("2025-11-22T13:00:00", "2025-11-22T13:00:30", [NOW - 3600, NOW - 3570]),
            ("2025-11-22T11:00:00", "2025-11-22T15:00:00", [NOW - 3 * 3600, NOW + 3600]),
            ("", "2025-11-22T13:00:00", "From: give a date and a time."),
            ("2025-11-22T13:00:00", "", "To: give a date and a time."),
            ("2025-11-22T13:30:00", "2025-11-22T13:00:00", "From is after to."),
            ("2025-11-22T13:00:00", "2025-11-22T13:00:00", "From and to are the same: to has to be later."),
            ("2025-11-22T14:00:00", "2025-11-22T15:00:00", "That is yet to come: it is 14:00:00."),
            ("2025-11-21T13:00:00", "2025-11-21T14:00:00", "Nothing is kept before 12:00:00."),
            ("2024-10-01T13:00:00", "2025-11-22T13:00:00", "At most 400 days are shown at once."),
        ):
            with self.subTest(start=start, end=end):
                found = self.run_js("{ checked } from time/absolute.js", check, [start, end, NOW])
                self.assertEqual(found["fault"]["text"] if "fault" in found else [found["from"], found["to"]], said)

    # The keys, the player and the panel, in the page's own templates.

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

    def test_the_document_has_every_preset(self) -> None:
        section = (ROOT / "docs/dashboard.md").read_text().split("\n## Time\n")[1].split("\n## ")[0]
        presets = self.run_js("{ PRESETS } from time/timeline.js", "return PRESETS.map(({ words }) => words);")
        self.assertIn(f"{', '.join(presets[:-1])} and {presets[-1]}", " ".join(section.split()))
