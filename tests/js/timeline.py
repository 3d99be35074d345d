"""The time that is shown, in a page of its own."""

from __future__ import annotations

from typing import ClassVar

import pytest
from playwright.sync_api import Page

from tests.js.modules import SITE, ModuleCase, serve

NOW = 1_763_816_400.0
"""22 November 2025, 14:00:00 in Berlin."""


@pytest.mark.browser
class TimelineCase(ModuleCase):
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
