"""Which fields are pinned, hidden and where they stand, and where that is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.arranging import NOTHING, URL, ArrangingCase


@pytest.mark.browser
class ChoiceTest(ArrangingCase):
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
