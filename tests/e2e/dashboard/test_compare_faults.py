"""What goes wrong with what is laid over the charts disturbs nothing, and is told."""

from __future__ import annotations

import math
import re

from playwright.sync_api import Page, Route, expect

from tests.e2e.dashboard.cases import DashboardCase, card, wait, wait_for_charts
from tests.e2e.dashboard.drawn import assert_archived
from tests.support.processes import manage


class CompareFaultsTest(DashboardCase):
    streams = ("web-1", "broken", "doomed")

    @classmethod
    def fill(cls) -> None:
        cls.start = math.floor(cls.now) - 7200.0
        for stream in cls.streams:
            cls.keep(stream, [(cls.start + i + 0.5, {"level": i}) for i in range(7000)])

    def forgiven(self, errors: list[str]) -> list[str]:
        return [error for error in errors if not re.search(r"status of (404|500)", error)]

    def shown(self, query: str) -> Page:
        page = self.open(f"/s/web-1/?from={self.start + 3600}&to={self.start + 3750}{query}", "ada")
        wait_for_charts(page)
        return page

    def note(self, page: Page, told: str) -> None:
        expect(page.locator("#compared-note")).to_have_text(re.compile(told), timeout=60_000)
        assert_archived(page, ["level"], lambda: self.archived("web-1"))

    def test_an_answer_that_fails_is_told_and_asked_for_again(self) -> None:
        page = self.shown("")
        is_broken = [True]

        def answer(route: Route) -> None:
            if is_broken[0]:
                route.fulfill(status=500, json={"detail": "the disk is on fire"})
            else:
                route.continue_()

        page.route("**/api/streams/broken/series/**", answer)
        page.click("#compare-turn")
        page.select_option("#compare-stream", "broken")
        self.note(page, "^Not read: the disk is on fire$")
        expect(card(page, "Level").locator(".change")).to_have_text("not read: the disk is on fire")
        is_broken[0] = False
        self.note(page, "^$")
        wait(page, "tickMonitor.cards()[0].other?.x.length > 100")

    def test_a_stream_that_is_deleted_meanwhile_is_told(self) -> None:
        page = self.shown("&compare_stream=doomed")
        wait(page, "tickMonitor.cards()[0].other?.x.length > 100")
        manage(self.home, self.valkey.url, "deletestream", "doomed", "--yes")
        page.evaluate("at => tickMonitor.timeline.show(at, at + 150)", self.start + 1800)
        self.note(page, "^Not read: .*(no stream|gone|deleted)")

    def test_a_wrong_address_is_told_beside_what_is_right(self) -> None:
        page = self.shown("&compare=yesterday")
        expect(page.locator("#address-note")).to_contain_text("compare=yesterday is no time from 1s to 400d")
        self.assertEqual(page.evaluate("tickMonitor.cards().filter(({ other }) => other).length"), 0)
