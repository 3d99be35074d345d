"""Which fields are pinned, hidden and where they stand: the choice, where it is kept, and the drawer that shows it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route

from tests.js.modules import SITE, STATIC, ModuleCase, serve

URL = "/api/streams/main/board/"
NOTHING: dict[str, list[str]] = {"pinned": [], "hidden": [], "order": []}
STYLES = "".join(
    f"<style>{(STATIC / f'ticks/styles/{name}.css').read_text()}</style>" for name in ("monitor", "drawer")
)


@pytest.mark.browser
class DrawerTest(ModuleCase):
    shared: ClassVar[Page]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shared = cls.browser.new_page(viewport={"width": 900, "height": 700})
        cls.shared.clock.install(time=0)
        cls.shared.clock.pause_at(1000)

    def setUp(self) -> None:
        self.page = self.shared
        self.page.unroute_all()
        self.page.route(f"{SITE}/**", serve)
        self.page.route(f"{SITE}{URL}", self.answer)
        self.status = 200
        self.puts: list[dict[str, list[str]]] = []
        self.tokens: list[str | None] = []
        self.users: list[str | None] = []
        self.page.goto(f"{SITE}/")
        self.page.evaluate("sessionStorage.clear()")

    def answer(self, route: Route) -> None:
        assert route.request.method == "PUT"
        self.puts.append(json.loads(route.request.post_data or ""))
        self.tokens.append(route.request.header_value("X-CSRFToken"))
        self.users.append(route.request.header_value("X-Board-User"))
        route.fulfill(status=self.status, body="{}")

    def choose(self, body: str, given: dict[str, list[str]] | None = None) -> Any:
        """What `body` returns, with `choice` as it was given and `sorted` the paths that it puts in order."""
        make = """
            const choice = new Choice({ given: arg });
            const told = [];
            choice.onTrouble((text) => told.push(text));
            const sorted = (...paths) => choice.sort(paths, (path) => path).join(" ");
        """
        return self.run_js("{ Choice } from board/drawer/choice.js", f"{make} {body}", given or NOTHING)

    def keep(self, keeper: str) -> None:
        script = f"""async (given) => {{
            const {{ Account, Browser }} = await import("/static/ticks/board/drawer/keepers.js");
            const {{ Choice }} = await import("/static/ticks/board/drawer/choice.js");
            const keeper = {keeper};
            window.choice = new Choice({{ given: keeper.load(given), keeper }});
            window.told = [];
            choice.onTrouble((text) => told.push(text));
        }}"""
        self.page.evaluate(script, NOTHING)

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

    def test_pinned_ones_stand_first_and_moved_ones_take_each_others_places(self) -> None:
        given = {"pinned": ["b.2", "a.9"], "hidden": ["a.1"], "order": ["a.3", "a.1", "b.3", "b.1"]}
        fields = '"a.1", "a.2", "a.3", "b.1", "b.2", "a.new", "b.3"'
        self.assertEqual(self.choose(f"return sorted({fields})", given), "b.2 a.3 a.2 a.1 b.3 a.new b.1")
        self.assertEqual(self.choose("return [choice.isHidden('a.1'), choice.isPinned('a.9')]", given), [True, True])

    def test_a_field_moves_among_its_siblings_and_later_fields_come_where_the_ticks_have_them(self) -> None:
        body = """
            const step = (path, by) => choice.move(path, by, sorted("a.1", "a.2", "a.3", "a.4").split(" "));
            step("a.4", -1);
            const { order: few } = choice.value;
            step("a.4", 1);
            const seen = [["a.3", -1], ["a.3", -1], ["a.3", -1], ["a.1", 2], ["a.4", 5], ["none", 1]].map((one) => {
                step(...one);
                return sorted("a.1", "a.2", "a.3", "a.4");
            });
            const later = sorted("a.0", "a.1", "a.2", "b.1", "a.3", "a.4");
            return { few, seen, later, order: choice.value.order };
        """
        found = self.choose(body)
        up, last = "a.3 a.1 a.2 a.4", "a.3 a.2 a.1 a.4"
        self.assertEqual(found["few"], ["a.4", "a.3"], "only what was moved is kept")
        self.assertEqual(found["seen"], ["a.1 a.3 a.2 a.4", up, up, "a.3 a.2 a.4 a.1", last, last])
        self.assertEqual(found["later"], "a.0 a.3 a.2 b.1 a.1 a.4")
        self.assertEqual(found["order"], ["a.3", "a.2", "a.1", "a.4"])

    def test_pinned_ones_move_among_themselves(self) -> None:
        body = (
            "choice.move('c', -2, ['a', 'b', 'c']); choice.pin('b', false); choice.pin('b', true); return choice.value;"
        )
        given = {**NOTHING, "pinned": ["a", "gone", "b", "c"]}
        self.assertEqual(self.choose(body, given), {**NOTHING, "pinned": ["c", "gone", "a", "b"]})

    def test_what_is_more_than_the_server_keeps_is_refused_in_words(self) -> None:
        body = """
            const many = Array.from({ length: 501 }, (_, i) => `a.${i}`);
            choice.hideAll(many, true);
            for (const path of many) choice.pin(path, true);
            return [choice.value.hidden.length, choice.value.pinned.length, ...told];
        """
        hidden = "At most 500 fields can be hidden; these would be 501."
        self.assertEqual(self.choose(body), [0, 500, hidden, "At most 500 fields can be pinned."])

    # Where it is kept.

    def test_half_a_second_after_the_last_change_it_is_saved_once(self) -> None:
        self.page.evaluate("document.cookie = 'csrftoken=the%20token'")
        self.keep(f"new Account('{URL}', 'ada')")
        self.page.evaluate("choice.pin('a', true)")
        self.page.clock.run_for(400)
        self.page.evaluate("choice.hide('b', true)")
        self.page.clock.run_for(400)
        self.assertEqual(self.puts, [])
        with self.page.expect_response(f"**{URL}"):
            self.page.clock.run_for(200)
        self.page.clock.run_for(5000)
        self.assertEqual((self.puts, self.tokens), ([{"pinned": ["a"], "hidden": ["b"], "order": []}], ["the token"]))

    def test_a_save_that_fails_is_told_and_made_again(self) -> None:
        self.keep(f"new Account('{URL}', 'ada')")
        self.status = 503
        self.page.evaluate("choice.pin('a', true)")
        for ms, seconds in ((600, 2), (2000, 4)):
            self.page.clock.run_for(ms)
            self.page.wait_for_function(f"() => told.at(-1)?.endsWith('Next try in {seconds} s.')")
        self.assertEqual(self.page.evaluate("told[0]"), "Not saved: the server answered 503. Next try in 2 s.")
        self.status = 200
        self.page.clock.run_for(4000)
        self.page.wait_for_function("() => told.at(-1) === ''")
        self.assertEqual([put["pinned"] for put in self.puts], [["a"]] * 3)

    def test_what_would_go_to_another_user_is_told_and_not_tried_again_and_is_there_for_its_own(self) -> None:
        self.keep(f"new Account('{URL}', 'ada ö')")
        self.status = 409
        self.page.evaluate("choice.pin('a', true)")
        with self.page.expect_response(f"**{URL}"):
            self.page.clock.run_for(600)
        self.page.wait_for_function("() => told.length > 0")
        self.page.clock.run_for(120_000)
        self.page.evaluate("dispatchEvent(new Event('pagehide'))")
        self.assertEqual(self.page.evaluate("told"), ["Not saved: another user is signed in: reload the page."])
        self.assertEqual(self.users, ["ada%20%C3%B6"])
        self.page.reload()
        self.keep(f"new Account('{URL}', 'ada ö')")
        self.assertEqual(self.page.evaluate("choice.value.pinned"), ["a"])

    def test_who_leaves_at_once_has_it_saved(self) -> None:
        self.keep(f"new Account('{URL}', 'ada')")
        with self.page.expect_response(f"**{URL}"):
            self.page.evaluate("choice.pin('a', true); dispatchEvent(new Event('pagehide'))")
        self.assertEqual([put["pinned"] for put in self.puts], [["a"]])

    def test_a_page_that_is_loaded_before_it_was_saved_has_it_and_saves_it_for_the_same_user_only(self) -> None:
        self.keep(f"new Account('{URL}', 'ada')")
        self.status = 503
        self.page.evaluate("choice.pin('a', true)")
        for user, pinned in (("ada", ["a"]), ("bob", [])):
            self.page.reload()
            self.keep(f"new Account('{URL}', '{user}')")
            self.assertEqual(self.page.evaluate("choice.value.pinned"), pinned, user)
        self.page.reload()
        self.status = 200
        self.keep(f"new Account('{URL}', 'ada')")
        with self.page.expect_response(f"**{URL}"):
            self.page.clock.run_for(600)
        self.assertEqual(self.puts[-1]["pinned"], ["a"])
        self.page.wait_for_function("() => told.at(-1) === ''")
        self.page.reload()
        self.keep(f"new Account('{URL}', 'ada')")
        self.assertEqual(self.page.evaluate("choice.value.pinned"), [], "what was saved is the account's to tell")

    def test_without_an_account_this_browser_keeps_it_and_rubbish_there_is_nothing(self) -> None:
        self.keep("new Browser('main')")
        self.page.evaluate("choice.pin('a', true); choice.hide('b', true)")
        self.page.reload()
        self.keep("new Browser('main')")
        self.assertEqual(self.page.evaluate("choice.value"), {"pinned": ["a"], "hidden": ["b"], "order": []})
        for rubbish in ("{", '{"pinned": 3, "hidden": [1, "x", "x"]}'):
            self.page.evaluate("(text) => localStorage.setItem('tick-monitor-board-main', text)", rubbish)
            self.keep("new Browser('main')")
            self.assertEqual(self.page.evaluate("choice.value.pinned"), [])
        self.assertEqual(self.page.evaluate("choice.value.hidden"), ["x"])
        self.page.evaluate("choice.reset()")
        self.assertEqual((self.page.evaluate("choice.isEmpty"), self.puts), (True, []))

    # The drawer.

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
