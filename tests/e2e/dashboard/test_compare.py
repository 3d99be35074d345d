"""Another time, or another stream, over the charts is what is archived of it, and the legend tells the difference."""

from __future__ import annotations

import csv
import math
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.dashboard.cases import PHONE, User, card, plot, wait, wait_for_charts
from tests.e2e.dashboard.comparing import DAY_S, HOUR_S, OTHERS, STEP_S, CompareCase
from tests.e2e.dashboard.drawn import assert_archived, rows_of

MADE = 2 * DAY_S // STEP_S
HOLE = range(1900, 1960)
FIELDS = ("level", "flow.left")
DESCRIBE = """
import django; django.setup()
from ticks.models import Stream
Stream.objects.filter(name="web-2").update(fields={"size": {"unit": "B"}})
"""


def tick(i: int) -> dict[str, Any]:
    return {"level": i, "flow": {"left": i * 7919 % 101, "right": -i}, "size": 2 * i}


class CompareTest(CompareCase):
    """`web-1` and `web-2` have two days, the first one with a hole on its first."""

    streams = ("web-1", "web-2")

    @classmethod
    def fill(cls) -> None:
        cls.start = math.floor(cls.now / HOUR_S) * HOUR_S - 2.0 * DAY_S
        made = [(cls.start + i * STEP_S, tick(i)) for i in range(MADE)]
        cls.keep("web-1", made[: HOLE.start])
        cls.lose("web-1", HOLE.start + 1, HOLE.stop)
        cls.keep("web-1", made[HOLE.stop :], first_t=HOLE.stop + 1)
        for stream in ("web-2", "secret"):
            cls.keep(stream, [(ts, {"level": 2 * i, "size": 2 * i, "more": i}) for i, (ts, _) in enumerate(made)])
        described = cls.processes.program(DESCRIBE)
        assert described.process.wait(60) == 0, described.said

    def past(self, start: float, end: float, query: str = "", user: User | None = None, **context: Any) -> Page:
        """That part of the second day of `web-1`, seconds behind its beginning."""
        first = self.start + DAY_S
        page = self.open(f"/s/web-1/?from={first + start:.3f}&to={first + end:.3f}{query}", user, **context)
        wait_for_charts(page)
        return page

    def hover(self, page: Page, title: str, part: float) -> None:
        card(page, title).scroll_into_view_if_needed()
        area = plot(page, title).bounding_box()
        assert area
        page.mouse.move(area["x"] + part * area["width"], area["y"] + 40)

    def test_a_range_of_the_past_has_the_same_hours_of_the_day_before_over_it_exactly(self) -> None:
        page = self.past(0, HOUR_S, "&compare=1d")
        self.assert_compared(page, FIELDS, "web-1", DAY_S)
        assert_archived(page, FIELDS, lambda: self.archived("web-1"))
        page.evaluate("at => tickMonitor.timeline.show(at, at + 86400)", self.start + DAY_S + 5)
        self.assert_compared(page, FIELDS, "web-1", DAY_S)
        page.evaluate("at => tickMonitor.timeline.zoom(0.25, at, Infinity)", self.start + DAY_S + 7 * HOUR_S)
        self.assert_compared(page, FIELDS, "web-1", DAY_S)
        page.evaluate("tickMonitor.timeline.pan(-1800, Infinity)")
        self.assert_compared(page, FIELDS, "web-1", DAY_S)
        assert_archived(page, FIELDS, lambda: self.archived("web-1"))

    def test_the_panel_offers_what_is_usual_and_takes_any_date_and_another_stream(self) -> None:
        page = self.past(6 * HOUR_S, 7 * HOUR_S)
        page.locator("#compare-turn").focus()
        page.keyboard.press("Enter")
        wait(page, "document.getElementById('compare').contains(document.activeElement)")
        for name, back in (("1 hour earlier", HOUR_S), ("the span before", HOUR_S), ("1 day earlier", DAY_S)):
            page.get_by_role("button", name=name, exact=True).click()
            self.assert_compared(page, FIELDS, "web-1", back)
            self.assertEqual(page.locator("#compare-backs [aria-pressed=true]").inner_text(), name)
        page.fill("#compare-from", "")
        page.click("#compare-form button")
        self.assertEqual(page.inner_text("#compare-error"), "Give a date and a time.")
        at = page.evaluate("at => new Date(at * 1000).toISOString().slice(0, 19)", self.start + 3 * HOUR_S)
        page.fill("#compare-from", at)
        page.keyboard.press("Enter")
        self.assert_compared(page, FIELDS, "web-1", DAY_S + 3 * HOUR_S)
        wait(page, "location.search.includes('compare=27h')")
        page.select_option("#compare-stream", "web-2")
        self.assert_compared(page, ["level"], "web-2", DAY_S + 3 * HOUR_S)
        page.get_by_role("button", name="the same time", exact=True).click()
        self.assert_compared(page, ["level"], "web-2", 0)
        page.keyboard.press("Escape")
        self.assertTrue(page.locator("#compare-turn").evaluate("(button) => button === document.activeElement"))
        self.assertEqual(page.inner_text("#compared-word"), "Compared with web-2")

    def test_the_legend_tells_both_values_their_difference_and_of_when_the_other_is(self) -> None:
        page = self.past(0, HOUR_S, "&compare=1d")
        self.assert_compared(page, FIELDS, "web-1")
        level = card(page, "Level")
        self.assertEqual(level.locator(".compared-row").inner_text().split()[-4:], ["359", "0", "180", "360"])
        self.hover(page, "Level", 0.5)
        told = re.compile(r"^1 day earlier\s+180\s+\+8,640 \(\+4,800 %\)$")
        expect(level.locator(".compared-row")).to_have_text(told, use_inner_text=True)
        expect(level.locator(".compared-when")).to_have_text(re.compile(r"^20\d\d-\d\d-\d\d \d\d:(29|30):\d0\.000 "))
        badge = page.inner_text("#compared-word")
        self.assertRegex(badge, r"^Compared with (yesterday|\w+ \d+) \d\d:00:00 – \d\d:00:00$")

    def test_where_nothing_was_stored_it_is_told_and_nothing_bridges_it(self) -> None:
        page = self.past(5 * HOUR_S, 6 * HOUR_S, "&compare=1d")
        self.assert_compared(page, FIELDS, "web-1")
        middle = ((HOLE.start + HOLE.stop) / 2 * STEP_S - 5 * HOUR_S) / HOUR_S
        self.hover(page, "Level", middle)
        expect(card(page, "Level").locator(".change")).to_have_text("nothing was stored then")
        page.evaluate("at => tickMonitor.timeline.show(at, at + 600)", self.start + 600)
        wait(page, "document.getElementById('compared-note').textContent === 'Nothing was stored then.'")
        assert_archived(page, FIELDS, lambda: self.archived("web-1"))

    def test_of_another_stream_only_what_is_the_same_is_drawn_and_the_rest_is_told(self) -> None:
        page = self.past(0, HOUR_S, "&compare_stream=web-2")
        self.assert_compared(page, ["level"], "web-2", 0)
        assert_archived(page, [*FIELDS, "flow.right", "size"], lambda: self.archived("web-1"))
        for title, told in (("Flow right", "web-2 has no such number"), ("Size", "there it is in B")):
            card(page, title).scroll_into_view_if_needed()
            expect(card(page, title).locator(".change")).to_have_text(told)
        seen = page.evaluate(OTHERS)
        for field in ("flow.right", "size"):
            self.assertEqual(rows_of(seen["cards"], field), [], "it is not drawn")

    def test_switched_off_by_one_click_nothing_of_it_is_left(self) -> None:
        page = self.past(0, HOUR_S, "&compare=1d")
        self.assert_compared(page, FIELDS, "web-1")
        self.assertTrue(card(page, "Level").locator(".legend").is_visible())
        wide = card(page, "Level").locator("canvas").evaluate("(canvas) => canvas.clientWidth")
        page.click("#compared")
        wait(page, "!location.search.includes('compare')")
        self.assertTrue(page.locator("#compared").is_hidden())
        self.assertEqual(page.locator(".compared-row, .compared-when").count(), 0)
        self.assertEqual(page.evaluate("tickMonitor.cards().filter(({ other }) => other).length"), 0)
        self.assertTrue(card(page, "Level").locator(".legend").is_hidden())
        self.assertGreater(card(page, "Level").locator("canvas").evaluate("(canvas) => canvas.clientWidth"), wide)
        assert_archived(page, FIELDS, lambda: self.archived("web-1"))

    def test_a_link_shows_it_to_who_may_read_both_and_to_nobody_else(self) -> None:
        page = self.past(0, HOUR_S, "&compare=1h&compare_stream=secret", "ada")
        self.assert_compared(page, ["level"], "secret", HOUR_S)
        page.click("#share-turn")
        link = page.input_value("#share-link").removeprefix(self.processes.url)
        others = self.open(link, "bob")
        wait_for_charts(others)
        self.assert_compared(others, ["level"], "secret", HOUR_S)
        for stream in ("secret", "no-such-stream"):
            stranger = self.open(link.replace("=secret", f"={stream}"))
            wait_for_charts(stranger)
            told = f"Not compared: there is no stream {stream}, or you may not read it."
            expect(stranger.locator("#compared-word")).to_have_text(told)
            self.assertEqual(stranger.evaluate("tickMonitor.cards().filter(({ other }) => other).length"), 0)
            self.assertEqual([url for url in self.opened[-1].requests if f"/{stream}/" in url], [])
            self.assertNotIn("secret", stranger.locator("#page").text_content() or "")
            self.assertNotIn("secret", stranger.locator("#compare-stream").text_content() or "")
            stranger.click("#compared")
            self.assertTrue(stranger.locator("#compared").is_hidden())

    def test_files_the_table_and_the_picture_have_both(self) -> None:
        page = self.past(0, HOUR_S, "&compare=1d")
        self.assert_compared(page, FIELDS, "web-1")
        more = page.get_by_role("button", name="More of Level")
        more.click()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Points (CSV)").click()
        rows = list(csv.DictReader(taken.value.path().read_text().splitlines()))
        whole = [row for row in rows if row["ts"] and row["compared_ts"]]
        self.assertGreaterEqual(len(whole), HOUR_S // STEP_S)
        for row in whole:
            self.assertEqual(float(row["ts"]) - float(row["compared_ts"]), DAY_S)
            self.assertEqual(float(row["level.mean"]) - float(row["compared_level.mean"]), DAY_S / STEP_S)
        more.click()
        page.get_by_role("button", name="Table").click()
        expect(page.locator("#table thead th")).to_have_text(
            ["Time", "level", "Time, 1 day earlier", "level, 1 day earlier"]
        )
        self.assertIn("dashed: 1 day earlier", page.inner_text("#table-range"))
        told = [row.split("\t") for row in page.locator("#table tbody tr").all_inner_texts()]
        self.assertIn(["8640", "0"], [[row[1], row[3]] for row in told])
        page.keyboard.press("Escape")
        more.click()
        with page.expect_download() as pictured:
            page.get_by_role("button", name="Picture (PNG)").click()
        self.assertEqual(pictured.value.path().read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        page.click("#share-turn")
        url = page.get_attribute("[data-compared='series csv']", "href")
        points = csv.DictReader(page.request.get(f"{self.processes.url}{url}").text().splitlines())
        values = [float(row["level.mean"]) for row in points if row["level.mean"]]
        self.assertEqual((values[0], len(values)), (0, HOUR_S // STEP_S))

    def test_a_replay_has_it_too(self) -> None:
        page = self.past(0, HOUR_S, f"&at={self.start + DAY_S + 1800:.3f}&speed=60&compare=1d")
        wait(page, "tickMonitor.replay() !== null")
        self.assert_compared(page, FIELDS, "web-1", DAY_S)
        page.click("#replay-play")
        wait(page, "tickMonitor.replay().at > arg", self.start + DAY_S + 2400)
        self.assert_compared(page, FIELDS, "web-1", DAY_S)

    def test_on_a_phone_the_badge_and_the_panel_fit(self) -> None:
        page = self.past(0, HOUR_S, "&compare=1d&compare_stream=web-2", **PHONE)
        self.assert_compared(page, ["level"], "web-2", DAY_S)
        page.locator("#compare-turn").tap()
        for place in ("#compared", "#compare"):
            area = page.locator(place).bounding_box()
            assert area
            self.assertGreaterEqual(area["x"], 0)
            self.assertLessEqual(area["x"] + area["width"], 390)
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 390)
