"""Any stream is a dashboard, arranged by each for himself; it weighs little and stands still."""

from __future__ import annotations

import gzip
import math
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.dashboard.cases import DESKTOP, PHONE, DashboardCase, card, wait, wait_for_charts, wait_for_more

MOST_BYTES = 200_000
MOST_SHIFT = 0.01
SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
            shifts.push([value, sources.map(({ node }) => node?.className ?? node?.nodeName).join()]);
        }
    }).observe({ type: "layout-shift" });
"""
STATES = """
    window.states = [];
    new MutationObserver(() => states.push(document.documentElement.dataset.state))
        .observe(document, { subtree: true, attributeFilter: ["data-state"] });
"""
SPREAD = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROW: dict[str, Any] = {**PHONE, "viewport": {"width": 320, "height": 720}}
SMALL = """() => [...document.querySelectorAll("button, summary, select, a.button")].flatMap((one) => {
    const { width, height, left, right } = one.getBoundingClientRect();
    // What is wider than its card is scrolled there.
    if (width < 2 || one.closest("table") || getComputedStyle(one).visibility === "hidden") return [];
    const name = one.id || one.textContent.trim();
    const isOut = left < 0 || right > document.documentElement.clientWidth;
    return isOut || width < 24 || height < 24 ? [[name, width, height, left, right]] : [];
})"""
OVERLAPS = """() => {
    const parts = "button, a, h1, .tag, select, output, .news, .freshness > span";
    const bar = [...document.querySelectorAll(`.bar :is(${parts})`)].filter((one) => !one.closest("ul"));
    const boxes = bar.map((one) => [one, one.getBoundingClientRect()]).filter(([, { width }]) => width > 2);
    const meets = (p, q) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
        && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1;
    const name = (one) => one.id || one.textContent.trim();
    const pairs = boxes.flatMap(([one, p], i) => boxes.slice(i + 1)
        .filter(([other, q]) => !one.contains(other) && meets(p, q)).map(([other]) => [name(one), name(other)]));
    const end = document.querySelector(".bar").getBoundingClientRect().bottom;
    return [...pairs, ...boxes.filter(([, { top, bottom }]) => top < 0 || bottom > end).map(([one]) => name(one))];
}"""
WORD = """() => [...document.querySelectorAll(".card")].flatMap((card) => {
    const boxOf = (name) => card.querySelector(name)?.getBoundingClientRect();
    const [word, legend] = [boxOf(".card-word"), boxOf(".legend-box")];
    return word?.width > 0 && legend?.width > 0 ? [[word.right, legend.left]] : [];
})"""
OVERFLOWS = """() => [...document.querySelectorAll(".kpi .unit, .card h3, .card .value")].flatMap((one) => {
    const [inner, outer] = [one, one.closest("section")].map((place) => place.getBoundingClientRect());
    return inner.right > outer.right - 8 ? [[one.textContent, inner.right, outer.right]] : [];
})"""
LONG_UNIT = "micromoles per square metre"
DECLARE = f"""
import django; django.setup()
from ticks.models import Stream
Stream.objects.filter(name="open").update(fields={{"depth": {{"unit": "{LONG_UNIT}"}}}})
"""
LOADED = "() => performance.getEntriesByType('resource').map(({ name }) => name)"
TITLES = "() => [...document.querySelectorAll('.card h3 > span:first-child')].map((one) => one.textContent)"
ARRANGED = {"pinned": ["cells.1", "tank.level_percent"], "hidden": ["depth"], "order": []}


def zoo(i: int) -> dict[str, Any]:
    """Something of every kind."""
    robots = [{"name": f"robot {n}", "x": n + i / 10, "y": n * n, "load": 10 * n} for n in range(1, 4)]
    return {
        "depth": round(math.sin(i / 9), 3),
        "tank": {"level_percent": i % 100, "inlet": {"flow": i % 7}},
        "cells": [i % 5, i % 6, i % 7],
        "open": i % 40 < 20,
        "mode": "rest" if i % 40 < 30 else "work",
        "robots": robots,
    }


class BoardTest(DashboardCase):
    streams = ("live", "open")

    @classmethod
    def fill(cls) -> None:
        made = [(cls.now - 200 + i, zoo(i)) for i in range(190)]
        for stream in ("open", "closed"):
            cls.keep(stream, made)
        cls.processes.producer("simulation", "--rate", "20", "--agents", "4", "--stream", "live")

    def ready(self, path: str, *user: Any, **context: Any) -> Page:
        page = self.open(path, *user, **context)
        wait_for_charts(page)
        return page

    def test_numbers_are_charts_states_are_bars_and_objects_a_table_and_a_map(self) -> None:
        page = self.ready("/s/open/")
        self.assertEqual(page.locator("section.group > h2").all_inner_texts()[1:], ["Tank", "Cells", "Robots"])
        cards = {field: one for one in page.evaluate("tickMonitor.cards()") for field in one["fields"]}
        numbers = {"depth", "tank.level_percent", "tank.inlet.flow", "cells.0", "cells.1", "cells.2", "robots.length"}
        self.assertEqual({field for field, one in cards.items() if "mean" in one}, numbers)
        self.assertEqual({field for field, one in cards.items() if "runs" in one}, {"open", "mode"})
        states = card(page, "states")
        expect(states).to_contain_text(re.compile(r"open\W*false\W*mode\W*rest"))
        rows = page.locator(".card.is-tall table tbody tr")
        page.locator(".card.is-tall").last.scroll_into_view_if_needed()
        rows.first.wait_for()
        self.assertEqual(rows.count(), 3)
        self.assertRegex(rows.nth(1).inner_text(), r"robot 2\s+20\.9\s+4(\.0)?\s+20")
        self.assertEqual(page.locator(".map canvas").count(), 1)
        self.assertIn("3 agents", page.locator(".map-frame").get_attribute("aria-label") or "")

    def test_a_stream_that_ended_never_looks_live(self) -> None:
        page = self.open("/login/")
        page.add_init_script(STATES)
        page.goto(f"{self.processes.url}/s/open/")
        wait(page, "window.states?.includes('stale')")
        self.assertLessEqual(set(page.evaluate("states")), {"connecting", "stale"})
        page.click("#state")
        self.assertEqual(set(page.locator("#connection [data-spread]").all_inner_texts()), {"–"})

    def test_an_arrangement_is_kept_for_who_made_it_on_any_browser(self) -> None:
        page = self.ready("/s/closed/", "ada")
        with page.expect_response(lambda answer: answer.request.post_data_json == ARRANGED) as kept:
            self.arrange(page)
            page.reload()
        self.assertEqual(kept.value.status, 200)
        self.assert_arranged(page)
        self.assert_arranged(self.ready("/s/closed/", "ada"))
        others = self.ready("/s/closed/", "bob").evaluate(TITLES)
        self.assertIn("Depth", others)

    def test_who_is_not_signed_in_keeps_an_arrangement_in_the_browser(self) -> None:
        page = self.ready("/s/open/")
        self.arrange(page)
        page.reload()
        self.assert_arranged(page)
        self.assertIn("Depth", self.ready("/s/open/").evaluate(TITLES))

    def arrange(self, page: Page) -> None:
        """Hide the depth, pin two others, and put the second one first."""
        page.locator(".kpi").first.click()
        page.keyboard.press("f")
        for action, label in (("Hide", "Depth"), ("Pin", "Tank level"), ("Pin", "Cells 1"), ("Move up:", "Cells 1")):
            page.get_by_role("button", name=f"{action} {label}", exact=False).first.click()
        page.keyboard.press("Escape")

    def assert_arranged(self, page: Page) -> None:
        wait_for_charts(page)
        self.assertNotIn("Depth", page.evaluate(TITLES))
        self.assertEqual(page.locator(".kpi h3").all_inner_texts(), ["Cells 1", "Tank level"])

    def test_a_public_stream_is_for_everybody_also_in_the_dark_and_on_a_phone_and_a_private_one_leads_to_the_sign_in(
        self,
    ) -> None:
        page = self.ready("/s/open/", color_scheme="dark", **PHONE)
        self.assertEqual(page.get_by_role("button", name="Sign out").count(), 0)
        self.assertLessEqual(page.evaluate(SPREAD), 0)
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        self.assertLess(max(int(part) for part in dark.strip("rgb()").split(",")), 40)
        page.goto(f"{self.processes.url}/s/closed/")
        self.assertIn("/login/?next=/s/closed/", page.url)

    def test_nothing_moves_while_data_flows_and_nothing_is_wider_than_the_window(self) -> None:
        pages = []
        for form in (DESKTOP, PHONE):
            page = self.ready("/s/live/", **form)
            page.evaluate(SHIFTS)
            wait_for_more(page, 1)
            pages.append((page, page.evaluate("tickMonitor.seen().at(-1)")))
        for page, t in pages:
            wait(page, "tickMonitor.seen().at(-1) > arg", t + 120)
            moved = [(value, what) for value, what in page.evaluate("shifts")]
            self.assertLess(sum(value for value, _ in moved), MOST_SHIFT, moved)
            self.assertLessEqual(page.evaluate(SPREAD), 0)

    def test_a_narrow_window_needs_no_scrolling_sideways_and_everything_can_be_touched(self) -> None:
        page = self.ready("/s/live/", "ada", **NARROW)
        page.keyboard.press("r")
        page.locator("#replay:visible").wait_for()
        for opens in ("#time", "#share-turn", "#fields"):
            with self.subTest(opens=opens):
                self.assertEqual(page.evaluate(OVERLAPS), [])
                page.click(opens)
                page.locator(f"{opens}[aria-expanded=true]").wait_for()
                self.assertLessEqual(page.evaluate(SPREAD), 0)
                self.assertEqual(page.evaluate(SMALL), [])
                page.keyboard.press("Escape")
        page.goto(f"{self.processes.url}/streams/")
        self.assertLessEqual(page.evaluate(SPREAD), 0)

    def test_nothing_overlaps_in_the_bar_of_any_window(self) -> None:
        page = self.ready("/s/live/", "ada")
        self.assertRegex(page.locator("#theme").get_attribute("aria-label") or "", "^Theme: ")
        page.locator("#theme .theme-sign").wait_for()
        page.keyboard.press("r")
        page.locator("#replay:visible").wait_for()
        for width in (1440, 1280, 1024, 768, 390):
            with self.subTest(width=width):
                page.set_viewport_size({"width": width, "height": 900})
                # Charts take their new size in the next frame.
                wait(page, f"({SPREAD})() <= 0")
                self.assertEqual(page.evaluate(OVERLAPS), [])

    def test_no_data_is_said_beside_the_legend_and_a_long_unit_stays_in_its_card(self) -> None:
        self.assertEqual(self.processes.program(DECLARE).process.wait(60), 0)
        page = self.ready("/s/open/", viewport={"width": 1280, "height": 1400})
        self.assertEqual(page.evaluate(OVERFLOWS), [])
        self.assertEqual(page.locator(".kpi .unit").first.get_attribute("title"), LONG_UNIT)
        self.assertIn(LONG_UNIT, card(page, "Depth").locator("h3").get_attribute("title") or "")
        page.evaluate("([from, to]) => tickMonitor.timeline.show(from, to)", [self.now - 9000, self.now - 8000])
        page.locator(".card:has(.legend-box:not([hidden])) .card-word:visible").first.wait_for()
        words = page.evaluate(WORD)
        self.assertGreater(len(words), 0)
        for right, left in words:
            self.assertLessEqual(right, left)

    def test_the_page_weighs_little_and_its_policy_is_strict(self) -> None:
        page = self.ready("/s/live/")
        answer = page.request.get(page.url)
        self.assertRegex(answer.headers["content-security-policy"], r"(^|; )script-src 'self'(;|$)")
        files = [url for url in page.evaluate(LOADED) if "/static/" in url]
        self.assertGreater(len(files), 50)
        weight = sum(len(gzip.compress(page.request.get(url).body())) for url in {page.url, *files})
        self.assertLess(weight, MOST_BYTES)
