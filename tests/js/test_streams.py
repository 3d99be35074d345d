"""The page of all streams and the sign-in page's programs, against answers that the tests give."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Route

from tests.js.modules import SITE, ModuleCase
from tests.js.pulses import BEGAN, told
from ticks.models import Stream

HIDE = """(hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
DRAWN = """(name) => {
    const canvas = document.querySelector(`[data-name='${name}'] canvas`);
    if (canvas.width < 10) return false;
    return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((one) => one > 0);
}"""
PLACES = (
    "() => [...document.querySelectorAll('.stream-card, h1, .sorting')].map((e) => e.getBoundingClientRect().toJSON())"
)


@pytest.mark.browser
class StreamsPageTest(ModuleCase):
    """The real page, with an API of the test's own: `streams` is what it tells."""

    def setUp(self) -> None:
        super().setUp()
        self.streams = [told(name) for name in "abc"]
        self.asked: list[str] = []
        self.failure: int | None = None
        self.signed_in = True
        self.user: Any = None
        self.held: list[Route] | None = None
        """Those whose answers the test gives when it likes."""
        self.now = BEGAN + 1000
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.route(f"{SITE}/*.html", self.show)
        self.page.route(f"{SITE}/api/**", self.answer)
        self.page.clock.install()

    def show(self, route: Route) -> None:
        streams = [Stream(name=one["name"]) for one in self.streams]
        context = {
            "streams": streams,
            "few": 8,
            "site": "http://elsewhere",
            "socket": "ws://elsewhere",
            "user": self.user,
        }
        template = route.request.url.rsplit("/", 1)[1]
        route.fulfill(body=render_to_string(template, context), content_type="text/html")

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(f"{SITE}/api/")
        self.asked.append(path)
        if self.held is not None:
            self.held.append(route)
            return
        if self.failure is not None:
            route.fulfill(status=self.failure, body='{"detail": "Redis is away."}')
        elif path == "pulse/":
            told = {"server_time": self.now, "signed_in": self.signed_in, "streams": self.streams}
            route.fulfill(body=json.dumps(told))
        elif path.endswith("/fields/"):
            fields = [
                {"path": "note", "type": "text", "last_ts": BEGAN},
                {"path": "v", "type": "number", "last_ts": BEGAN},
            ]
            route.fulfill(body=json.dumps({"fields": fields}))
        else:
            series = {"ts": [0, 20, 40], "width_s": 20, "to_ts": 60, "fields": {"v": {"count": [20, 100, 3]}}}
            route.fulfill(body=json.dumps(series))

    def open(self, template: str = "streams.html") -> None:
        self.page.goto(f"{SITE}/{template}")
        self.wait_for("a", "live")

    def pulse(self, after_s: float = 2, **changed: dict[str, Any]) -> None:
        """The next answer, in which each stream has 100 ticks more, but those that are `changed`."""
        self.now += after_s
        for one in self.streams:
            one.update({"n": one["n"] + 100, "ts": self.now} if one["n"] else {})
            one.update(changed.get(one["name"], {}))
        count = self.asked.count("pulse/")
        self.page.clock.run_for(int(after_s * 1000))
        self.until(lambda: self.asked.count("pulse/") > count)

    def until(self, look: Any) -> None:
        """Playwright answers requests while the page is asked for something."""
        deadline = time.monotonic() + 30
        while not look():
            assert time.monotonic() < deadline, self.asked
            self.page.evaluate("1")

    def wait_for(self, name: str, word: str) -> None:
        self.page.locator(f"[data-name='{name}'] .word", has_text=word).wait_for()

    def order(self) -> list[str]:
        names: list[str] = self.page.eval_on_selector_all(".stream-card", "(cards) => cards.map((c) => c.dataset.name)")
        return names

    def card(self, name: str) -> list[str]:
        return self.page.locator(f"[data-name='{name}']").inner_text().split("\n")

    def title_is(self, title: str) -> None:
        self.page.wait_for_function("(title) => document.title === title", arg=title)

    def test_a_card_says_state_pace_age_and_past_and_nothing_moves_while_answers_come(self) -> None:
        self.streams[0].update(public=True, description="<b>of the press</b>")
        self.open()
        self.page.get_by_text("15 min, peak 5.00/s").first.wait_for()
        places = self.page.evaluate(PLACES)
        self.pulse()
        self.page.get_by_text("50.0 /s").first.wait_for()
        self.pulse()
        self.page.locator(".rate", has_text="50.0").first.wait_for()
        said = ["a", "public", "● live", "50.0 /s", "last tick 0.0 s ago", "15 min, peak 5.00/s", "<b>of the press</b>"]
        self.assertEqual([line for line in self.card("a") if line], said)
        self.assertEqual(self.page.evaluate(PLACES), places)
        self.title_is("● 3 live · Streams · Tick Monitor")
        self.assertEqual(self.errors, [])

    def test_a_stream_that_only_the_archive_knows_has_its_past_drawn(self) -> None:
        self.streams[1] = told("b", None, producer="down")
        self.open()
        self.wait_for("b", "no ticks yet")
        self.pulse()
        self.wait_for("b", "offline")
        self.assertTrue(self.page.evaluate(DRAWN, "b"))

    def test_the_worst_comes_first_in_the_list_the_title_and_the_icon(self) -> None:
        self.open()
        calm = self.page.evaluate("document.querySelector('link[rel=icon]').href")
        quiet = {"n": 100, "ts": BEGAN + 1000}
        for _ in range(5):
            self.pulse(b=quiet, c={**quiet, "producer": "down"})
        self.wait_for("b", "stale")
        self.title_is("✕ 1 offline · Streams · Tick Monitor")
        self.page.wait_for_function("() => document.querySelector('.stream-card').dataset.name === 'c'")
        self.assertEqual(self.order(), ["c", "b", "a"])
        self.assertIn("no producer", self.card("c")[-1] + " ".join(self.card("c")))
        self.assertEqual(self.page.locator("#spoken").inner_text(), "1 offline, 1 stale, 1 live")
        self.assertIn("data:image/svg", self.page.evaluate("document.querySelector('link[rel=icon]').href"))
        self.pulse(b={"n": 101, "producer": "up"}, c={"n": 101, "producer": "up"})
        self.title_is("● 3 live · Streams · Tick Monitor")
        self.assertEqual(self.page.evaluate("document.querySelector('link[rel=icon]').href"), calm)

    def test_the_order_is_chosen_and_remembered(self) -> None:
        self.streams[2]["producer"] = "down"
        self.open()
        self.assertEqual(self.order(), ["c", "a", "b"])
        self.page.get_by_role("button", name="By name").click()
        self.assertEqual(self.order(), ["a", "b", "c"])
        self.open()
        self.assertEqual(self.order(), ["a", "b", "c"])
        self.assertEqual(self.page.get_by_role("button", name="By name").get_attribute("aria-pressed"), "true")

    def test_a_card_keeps_the_focus_when_it_moves(self) -> None:
        self.open()
        self.page.get_by_role("link", name="c", exact=True).focus()
        for _ in range(3):
            self.pulse(c={"n": 100, "producer": "down"})
        self.page.wait_for_function("() => document.querySelector('.stream-card').dataset.name === 'c'")
        self.assertEqual(self.page.evaluate("document.activeElement.textContent"), "c")

    def test_streams_come_and_go_while_one_looks(self) -> None:
        self.open()
        self.streams[1:2] = [told("new", None)]
        self.pulse()
        self.wait_for("new", "no ticks yet")
        self.assertIn("python manage.py runproducer --stream new", self.card("new"))
        self.wait_for("b", "no longer listed")
        self.title_is("○ 1 no ticks yet · Streams · Tick Monitor")
        asked = len(self.asked)
        self.pulse(after_s=31)
        self.until(lambda: "streams/c/series/?fields=v&points=45&from_ts=-900" in self.asked[asked:])
        self.assertNotIn("streams/b", " ".join(self.asked[asked:]))

    def test_what_failed_when_and_the_next_try_are_told_and_old_data_stays(self) -> None:
        self.open()
        self.pulse()
        self.page.locator(".rate", has_text="50.0").first.wait_for()
        self.failure = 503
        self.page.clock.run_for(2000)
        bar = self.page.locator("#trouble")
        self.page.locator("#trouble", has_text="Try 1 failed").wait_for()
        self.assertRegex(
            bar.inner_text(),
            r"Nothing new is known. Since \d\d:\d\d:\d\d the server answered 503: Redis is away. "
            r"Try 1 failed, next in \d s",
        )
        self.title_is("✕ offline · Streams · Tick Monitor")
        self.assertEqual(self.page.locator(".is-old .rate").first.inner_text(), "50.0")
        self.assertEqual(self.page.locator(".is-old .mark").first.inner_text(), "● was live")
        self.assertEqual(self.page.locator("#tally").inner_text(), "last known: ● 3 live")
        aged = "() => parseFloat(document.querySelector('.age').textContent.match(/[0-9.]+/)[0]) >= 3"
        self.page.clock.run_for(1500)
        self.page.wait_for_function(aged)
        self.page.clock.run_for(2000)
        self.page.locator("#trouble", has_text="Try 2 failed").wait_for()
        self.failure = None
        self.page.get_by_role("button", name="Try now").click()
        self.title_is("● 3 live · Streams · Tick Monitor")
        self.assertFalse(bar.is_visible())
        self.assertEqual(self.page.locator(".is-old").count(), 0)
        self.assertEqual(self.page.locator(".mark").first.inner_text(), "● live")
        self.assertEqual(self.page.locator("#tally").inner_text(), "● 3 live")

    def test_who_is_signed_out_elsewhere_is_told_so_and_not_that_streams_are_gone(self) -> None:
        self.user = SimpleNamespace(is_authenticated=True, is_staff=True)
        self.open()
        self.signed_in, self.streams = False, []
        self.page.clock.run_for(2000)
        bar = self.page.locator("#trouble", has_text="you are signed out. Try 1 failed")
        bar.wait_for()
        self.assertTrue(bar.get_by_role("link", name="Sign in").is_visible())
        self.assertEqual(self.page.locator(".mark").first.inner_text(), "● was live")

    def test_a_hidden_page_asks_nothing_and_asks_at_once_when_it_is_shown(self) -> None:
        self.open()
        self.page.evaluate(HIDE, True)
        asked = self.asked.count("pulse/")
        self.page.clock.run_for(60_000)
        self.assertEqual(self.asked.count("pulse/"), asked)
        self.held = held = []
        self.page.evaluate(HIDE, False)
        self.until(lambda: held)
        self.page.evaluate(HIDE, True)
        self.held = None
        with self.page.expect_response("**/api/pulse/"):
            held[0].fulfill(body=json.dumps({"server_time": self.now, "streams": self.streams}))
        self.page.clock.run_for(60_000)
        self.assertEqual(self.asked.count("pulse/"), asked + 1, "nor once an answer has come that was asked for before")

    def test_of_thousands_only_those_in_sight_are_written_and_asked_for(self) -> None:
        self.streams = [told("a"), *(told(f"b-{at:04}") for at in range(2999))]
        self.open()
        self.pulse()
        self.assertLess(self.page.evaluate("document.querySelectorAll('.mark').length"), 60)
        self.page.get_by_role("searchbox").fill("b-29")
        self.wait_for("b-2900", "live")
        self.assertEqual(self.page.locator(".stream-card:not([hidden])").count(), 99)
        self.page.get_by_role("searchbox").fill("nothing of the kind")
        self.page.get_by_text("No stream has “nothing of the kind”").wait_for()
        self.assertLess(sum(path.endswith("/fields/") for path in self.asked), 120)
        self.title_is("● 3,000 live · Streams · Tick Monitor")

    def test_programs_name_the_site_as_the_visitor_sees_it_and_are_copied_where_scripts_have_no_clipboard(self) -> None:
        self.open("login.html")
        self.assertEqual(self.page.evaluate("typeof navigator.clipboard"), "undefined")
        self.page.get_by_role("combobox", name="Stream").select_option("c")
        self.page.get_by_role("button", name="Copy the program for curl").click()
        self.page.locator("#spoken", has_text="Copied: curl").wait_for(state="attached")
        self.assertEqual(self.pasted(), f'curl -sN "{SITE}/stream?stream=c"')
        self.page.get_by_role("button", name="Copy the program for Browser").click()
        self.page.locator("#spoken", has_text="Copied: Browser").wait_for(state="attached")
        self.assertIn('new WebSocket("ws://ticks.test/ws/stream?stream=c")', self.pasted())

    def pasted(self) -> str:
        """What the clipboard has, in one line."""
        field = self.page.get_by_label("User name")
        field.fill("")
        field.press("Control+V")
        return field.input_value().strip()
