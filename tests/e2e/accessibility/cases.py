"""Pages as axe-core sees them: WCAG 2.2 at level AA and what is good practice, in light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.e2e.dashboard.cases import PHONE, DashboardCase, User, wait_for_charts

AXE = (Path(__file__).parents[2] / "vendor/axe-core/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ({ only, without }) => {
    const rules = Object.fromEntries(without.map((name) => [name, { enabled: false }]));
    const runOnly = { type: only.includes("wcag2a") ? "tag" : "rule", values: only };
    const { violations } = await axe.run(document, { runOnly, rules, resultTypes: ["violations"], preload: false });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        [id, target.join(" "), failureSummary.split("\\n")[1]?.trim()].join(": ")));
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""What a theme can break: looked at in both, on a desktop in one language and on a phone in the other."""
NARROW = 600
"""Of CSS pixels is a phone."""
DEVICES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": PHONE,
}
LANGUAGES = ("en", "zh-hans")
REFUSED = ("WebSocket", "ERR_", "status of 4", "status of 5")


class AccessibilityCase(DashboardCase):
    """`self.check` collects what is wrong with a state of a page; the test fails at its end, with all of it."""

    def setUp(self) -> None:
        super().setUp()
        self.found: list[str] = []
        self.maxDiff = None
        self.addCleanup(lambda: self.assertEqual(self.found, []))

    def within(self, device: str, language: str, user: User | None = None) -> BrowserContext:
        """A browser of its own, whose user reads this language."""
        context = self.browser.new_context(**DEVICES[device], **({"storage_state": self.cookies(user)} if user else {}))
        self.addCleanup(context.close)
        context.add_cookies([{"name": "django_language", "value": language, "url": self.processes.url}])
        context.add_init_script(AXE)
        return context

    def look(self, context: BrowserContext, path: str, charts: bool = True) -> Page:
        page = self.open(path, within=context)
        if charts:
            wait_for_charts(page)
        return page

    def check(self, page: Page, state: str) -> None:
        size = page.viewport_size
        assert size
        is_phone, is_english = size["width"] < NARROW, page.locator("html").get_attribute("lang") == "en"
        has_colours = is_phone != is_english
        self.run_axe(page, state, TAGS, [] if has_colours else COLOURS)
        if not has_colours:
            return
        page.emulate_media(color_scheme="dark")
        self.run_axe(page, f"{state}, dark", COLOURS, [])
        page.emulate_media(color_scheme="light")

    def run_axe(self, page: Page, state: str, only: list[str], without: list[str]) -> None:
        faults = page.evaluate(RUN, {"only": only, "without": without})
        self.found += [f"{state}: {fault}" for fault in faults]

    def forgiven(self, errors: list[str]) -> list[str]:
        """The browser itself complains of what is refused."""
        return [error for error in errors if not any(words in error for words in REFUSED)]
