from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.js.fresh import FreshCase
from tests.js.modules import SITE
from ticks.protocol import Close

WAITING = {"state": "waiting", "attempt": 3, "nextTry": None, "code": 1006, "reason": "the connection was lost"}


class BarTest(FreshCase):
    def show(self, state: str, **facts: Any) -> None:
        """Once more with the same bar, made by the first call."""
        shown = {"state": state, "ageS": 1, "latency": None, "link": {"reason": ""}, "roundTripMs": None, **facts}
        body = """
            window.bar ??= new Bar("main", { retry: () => (window.retried = true) });
            bar.show(arg);
        """
        self.run_js("{ Bar } from fresh/bar.js", body, shown)

    def test_the_state_is_a_shape_a_word_a_title_and_an_icon_and_is_said_once(self) -> None:
        self.show("live")
        self.assertEqual(self.page.title(), "● live · main · Tick Monitor")
        expect(self.page.locator("#spoken")).to_have_text("")
        calm = self.page.locator("link[rel=icon]").get_attribute("href")
        self.show("stale", ageS=65)
        expect(self.page.locator("#state")).to_have_text("◌ stale")
        expect(self.page.locator("#age")).to_have_text("1 m 05 s ago")
        expect(self.page.locator("#spoken")).to_have_text("main: stale")
        self.assertNotEqual(self.page.locator("link[rel=icon]").get_attribute("href"), calm)
        self.show("paused", news=1234)
        self.assertEqual(self.page.title(), "⏸ paused, 1,234 new · main · Tick Monitor")

    def test_the_latency_stands_beside_the_age_while_ticks_come(self) -> None:
        latency = {"total": {"p50": 26.4, "p95": 1310}}
        self.show("live", latency=latency)
        expect(self.page.locator("#latency")).to_have_text("26 ms")
        self.assertIn("95 of 100 within 1.3 s", self.page.locator("#latency").get_attribute("title") or "")
        self.show("stale", latency=latency)
        expect(self.page.locator("#latency")).to_have_text("")

    def test_nothing_in_the_bar_moves_whatever_it_shows(self) -> None:
        edges = set()
        for age, p50 in ((0.1, 4.2), (59, 999), (3599, 26), (float("nan"), -1)):
            self.show("live", ageS=age if age == age else None, latency={"total": {"p50": p50, "p95": p50}})
            edges.add(self.page.evaluate("document.getElementById('latency').getBoundingClientRect().left"))
        self.assertEqual(len(edges), 1)

    def test_the_offline_bar_says_why_and_when_it_tries_and_tries_at_once(self) -> None:
        soon = "window.soon = () => Date.now() + 4000"
        self.page.evaluate(soon)
        offline, text = self.page.locator("#offline"), self.page.locator("#offline-text")
        self.show("live", link=WAITING)
        expect(offline).to_be_hidden()
        self.show("offline", link={**WAITING, "nextTry": self.page.evaluate("soon()")})
        self.assertRegex(text.inner_text(), r"^The connection was lost\. Try 3 failed, next in [1-4] s\.$")
        expect(self.page.locator("#spoken")).to_have_text("main: offline, the connection was lost")
        self.page.get_by_role("button", name="Try now").click()
        self.assertTrue(self.page.evaluate("window.retried"))
        self.show("offline", link={**WAITING, "nextTry": self.page.evaluate("soon()"), "attempt": 0})
        self.assertRegex(text.inner_text(), r"^The connection was lost\. Next try in [1-4] s\.$")
        self.show("offline", link={**WAITING, "state": "connecting"})
        expect(text).to_have_text("The connection was lost. Try 3 now …")
        expect(self.page.locator("#retry")).to_be_hidden()
        self.show("live")
        expect(offline).to_be_hidden()

    def test_who_was_signed_out_finds_the_way_back_here(self) -> None:
        self.page.evaluate("history.replaceState(null, '', '/s/main/?from=5&to=6')")
        link = {**WAITING, "state": "stopped", "code": Close.SIGN_IN, "reason": "sign in to watch this stream"}
        self.show("offline", link=link)
        expect(self.page.locator("#offline-text")).to_have_text("Sign in to watch this stream.")
        there = self.page.get_by_role("link", name="Sign in").get_attribute("href")
        self.assertEqual(there, f"{SITE}/login/?next=%2Fs%2Fmain%2F%3Ffrom%3D5%26to%3D6")
        expect(self.page.locator("#retry")).to_be_hidden()


class ConnectionTest(FreshCase):
    def setUp(self) -> None:
        super().setUp()
        script = """async () => {
            const [{ ConnectionPanel }, { ConnectionLog }, { Latency }] = await Promise.all(
              ["connection", "log", "latency"].map((name) => import(`/static/ticks/fresh/${name}.js`)));
            window.skew = 0;
            const now = () => Date.now() / 1000 - skew;
            window.log = new ConnectionLog("main", { now });
            const latency = new Latency();
            let asked = 0;
            const measure = latency.measure.bind(latency);
            latency.measure = () => { asked += 1; return measure(); };
            window.asked = () => asked;
            latency.hello({ epoch: "e", newest_t: 0 });
            latency.took([{ t: 1, ts: 100 }], { last_t: 1, received_ts: 100.004 }, 100.026);
            log.state({ state: "live" });
            log.hello({ cursor: { t: 1 } }, false);
            window.panel = new ConnectionPanel({ log, latency, feed: { now, roundTripMs: 3.4 } });
            document.documentElement.dataset.state = "live";
        }"""
        self.page.evaluate(script)
        self.panel = self.page.get_by_role("dialog", name="Connection")

    def open(self) -> None:
        self.page.locator("#state").click()

    def test_the_state_opens_it_escape_closes_it_and_the_focus_comes_back(self) -> None:
        button = self.page.locator("#state")
        button.focus()
        for press in ("Enter", "Space"):
            self.assertEqual(button.get_attribute("aria-expanded"), "false")
            self.page.keyboard.press(press)
            expect(self.panel).to_be_focused()
            self.assertEqual(button.get_attribute("aria-expanded"), "true")
            self.page.keyboard.press("Escape")
            expect(self.panel).to_be_hidden()
            expect(button).to_be_focused()
        self.open()
        self.page.locator("#elsewhere").click()
        expect(self.panel).to_be_hidden()
        expect(self.page.locator("#elsewhere")).to_be_focused()
        self.open()
        self.page.get_by_role("button", name="Close").click()
        expect(button).to_be_focused()

    def test_it_tells_the_standing_the_latency_and_the_round_trip(self) -> None:
        self.page.evaluate("panel.draw()")
        self.assertEqual(self.page.evaluate("asked()"), 0, "closed, it costs nothing")
        self.open()
        self.assertRegex(
            self.page.locator("#connection-state").inner_text(), r"^● live, connected for \d\.\d s, since \d\d:"
        )
        rows = self.page.locator(".spreads tbody tr").all_inner_texts()
        self.assertEqual(
            [re.split(r"\t", row) for row in rows],
            [
                ["Source to this page", "26 ms", "26 ms"],
                ["source → server", "4.0 ms", "4.0 ms"],
                ["server → browser", "22 ms", "22 ms"],
                ["Between two messages", "–", "–"],
            ],
        )
        expect(self.page.locator("#connection-trip")).to_have_text("3.4 ms")
        expect(self.page.locator("#connection-warnings li")).to_have_count(0)

    def test_a_wrong_clock_of_this_computer_is_told_from_two_seconds_on(self) -> None:
        self.open()
        warning = self.page.locator("#connection-warnings li")
        self.page.evaluate("skew = 133; panel.draw()")
        told = "This computer's clock is 2 m 13 s ahead of the server's: times here are the server's."
        expect(warning).to_have_text([told])
        self.page.evaluate("skew = -3; panel.draw()")
        expect(warning).to_have_text([re.compile("is 3.0 s behind the server's")])
        self.page.evaluate("skew = 1.9; panel.draw()")
        expect(warning).to_have_count(0)

    def test_what_happens_is_listed_and_written_as_text(self) -> None:
        self.open()
        self.page.evaluate("log.state({ state: 'waiting', attempt: 1, code: 1006, reason: '<b>x</b>' }); panel.draw()")
        rows = self.page.locator("#connection-log tr td:last-child")
        expect(rows).to_have_text(["lost: <b>x</b> (code 1006); 1 try failed", "connected, from t 1 on"])
        expect(self.page.locator("#connection-state")).to_have_text("● live, no connection")
        self.assertEqual(self.page.locator("#connection-log b").count(), 0)

    def test_it_lies_within_a_phones_screen(self) -> None:
        self.page.set_viewport_size({"width": 360, "height": 500})
        self.page.evaluate(
            "for (let i = 0; i < 90; i += 1) log.gap({ after_t: i, next_t: i + 2, count: 1, reason: 'lost' })"
        )
        self.open()
        box = self.panel.bounding_box()
        assert box
        self.assertGreaterEqual(min(box["x"], box["y"]), 0)
        self.assertLessEqual((box["x"] + box["width"], box["y"] + box["height"]), (360, 500))
        self.assertTrue(self.panel.evaluate("(it) => it.scrollHeight > it.clientHeight"), "the rest is scrolled to")
