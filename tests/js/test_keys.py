"""The list of keys is the table by which they act; a cursor goes through a chart by them, and what is there is said."""

from __future__ import annotations

import re
from typing import Any

from django.template.loader import render_to_string
from playwright.sync_api import expect

from tests.js.modules import SITE, STATIC, ModuleCase, serve

OPEN = """
    const list = new KeyList([{ title: "All", rows: (await import("/static/ticks/time/keys.js")).KEYS }]);
    const { keys } = await import("/static/ticks/time/keys.js");
    window.held = 0;
    const timeline = { held: null, isLive: true, pause: () => (window.held += 1) };
    keys({ timeline, now: () => 0, help: () => list.open(), areOn: () => list.areOn });
"""
VALUES = {"mean": [[1.5, 2.5, None]], "min": [[1, 2, None]], "max": [[2, 3, None]]}
WORDS = """
    const columns = Object.fromEntries(Object.entries(arg.values).map(([name, lines]) =>
        [name, lines.map((line) => Float64Array.from(line, (value) => value ?? NaN))]));
    const scale = { factor: 1, suffix: "%", digits: 1, most: 6 };
    const lines = [{ label: "user", isShown: true }];
    const { gaps, isWhole, at, compared } = arg;
    const said = compared && (({ x, row }) => ({ lines: [`then: ${row}`], at: compared === "unread" ? null : x - 5 }));
    return wordsAt({ ...columns, x: Float64Array.of(10, 20, 40), lines, scale, gaps, isWhole, said }, at, 40);
"""


class KeyListTest(ModuleCase):
    def show(self) -> None:
        html = f"""<!doctype html><html lang="en"><title>keys</title>{render_to_string("dashboard/keys.html")}
            <button id="keys-turn" disabled>?</button>"""
        self.page.unroute_all()
        self.page.route(f"{SITE}/static/**", serve)
        self.page.route(f"{SITE}/", lambda route: route.fulfill(body=html, content_type="text/html"))
        self.page.goto(f"{SITE}/")
        self.run_js("{ KeyList } from time/keylist.js", OPEN)

    def test_it_lists_every_key_keeps_the_focus_and_gives_it_back(self) -> None:
        self.show()
        self.page.focus("#keys-turn")
        self.page.keyboard.press("?")
        expect(self.page.get_by_role("dialog", name="Keys")).to_be_visible()
        told = self.page.locator("#keys-list tbody tr").all_inner_texts()
        known = self.run_js(
            "{ KEYS } from time/keys.js", "return KEYS.map(({ keys, does }) => [keys.join(' '), does].join());"
        )
        self.assertEqual([re.sub(r"\s*\t\s*", ",", row).strip() for row in told], known)
        self.page.keyboard.press(" ")
        self.assertEqual(self.page.evaluate("held"), 0, "behind it nothing happens")
        self.page.keyboard.press("Escape")
        expect(self.page.locator("#keys")).to_be_hidden()
        expect(self.page.locator("#keys-turn")).to_be_focused()

    def test_keys_can_be_switched_off_and_a_reload_remembers_it(self) -> None:
        self.show()
        self.page.keyboard.press("Space")
        self.assertEqual(self.page.evaluate("held"), 1)
        self.page.click("#keys-turn")
        self.page.get_by_label("Single keys act anywhere on the page").uncheck()
        self.page.keyboard.press("Escape")
        self.show()
        for key in ("Space", "?"):
            self.page.keyboard.press(key)
        self.assertEqual((self.page.evaluate("held"), self.page.is_hidden("#keys")), (0, True))
        self.page.click("#keys-turn")
        self.page.get_by_label("Single keys act anywhere on the page").check()
        self.page.keyboard.press("Escape")
        self.page.evaluate("document.activeElement.blur()")
        self.page.keyboard.press("Space")
        self.assertEqual(self.page.evaluate("held"), 1)

    def test_the_document_has_every_key_and_what_it_does(self) -> None:
        text = (STATIC.parent / "docs/dashboard.md").read_text().split("\n## Keys\n")[1].split("\n## ")[0]
        rows = [
            (re.findall(r"`([^`]+)`", row), does) for row, does in re.findall(r"^\| (`.+?) \| (.+) \|$", text, re.M)
        ]
        body = """
            const { CHART_KEYS } = await import("/static/ticks/reading/reading.js");
            const { MAP_KEYS } = await import("/static/ticks/reading/agents.js");
            return [...KEYS, ...CHART_KEYS, ...MAP_KEYS];
        """
        known: list[dict[str, Any]] = self.run_js("{ KEYS } from time/keys.js", body)
        self.assertEqual(rows, [(one["keys"], one["does"]) for one in known])


class ReadingTest(ModuleCase):
    def test_the_cursor_stops_at_each_point_and_once_in_each_gap(self) -> None:
        body = "return stopsOf([10, 20, 40, 90], arg.map(([from, to]) => ({ from, to })), 15, 80);"
        stops = self.run_js("{ stopsOf } from reading/stops.js", body, [[-1e9, 12], [20, 40], [60, 1e9]])
        self.assertEqual(stops, [20, 30, 40, 70])

    def test_it_begins_at_the_end_and_stays_within(self) -> None:
        step = "return arg.map(([at, by]) => stopAt([10, 20, 30], at, by));"
        asked = [[None, -1], [30, -1], [30, 1], [10, -10], [25, -1], [25, 1], [5, -1], [20, 10]]
        steps = self.run_js("{ stopAt } from reading/stops.js", step, asked)
        self.assertEqual(steps, [30, 20, 30, 10, 20, 30, 10, 30])
        ends = "return [[null, -Infinity], [20, -1], [10, Infinity]].map(([at, by]) => stopAt([10, 20], at, by));"
        self.assertEqual(self.run_js("{ stopAt } from reading/stops.js", ends), [10, 10, 20])

    def test_what_is_there_is_said_with_its_unit_and_why_there_is_nothing(self) -> None:
        for at, is_whole, gaps, said in (
            (10, True, [], "user 1.5 %"),
            (20, False, [], "user 2.5 %, from 2.0 to 3.0"),
            (40, True, [], "user no data"),
            (30, True, [{"from": 20, "to": 40, "reason": "unarchived"}], "no data: not stored"),
        ):
            argument = {"values": VALUES, "gaps": gaps, "isWhole": is_whole, "at": at}
            words = self.run_js("{ wordsAt } from reading/words.js", WORDS, argument)
            self.assertRegex(words, rf"^\d\d:\d\d:\d\d: {said}$")

    def test_with_each_value_what_it_is_compared_with_is_said_and_once_of_when_that_is(self) -> None:
        gaps = [{"from": 20, "to": 40, "reason": "unarchived"}]
        for at, compared, said in (
            (10, "read", "user 1.5 %, then: 0; compared with {clock}:05"),
            (10, "unread", "user 1.5 %, then: 0"),
            (30, "read", "no data: not stored; user, then: null; compared with {clock}:25"),
        ):
            argument = {"values": VALUES, "gaps": gaps, "isWhole": True, "at": at, "compared": compared}
            words = self.run_js("{ wordsAt } from reading/words.js", WORDS, argument)
            clock, _, rest = words.partition(f":{at}: ")
            self.assertEqual(rest, said.format(clock=clock))

    def test_of_many_things_in_a_row_the_first_and_the_last_one_are_said(self) -> None:
        body = """
            const said = [];
            const voice = new Voice();
            const place = document.getElementById("cursor-spoken");
            new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
            for (let i = 0; i < 20; i += 1) {
                voice.say(String(i));
                await new Promise((then) => setTimeout(then));
            }
            await new Promise((then) => new MutationObserver(then).observe(place, { childList: true }));
            return said;
        """
        self.assertEqual(self.run_js("{ Voice } from reading/voice.js", body), ["0", "19"])
