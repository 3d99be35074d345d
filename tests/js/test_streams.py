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
from ticks.models import Stream

BEGAN = 1_760_000_000.0
EPOCH = "0mgj6k3cwabcd"
"""Its name says that it began then."""
HIDE = """(hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
PLACES = (
    "() => [...document.querySelectorAll('.stream-card, h1, .sorting')].map((e) => e.getBoundingClientRect().toJSON())"
)


def told(name: str, n: int | None = 100, **more: Any) -> dict[str, Any]:
    """What an answer says of a stream that is well, at 0 s after BEGAN + 1000."""
    head = {"epoch": EPOCH if n else None, "t": n, "n": n, "ts": BEGAN + 1000 if n else None}
    return {"name": name, "public": False, "description": "", "producer": "up", **head, **more}


@pytest.mark.browser
class KnownTest(ModuleCase):
    """What is known of a stream, and how it is put."""

    def pace(self, *answers: tuple[float, int, float], then: float = 0, epoch: str = EPOCH) -> dict[str, float]:
        """Of answers at a time that told an ordinal and when it was published, all in seconds after BEGAN + 1000."""
        body = """
            const pace = new Pace();
            for (const [now, n, ts] of arg.answers) pace.take(now, { epoch: arg.epoch, n, ts });
            return { rate: pace.rate, interval: pace.intervalS, quiet: pace.quietS(arg.then) };
        """
        start = BEGAN + 1000
        asked = [(start + now, n, start + ts) for now, n, ts in answers]
        argument = {"answers": asked, "then": start + then, "epoch": epoch}
        found: dict[str, float] = self.run_js("{ Pace } from streams/pace.js", body, argument)
        return {name: round(value, 3) if value == value else value for name, value in found.items()}

    def test_the_rate_is_that_of_the_ticks_between_answers(self) -> None:
        fast = self.pace((0, 100, 0), (2, 200, 2), (4, 300, 4), then=4.5)
        self.assertEqual(fast, {"rate": 50, "interval": 0.02, "quiet": 0.5})
        slow = self.pace(*((at, 5 + at // 10, at // 10 * 10) for at in range(0, 62, 2)), then=65)
        self.assertEqual(slow, {"rate": 0.1, "interval": 10, "quiet": 5})

    def test_before_two_ticks_were_seen_the_epochs_mean_serves_for_the_interval_alone(self) -> None:
        found = self.pace((0, 100, 0), (2, 100, 0), then=2)
        self.assertEqual((found["interval"], found["quiet"]), (10, 2))
        self.assertNotEqual(found["rate"], found["rate"], "not a number")

    def test_a_standstill_counts_for_nothing_once_it_is_over(self) -> None:
        found = self.pace((0, 100, 0), (2, 120, 2), (4, 120, 2), (60, 120, 2), (62, 140, 62), (64, 160, 64))
        self.assertEqual(found["rate"], 10)

    def test_another_epoch_begins_anew(self) -> None:
        body = """
            const pace = new Pace();
            for (const [now, epoch, n] of arg) pace.take(now, { epoch, n, ts: now });
            return pace.rate;
        """
        answers = [(0, EPOCH, 5000), (2, EPOCH, 5100), (4, f"{EPOCH[:-1]}e", 3), (6, f"{EPOCH[:-1]}e", 23)]
        self.assertEqual(self.run_js("{ Pace } from streams/pace.js", body, answers), 10)

    def test_a_producers_wrong_clock_is_not_believed(self) -> None:
        for ahead in (-3600, 3600):
            found = self.pace((0, 100, ahead), (2, 120, ahead + 2), then=2)
            self.assertTrue(0 <= found["quiet"] <= 2, found)
            later = self.pace((0, 100, ahead), (2, 120, ahead + 2), (30, 120, ahead + 2), then=30)
            self.assertTrue(28 <= later["quiet"] <= 30, later)

    def state(self, *answers: tuple[float, dict[str, Any]]) -> list[str]:
        """State, settled state and note after answers, each at so many seconds after the first one."""
        body = """
            const entry = new Entry("rig");
            for (const [now, told] of arg) told === null ? entry.lose() : entry.take(told, now);
            return [entry.state, entry.settled, entry.note];
        """
        asked = [(BEGAN + 1000 + now, answer) for now, answer in answers]
        found: list[str] = self.run_js("{ Entry } from streams/entry.js", body, asked)
        return found

    def test_states(self) -> None:
        up, down = told("rig"), told("rig", producer="down")
        on, on_down = told("rig", 120, ts=BEGAN + 1002), told("rig", 120, ts=BEGAN + 1002, producer="down")
        for name, answers, expected in (
            ("live", [(0, up), (2, on)], ["live", "live", ""]),
            ("slow, not for long yet", [(0, up), (2, on), (4, on)], ["slow", "live", ""]),
            ("stale", [(0, up), (2, on), (8, on), (10, on)], ["stale", "stale", ""]),
            ("left", [(0, up), (2, on), (4, on_down), (6, on_down)], ["offline", "offline", "no producer"]),
            ("left, and found so", [(0, down)], ["offline", "offline", "no producer"]),
            ("ticks come without a lease", [(0, down), (2, on_down)], ["live", "offline", ""]),
            ("empty", [(0, told("rig", None))], ["empty", "empty", ""]),
            ("empty, and left", [(0, told("rig", None, producer="down"))], ["empty", "empty", ""]),
            ("deleted", [(0, up), (2, on), (4, None), (6, None)], ["gone", "gone", ""]),
        ):
            with self.subTest(name):
                self.assertEqual(self.state(*answers), expected)

    def test_a_stream_that_only_the_archive_knows_is_not_called_empty(self) -> None:
        body = """
            const entry = new Entry("rig");
            const told = { n: null, epoch: null, ts: null, producer: arg, public: true, description: "" };
            entry.take(told, 1000);
            entry.learn(400, 1);
            entry.take(told, 1002);
            return [entry.state, entry.ageS(1002)];
        """
        for producer, state in (("down", "offline"), ("up", "stale")):
            self.assertEqual(self.run_js("{ Entry } from streams/entry.js", body, producer), [state, 602])

    def test_order_and_count(self) -> None:
        body = """
            const entryOf = ([name, settled]) => ({ name, settled, description: `of ${name}` });
            const entries = Object.entries(arg).map(entryOf);
            const names = (by) => module.ordered(entries, by).map(({ name }) => name);
            const counts = [...module.tally(entries.map(({ settled }) => settled))];
            const found = ["", "RIG", "rig of", "rig nothing"].map((words) => module.matches(entries[0], words));
            return [names("state"), names("name"), counts, found];
        """
        states = {"rig": "live", "c": "offline", "b": "empty", "a": "live", "d": "stale"}
        self.assertEqual(
            self.run_js("module from streams/entry.js", body, states),
            [
                ["c", "d", "b", "a", "rig"],
                ["a", "b", "c", "d", "rig"],
                [["offline", 1], ["stale", 1], ["empty", 1], ["live", 2]],
                [True, True, True, False],
            ],
        )

    def test_the_past_is_in_ticks_a_second_without_the_bucket_that_is_being_filled(self) -> None:
        body = "return pastOf(arg, 'v', 7);"
        series = {
            "ts": [0, 20, 40, 60, 80],
            "width_s": 20,
            "to_ts": 100,
            "fields": {"v": {"count": [0, 10, 20, 10, 1]}},
        }
        past = self.run_js("{ pastOf } from streams/past.js", body, series)
        self.assertEqual((past["ts"], past["rates"]), ([10, 30, 50, 70], [0, 0.5, 1, 0.5]))
        self.assertEqual((past["from"], past["to"], past["lastTs"]), (0, 80, 7))
        self.assertAlmostEqual(past["intervalS"], 60 / 35.5)

    def test_icons_differ_by_shape_and_carry_the_count(self) -> None:
        body = """
            const icons = Object.keys(health.STATES).map((state) => module.iconOf(state, 12));
            const texts = icons.filter(Boolean).map((icon) => decodeURIComponent(icon.split(",")[1]));
            const images = texts.map((text) => new DOMParser().parseFromString(text, "image/svg+xml"));
            const shape = (image) => image.querySelector("g").innerHTML;
            return [new Set(images.map(shape)).size, images.map((image) => image.querySelector("text").textContent),
                images.some((image) => image.querySelector("parsererror")), module.iconOf("live", 3)];
        """
        imports = "const health = await import('/static/ticks/fresh/health.js');"
        shapes, counts, is_broken, live = self.run_js("module from look/favicon.js", imports + body)
        self.assertEqual((shapes, set(counts), is_broken, live), (7, {"9+"}, False, None))


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
        self.assertEqual(self.page.locator("#spoken").inner_text(), "✕ 1 offline · ◌ 1 stale · ● 1 live")
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
