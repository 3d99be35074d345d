"""The drawer, in which fields are searched, pinned, hidden and put in order."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from tests.js.arranging import NOTHING, ArrangingCase
from tests.js.modules import STATIC

STYLES = "".join(
    f"<style>{(STATIC / f'ticks/styles/{name}.css').read_text()}</style>" for name in ("monitor", "drawer")
)


@pytest.mark.browser
class DrawerTest(ArrangingCase):
    def open(self, fields: str, given: dict[str, list[str]] | None = None) -> None:
        self.page.set_content(f"{STYLES}<button id=fields>Fields</button>{render_to_string('dashboard/drawer.html')}")
        script = f"""async (given) => {{
            const {{ Choice }} = await import("/static/ticks/board/drawer/choice.js");
            const {{ Drawer }} = await import("/static/ticks/board/drawer/drawer.js");
            window.choice = new Choice({{ given }});
            window.drawer = new Drawer(choice);
            const field = (path, more = {{}}) => {{
                const group = path.includes(".") ? path.split(".")[0] : "";
                return {{ path, label: `The ${{path}}`, unit: "", kind: "number", group, ...more }};
            }};
            drawer.update({fields});
        }}"""
        self.page.evaluate(script, given or NOTHING)
        self.page.click("#fields")
        self.page.wait_for_selector(".field-label >> visible=true")

    def rows(self, title: str = "") -> list[str]:
        """The paths that are listed, in order: all, or those of one group."""
        group = f".group:has(h3:has-text('{title}'))" if title else ".group"
        script = "(found) => found.filter((one) => one.offsetParent !== null).map((one) => one.dataset.path)"
        paths: list[str] = self.page.eval_on_selector_all(f"{group} .field", script)
        return paths

    def press(self, label: str) -> None:
        self.page.click(f"[aria-label='{label}']")

    # The choice.

    def test_it_opens_with_the_focus_in_it_and_escape_gives_the_focus_back(self) -> None:
        self.open("[field('a.1')]")
        focused = "document.activeElement.id"
        self.assertEqual(self.page.evaluate(focused), "drawer-search")
        self.assertEqual(self.page.get_attribute("#fields", "aria-expanded"), "true")
        self.page.keyboard.press("Escape")
        self.assertEqual((self.page.is_hidden("#drawer"), self.page.evaluate(focused)), (True, "fields"))
        self.assertEqual(self.page.get_attribute("#fields", "aria-expanded"), "false")

    def test_fields_stand_in_groups_with_pinned_ones_first(self) -> None:
        self.open("['b.1', 'a.1', 'top', 'b.2'].map((path) => field(path))")
        self.assertEqual(self.rows(), ["b.1", "b.2", "a.1", "top"])
        self.press("Pin The a.1")
        self.press("Pin The b.2")
        self.assertEqual(
            (self.rows("Pinned"), self.rows("Others"), self.rows()[2:]), (["a.1", "b.2"], ["top"], ["b.1", "top"])
        )
        self.press("Move up: The b.2")
        self.assertEqual(self.rows("Pinned"), ["b.2", "a.1"])
        self.assertEqual(self.page.get_attribute("[aria-label='Pin The b.2']", "aria-pressed"), "true")
        self.page.click("#drawer-reset")
        self.assertEqual(self.rows(), ["b.1", "b.2", "a.1", "top"])

    def test_moving_by_keyboard_keeps_the_focus_and_ends_at_the_end(self) -> None:
        self.open("['a.1', 'a.2', 'a.3'].map((path) => field(path))")
        self.page.focus("[aria-label='Move up: The a.3']")
        for order in (["a.1", "a.3", "a.2"], ["a.3", "a.1", "a.2"], ["a.3", "a.1", "a.2"]):
            self.page.keyboard.press("Enter")
            self.assertEqual(self.rows(), order)
            self.assertEqual(self.page.evaluate("document.activeElement.ariaLabel"), "Move up: The a.3")
        self.assertEqual(self.page.evaluate("document.activeElement.ariaDisabled"), "true")

    def test_search_looks_at_label_path_and_unit_also_in_folded_groups(self) -> None:
        self.open("[field('a.1', { unit: 'KiB' }), field('a.2'), field('b.1', { label: 'Fan speed' })]")
        self.page.click(".group-fold >> text=a")
        self.assertEqual(self.rows(), ["b.1"])
        for sought, found in (("FAN", ["b.1"]), ("a.", ["a.1", "a.2"]), ("kib", ["a.1"]), ("", ["b.1"])):
            self.page.fill("#drawer-search", sought)
            self.assertEqual(self.rows(), found, sought)
        self.page.fill("#drawer-search", "<b>none")
        self.assertEqual((self.rows(), self.page.inner_text("#drawer-count")), ([], "0 of 3"))
        self.assertEqual(self.page.inner_text("#drawer-none"), "No field matches “<b>none”.")

    def test_a_search_moves_past_what_it_does_not_show(self) -> None:
        self.open("['a.1', 'a.x2', 'a.3', 'a.x4'].map((path) => field(path))")
        self.page.fill("#drawer-search", "x")
        self.press("Move up: The a.x4")
        self.page.fill("#drawer-search", "")
        self.assertEqual(self.rows(), ["a.1", "a.x4", "a.x2", "a.3"])

    def test_one_or_a_whole_group_is_hidden_and_shown(self) -> None:
        self.open("['a.1', 'a.2', 'b.1'].map((path) => field(path))")
        self.press("Hide The a.1")
        self.press("Hide all of a")
        self.assertEqual(self.page.evaluate("choice.value.hidden"), ["a.1", "a.2"])
        self.assertEqual(self.page.get_attribute("[aria-label='Hide all of a']", "aria-pressed"), "true")
        self.press("Hide The a.2")
        self.assertEqual(self.page.evaluate("choice.value.hidden"), ["a.1"])
        self.press("Hide all of a")
        self.press("Hide all of a")
        self.assertEqual(self.page.evaluate("choice.value.hidden"), [])

    def test_two_thousand_fields_are_filled_and_written_only_where_they_are_in_sight(self) -> None:
        self.open("Array.from({ length: 2000 }, (_, i) => field(`a.${i}`, { kind: i ? 'number' : 'text' }))")
        self.assertEqual(self.page.inner_text("#drawer-count"), "2,000")
        self.assertLess(self.page.locator(".field-tools").count(), 40)
        script = "(base) => drawer.values((path) => { asked.push(path); return path === 'a.0' ? '<i>on' : base; })"
        self.page.evaluate("window.asked = []")
        self.page.evaluate(script, 12.5)
        values = self.page.locator(".field-value")
        self.assertEqual((values.nth(0).inner_text(), values.nth(1).inner_text()), ("<i>on", "12.5"))
        self.page.clock.run_for(400)
        self.page.evaluate(script, 99)
        self.assertEqual(values.nth(1).inner_text(), "12.5", "not more often than it can be read")
        self.page.clock.run_for(200)
        self.page.evaluate(script, 99)
        self.assertEqual(values.nth(1).inner_text(), "99.0")
        self.assertLess(len(self.page.evaluate("asked")), 80)
        self.page.evaluate("document.querySelector('[data-path=\"a.1500\"]').scrollIntoView()")
        self.page.wait_for_selector("[data-path='a.1500'] .field-label")
        self.page.evaluate("drawer.close(); asked.length = 0")
        self.page.clock.run_for(1000)
        self.page.evaluate(script, 1)
        self.assertEqual(self.page.evaluate("asked"), [])

    def test_fields_come_change_and_go(self) -> None:
        self.open("(window.make = (...paths) => paths.map((path) => field(path)))('a.1', 'b.1')")
        self.page.evaluate("drawer.update([...make('a.1'), { ...make('c.1')[0], label: 'New', kind: 'boolean' }])")
        self.assertEqual(self.rows(), ["a.1", "c.1"])
        self.page.wait_for_selector("text=New")
        self.page.clock.run_for(1000)
        self.page.evaluate("drawer.values(() => true)")
        self.assertEqual(self.page.inner_text("[data-path='c.1'] .field-value"), "yes")
        self.page.evaluate("drawer.update([])")
        self.assertEqual(self.page.inner_text("#drawer-none"), "No field is known yet: they come with the first tick.")
