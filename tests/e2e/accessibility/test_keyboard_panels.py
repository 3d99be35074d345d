"""What the panels are for, done by keys alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.accessibility.keyboard import SPOKEN, KeyboardCase
from tests.e2e.dashboard.cases import wait

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
