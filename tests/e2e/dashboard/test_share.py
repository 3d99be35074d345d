"""What is seen can be given to others: by a link, as files, as a question to the API."""

from __future__ import annotations

import csv
import json
import math
import struct
from typing import Any

from playwright.sync_api import Page

from tests.e2e.dashboard.cases import DashboardCase, User, wait, wait_for_charts
from tests.support.waiting import until

MADE, STEP_S = 2000, 2.0
CARDS = """() => tickMonitor.cards()
    .map(({ fields, x, mean }) => ({ fields, x, mean }))
    .toSorted((one, other) => (one.fields[0] < other.fields[0] ? -1 : 1))"""
ARRANGED = {"pinned": ["flow.right"], "hidden": ["level"], "order": []}


class ShareTest(DashboardCase):
    streams = ("known",)

    @classmethod
    def fill(cls) -> None:
        cls.start = math.floor(cls.now) - 7200.0
        made = [(cls.start + i * STEP_S, {"level": i, "flow": {"left": i % 97, "right": -i}}) for i in range(MADE)]
        cls.keep("known", made)

    def ready(self, path: str, user: User | None = None) -> Page:
        page = self.open(path, user)
        wait_for_charts(page)
        return page

    def at(self, second: float) -> str:
        return f"{self.start + second:.3f}"

    def shown(self, page: Page) -> tuple[list[str], list[dict[str, Any]]]:
        """Titles of what is shown, in order, and what is drawn."""
        return page.locator(".card h3 > span:first-child").all_inner_texts(), page.evaluate(CARDS)

    def test_a_link_shows_the_same_to_others_however_they_arranged_it(self) -> None:
        page = self.ready(f"/s/known/?from={self.at(600)}&to={self.at(1200)}&at={self.at(900)}&speed=10", "ada")
        wait(page, "tickMonitor.replay()?.speed === 10")
        for action, label in (("Hide", "Level"), ("Pin", "Flow right")):
            page.keyboard.press("f")
            page.get_by_role("button", name=f"{action} {label}", exact=True).click()
            page.keyboard.press("Escape")
        page.locator("#replay-at").press("ArrowRight")
        wait(page, "Math.abs(tickMonitor.replay().at - arg) < 0.01", self.start + 906)
        self.wait_for_drawn(page, 904)
        page.click("#share-turn")
        link = page.input_value("#share-link").removeprefix(self.processes.url)
        others = self.ready(link, "bob")
        self.wait_for_drawn(others, 904)
        until(lambda: self.shown(others) == self.shown(page), "all cards show the same")
        self.assertEqual(others.evaluate("tickMonitor.replay()"), page.evaluate("tickMonitor.replay()"))
        others.keyboard.press("f")
        others.get_by_role("button", name="Hide Flow left", exact=True).click()
        own = self.ready(f"/s/known/?from={self.at(600)}&to={self.at(1200)}", "bob")
        self.assertEqual(len(self.shown(own)[0]), 3, "what came with a link is kept in no account")

    def wait_for_drawn(self, page: Page, last: float) -> None:
        wait(page, "Math.abs(tickMonitor.cards()[0].x?.at(-1) - arg) < 0.01", self.start + last)

    def test_a_reload_shows_what_was_shown(self) -> None:
        page = self.ready(f"/s/known/?from={self.at(600)}&to={self.at(1200)}")
        page.evaluate("tickMonitor.timeline.zoom(0.5, ...[(r => (r.from + r.to) / 2)(tickMonitor.range()), Infinity])")
        wait(
            page,
            "location.search.includes(arg)",
            page.evaluate("at => new Date(at * 1000).toISOString()", self.start + 750),
        )
        page.reload()
        wait_for_charts(page)
        self.assertEqual(page.evaluate("Object.values(tickMonitor.range())"), [self.start + 750, self.start + 1050])
        page.keyboard.press("l")
        page.keyboard.press("+")
        wait(page, "location.search === '?last=150'")
        page.reload()
        wait(page, "window.tickMonitor")
        self.assertEqual(page.evaluate("[tickMonitor.timeline.isLive, tickMonitor.timeline.spanS]"), [True, 150])

    def test_an_address_that_is_not_understood_is_told_and_the_rest_of_it_counts(self) -> None:
        page = self.open("/s/known/?from=yesterday&to=3&last=600")
        wait(page, "window.tickMonitor")
        note = page.inner_text("#address-note")
        self.assertIn("from=yesterday is no moment, as 2026-11-22T14:00:00Z or UNIX seconds", note)
        self.assertEqual(page.evaluate("tickMonitor.timeline.spanS"), 600)

    def test_files_and_the_api_have_exactly_what_is_seen(self) -> None:
        page = self.ready(f"/s/known/?from={self.at(600)}&to={self.at(1200)}&hide=flow.left")
        page.click("#share-turn")
        urls = dict(
            page.eval_on_selector_all("[data-share]", "(all) => all.map((one) => [one.dataset.share, one.href])")
        )
        ticks = [(300 + i, -(300 + i)) for i in range(300)]
        rows = list(csv.DictReader(self.get(page, urls["export csv"]).splitlines()))
        self.assertEqual([(int(row["level"]), int(row["flow.right"])) for row in rows], ticks)
        self.assertNotIn("flow.left", rows[0])
        lines = [json.loads(line) for line in self.get(page, urls["export jsonl"]).splitlines()]
        self.assertEqual([(line["level"], line["flow"]) for line in lines], [(i, {"right": j}) for i, j in ticks])
        points = [row for row in csv.DictReader(self.get(page, urls["series csv"]).splitlines()) if row["level.mean"]]
        (card,) = [one for one in page.evaluate(CARDS) if one["fields"] == ["level"]]
        self.assertEqual([float(row["level.mean"]) for row in points], card["mean"][0])
        page.goto(urls["ticks api"])
        self.assertIn("known", page.title())
        self.assertEqual(page.locator("body").inner_text().count("flow.left"), 0)

    def test_a_chart_is_a_picture_and_a_table(self) -> None:
        page = self.ready(f"/s/known/?from={self.at(600)}&to={self.at(1200)}")
        more = page.get_by_role("button", name="More of Flow left")
        more.click()
        with page.expect_download() as taken:
            page.get_by_role("button", name="Picture (PNG)").click()
        self.assertEqual(taken.value.suggested_filename, "known-Flow-left.png")
        picture = taken.value.path().read_bytes()
        self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", picture[16:24])
        area = page.locator(".card .uplot").first.bounding_box()
        assert area
        self.assertGreater(width, area["width"])
        self.assertGreater(height, area["height"] + 40)
        self.assertTrue(more.evaluate("(button) => button === document.activeElement"))
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator("#table[open] tbody tr").first.wait_for()
        rows = page.locator("#table tbody tr").all_inner_texts()
        told = [row.split("\t")[1:] for row in rows]
        self.assertEqual([row for row in told if row[0]], [[str(i % 97)] for i in range(300, 600)])
        page.keyboard.press("Escape")
        self.assertTrue(page.locator("#table").is_hidden())
        self.assertTrue(more.evaluate("(button) => button === document.activeElement"))

    def get(self, page: Page, url: str) -> str:
        answer = page.request.get(url)
        self.assertEqual(answer.status, 200, answer.text()[:200])
        return answer.text()
