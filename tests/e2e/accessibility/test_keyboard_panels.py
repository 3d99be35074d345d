"""What the panels are for, done by keys alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.accessibility.keyboard import SPOKEN, KeyboardCase
from tests.e2e.dashboard.cases import wait, wait_for_drawn

HOUR_S = 3600


class PanelsTest(KeyboardCase):
    """`live` goes on; the others have more than an hour, whose numbers tell the streams apart."""

    streams = ("live", "old", "other")

    @classmethod
    def fill(cls) -> None:
        for stream, least in (("old", 0), ("other", 1000)):
            cls.keep(stream, [(cls.now - 4000 + i, {"level": least + i % 37}) for i in range(3990)])
        cls.processes.producer("simulation", "--rate", "20", "--agents", "3", "--stream", "live")

    def past(self, query: str = "") -> None:
        """Five minutes up to the last tick."""
        self.dashboard(f"/s/old/?from={self.now - 310:.3f}&to={self.now - 10:.3f}{query}")

    def test_a_cursor_says_both_values_their_difference_and_of_when_the_other_is(self) -> None:
        self.past("&compare=1h")
        wait(self.page, "tickMonitor.cards()[0].other?.x.length > 0")
        self.to(".plot")
        self.press("End")
        last, before = 3989 % 37, (3989 - HOUR_S) % 37
        self.assertEqual((last, before), (30, 19))
        told = r"level 30(\.0)?, 1 hour earlier: 19(\.0)?, difference \+11(\.0)? \(\+57\.9 %\); compared with "
        expect(self.page.locator(SPOKEN)).to_have_text(re.compile(rf"\d\d:\d\d:\d\d: {told}(.+ )?\d\d:\d\d:\d\d$"))

    def test_a_comparison_is_chosen_turned_to_another_stream_dated_and_ended(self) -> None:
        self.past()
        self.to("#compare-turn")
        self.press("Enter")
        self.assert_focused("#compare")
        self.to("#compare-backs button:nth-child(2)")
        self.press("Enter")
        self.assert_compared(HOUR_S, "old")
        self.to("#compare-stream", "Shift+Tab")
        self.page.keyboard.type("other")
        self.assert_compared(HOUR_S, "other")
        self.to("#compare-backs button:nth-child(1)")
        self.press("Enter")
        self.assert_compared(0, "other")
        self.to("#compare-from")
        self.press("ArrowDown", "Enter")
        wait(self.page, "tickMonitor.cards()[0].other?.range.to < arg", self.now - HOUR_S)
        self.to("#compare-off")
        self.press("Enter")
        wait(self.page, "tickMonitor.cards().every(({ other }) => !other)")
        self.assert_focused("#compare")
        self.press("Escape")
        self.assert_focused("#compare-turn")

    def test_a_comparison_is_ended_by_its_badge(self) -> None:
        self.past("&compare=1h")
        self.assert_compared(HOUR_S, "old")
        self.to("#compared")
        self.press("Enter")
        wait(self.page, "tickMonitor.cards().every(({ other }) => !other)")
        self.assert_focused("#compare-turn")

    def assert_compared(self, back: float, stream: str) -> None:
        """Over the chart is what that stream had so much earlier."""
        wait(
            self.page,
            """tickMonitor.cards().some(({ other }) => other?.x.length > 200
                && (other.mean[0][0] >= 1000) === arg.isOther
                && Math.abs(tickMonitor.range().from - other.range.from - arg.back) < 1)""",
            {"back": back, "isOther": stream == "other"},
        )

    def test_a_kiosk_link_is_made_copied_opened_and_revoked(self) -> None:
        page = self.dashboard()
        self.to("#share-turn")
        self.press("Enter")
        self.to("#links-label")
        page.keyboard.type("Hall")
        self.to("#links-days")
        self.press("ArrowUp")
        self.to("#links-form button")
        self.press("Enter")
        row = page.locator("#links-list li", has_text="Hall")
        row.wait_for()
        self.to("#links-copy")
        self.press("Enter")
        expect(page.locator("#links-said")).to_have_text(re.compile("^Copied|^It is selected"))
        address = page.input_value("#links-address").removeprefix(self.processes.url)
        wait_for_drawn(self.open(address))
        page.once("dialog", lambda dialog: dialog.accept())
        self.to("#links-list button")
        self.press("Enter")
        row.wait_for(state="detached")
        self.assert_focused("#links-title")
        self.assertEqual(self.open(address).title(), "Link no longer valid · Tick Monitor")
        self.press("Escape")
        self.assert_focused("#share-turn")

    def forgiven(self, errors: list[str]) -> list[str]:
        """The browser itself complains of what is revoked."""
        return [error for error in errors if not re.search("status of (401|410)", error)]
