"""The stretch of time that is shown, and how it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.js.timeline import NOW, TimelineCase

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.browser
class TimelineTest(TimelineCase):
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

    def test_the_document_has_every_preset(self) -> None:
        section = (ROOT / "docs/dashboard.md").read_text().split("\n## Time\n")[1].split("\n## ")[0]
        presets = self.run_js("{ PRESETS } from time/timeline.js", "return PRESETS.map(({ words }) => words);")
        self.assertIn(f"{', '.join(presets[:-1])} and {presets[-1]}", " ".join(section.split()))
