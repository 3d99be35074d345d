"""A page that is walked through by keys alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.dashboard.cases import DashboardCase, wait_for_charts

SPOKEN = "#cursor-spoken"
"""Which says what the cursor is at."""
MOST = 150
FAULT = """() => {
    const one = document.activeElement;
    const { left, top, width, height } = one.getBoundingClientRect();
    const name = one.id || one.className || one.textContent.trim();
    const card = one.closest(".stream-card") ?? one;
    const style = getComputedStyle(card);
    const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!isMarked) return `${name}: that it has the focus is not to be seen`;
    const parts = [0.1, 0.5, 0.9];
    const spots = parts.flatMap((x) => parts.map((y) => [left + x * width, top + y * height]));
    const isSeen = spots.some((spot) => card.contains(document.elementFromPoint(...spot)));
    return isSeen ? null : `${name}: it is below something, or out of sight, at ${left}, ${top}`;
}"""


class KeyboardCase(DashboardCase):
    """Nothing here points at anything."""

    page: Page

    def to(self, selector: str, key: str = "Tab") -> None:
        """Goes on until this has the focus; whatever has it on the way is to be seen."""
        for _ in range(MOST):
            self.page.keyboard.press(key)
            if self.page.evaluate("document.activeElement !== document.body"):
                self.assertIsNone(self.page.evaluate(FAULT))
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        self.fail(f"{selector} was not reached by {key}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def assert_focused(self, selector: str) -> None:
        expect(self.page.locator(selector).first).to_be_focused()

    def dashboard(self, path: str = "/s/live/") -> Page:
        self.page = self.open(path, "ada")
        wait_for_charts(self.page)
        return self.page
