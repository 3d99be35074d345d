"""Tabs of one browser: one connection, every tick once in each of them, whatever becomes of the tab that has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from unittest import TestCase

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.js import modules
from tests.js.streaming import Stream
from tests.support.browser import light_chromium
from tests.support.waiting import until

SITE = "http://localhost"
FOLLOW = """async (options) => {
    const { follow } = await import("/static/ticks/feed.js");
    window.seen = []; window.states = []; window.hellos = []; window.gaps = [];
    window.feed = follow({
        stream: "main", ...options,
        onHello: ({ cursor, newest_t: newest }, resumed) => hellos.push([cursor.t, newest, resumed]),
        onTicks: (ticks) => seen.push(...ticks.map(({ t }) => t)),
        onGap: ({ after_t, next_t }) => gaps.push([after_t, next_t]),
        onState: ({ state, role }) => states.push(`${role} ${state}`),
    });
}"""
HEARTBEAT_S = 1.0


@pytest.mark.browser
class SharedTest(TestCase):
    browser: ClassVar[Browser]

    @classmethod
    def setUpClass(cls) -> None:
        cls.browser = cls.enterClassContext(light_chromium())

    def setUp(self) -> None:
        self.context = self.browser.new_context()
        self.addCleanup(self.context.close)
        self.stream = Stream(10, HEARTBEAT_S)
        self.context.route("**/*", serve)
        self.context.route_web_socket("**/ws/stream*", self.stream)
        self.tabs: list[Page] = []
        self.errors: list[str] = []

    def open(self, **options: Any) -> Page:
        """A tab that follows the stream, and has begun."""
        tab = self.context.new_page()
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.goto(f"{SITE}/")
        tab.evaluate(FOLLOW, options)
        self.tabs.append(tab)
        self.until(lambda: tab.evaluate("seen.length") > 0, "it has a tick")
        return tab

    def open_some(self, count: int = 3) -> list[Page]:
        return [self.open() for _ in range(count)]

    def until(self, look: Callable[[], Any], what: str) -> None:
        """While the tabs' sockets are served, and get heartbeats."""

        def served() -> Any:
            self.stream.beat()
            self.tabs[-1].wait_for_timeout(30)
            return look()

        until(served, what, 60)

    def until_all_have(self, t: int) -> None:
        self.until(lambda: all(tab.evaluate("seen.at(-1)") == t for tab in self.tabs), f"all have {t}")

    def flow(self, count: int = 5) -> None:
        """So many ticks, and each tab has them."""
        for _ in range(count):
            self.stream.push()
            self.tabs[-1].wait_for_timeout(5)
        self.until_all_have(self.stream.newest)

    def each_has_all(self, first: int = 10) -> None:
        for tab in self.tabs:
            self.assertEqual(tab.evaluate("seen"), list(range(first, self.stream.newest + 1)))
        self.assertEqual(self.errors, [])

    def role(self, tab: Page) -> str:
        role: str = tab.evaluate("feed.status.role")
        return role

    def hang(self, tab: Page, seconds: float) -> None:
        """Its script does nothing else for so long."""
        tab.evaluate(
            f"() => void setTimeout(() => {{ const end = Date.now() + {seconds * 1000}; while (Date.now() < end); }})"
        )

    def test_six_tabs_have_one_connection_and_each_has_every_tick(self) -> None:
        self.open_some(6)
        self.flow()
        self.assertEqual([self.role(tab) for tab in self.tabs], ["leader", *["follower"] * 5])
        self.assertEqual(len(self.stream.peers), 1)
        self.each_has_all()
        for tab in self.tabs:
            self.assertEqual(tab.evaluate("feed.status.state"), "live")
            self.assertLess(abs(tab.evaluate("feed.now() - Date.now() / 1000")), 1)
        self.assertIsNotNone(self.tabs[-1].evaluate("feed.roundTripMs"))

    def test_who_asks_for_the_past_fetches_it_and_then_shares(self) -> None:
        self.open()
        self.flow()
        late = self.open(fromTs=3)
        self.flow()
        self.assertEqual(late.evaluate("seen"), list(range(4, self.stream.newest + 1)))
        self.until(lambda: len(self.stream.connected) == 1, "one connection is left")
        self.flow(100)
        self.assertEqual((len(self.stream.connected), len(self.stream.peers)), (1, 2))
        self.assertEqual(self.role(late), "follower")
        self.assertEqual(late.evaluate("hellos.length"), 1)

    def test_what_a_follower_missed_it_has_of_the_leader(self) -> None:
        leader, other = self.open_some(2)
        self.flow()
        other.evaluate("document.dispatchEvent(new Event('freeze'))")
        self.assertEqual(other.evaluate("feed.status.state"), "hidden")
        self.stream.push(5)
        self.until(lambda: leader.evaluate("seen.at(-1)") == self.stream.newest, "the leader has it")
        other.evaluate("document.dispatchEvent(new Event('resume'))")
        self.flow()
        self.each_has_all()
        self.assertEqual(len(self.stream.peers), 1)
        self.assertTrue(other.evaluate("hellos.at(-1)")[2])

    def test_what_the_leader_has_no_more_a_follower_fetches(self) -> None:
        leader = self.open()
        leader.evaluate("feed.close()")
        self.tabs.clear()
        self.stream.push(5)
        self.open()
        self.flow()
        old = self.open(fromT=2, epoch="e1")
        self.flow()
        self.assertEqual(old.evaluate("seen"), list(range(3, self.stream.newest + 1)))
        self.until(lambda: len(self.stream.connected) == 1, "one connection is left")
        self.assertEqual(self.stream.queries[-1]["from_t"], "2")

    def test_another_takes_over_where_the_leader_is_closed_left_frozen_or_crashed(self) -> None:
        ends: dict[str, Callable[[Page], object]] = {
            "closed": lambda tab: tab.close(),
            "gone elsewhere": lambda tab: tab.goto(f"{SITE}/elsewhere"),
            "frozen": lambda tab: tab.evaluate("document.dispatchEvent(new Event('freeze'))"),
            "ended": lambda tab: tab.evaluate("feed.close()"),
        }
        self.open_some(len(ends) + 1)
        for number, (name, end) in enumerate(ends.items()):
            with self.subTest(name):
                self.flow()
                self.assertEqual(self.role(self.tabs[0]), "leader")
                end(self.tabs.pop(0))
                self.flow()
                self.each_has_all()
                self.assertEqual(len(self.stream.peers), number + 2)
                self.assertEqual(len(self.stream.connected), 1)
                self.assertEqual(self.stream.queries[-1]["epoch"], "e1")

    def test_a_leader_that_hangs_is_deposed_and_follows_when_it_is_back(self) -> None:
        leader, *_ = self.open_some()
        self.flow()
        self.hang(leader, 11)
        rest = self.tabs[1:]
        self.until(lambda: any(self.role(tab) == "leader" for tab in rest), "another one leads")
        self.stream.push(5)
        self.until(lambda: all(tab.evaluate("seen.at(-1)") == self.stream.newest for tab in rest), "they have it")
        self.flow()
        self.each_has_all()
        self.assertEqual(self.role(leader), "follower")
        self.until(lambda: len(self.stream.connected) == 1, "one connection is left")

    def test_a_hidden_leader_hands_over(self) -> None:
        leader, other = self.open(hiddenAfterS=0.5), self.open()
        leader.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
        leader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        self.until(lambda: self.role(other) == "leader", "the other one leads")
        self.assertEqual(leader.evaluate("feed.status.state"), "hidden")
        self.stream.push(5)
        leader.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
        leader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        self.flow()
        self.each_has_all()
        self.assertEqual(self.role(leader), "follower")

    def test_followers_are_told_when_the_leaders_connection_is_lost_and_back(self) -> None:
        self.open_some(2)
        for peer in self.stream.connected:
            peer.close(1012)
        self.stream.push(5)
        self.flow()
        self.each_has_all()
        self.assertIn("follower waiting", self.tabs[1].evaluate("states"))
        self.assertEqual(self.tabs[1].evaluate("feed.status.state"), "live")
        self.assertEqual(self.tabs[1].evaluate("hellos.at(-1)")[2], True)

    def test_a_gap_is_told_in_every_tab(self) -> None:
        self.open_some()
        self.flow(2)
        self.stream.lose(3)
        self.flow(2)
        for tab in self.tabs:
            self.assertEqual(tab.evaluate("gaps"), [[12, 16]])
            self.assertEqual(tab.evaluate("seen"), [10, 11, 12, 16, 17])
        self.assertEqual(len(self.stream.peers), 1)

    def test_a_message_that_does_not_follow_is_not_believed(self) -> None:
        leader, _ = self.open_some(2)
        self.flow()
        forge = """([prev, last]) => {
            const channel = new BroadcastChannel(`${location.origin.replace("http", "ws")}/ws/stream stream=main`);
            const ticks = [{ t: last, ts: 1e9 }];
            const text = JSON.stringify({ type: "ticks", prev_t: prev, first_t: last, last_t: last, ticks });
            channel.postMessage({ kind: "said", epoch: "e1", text, now: Date.now() / 1000, roundTripMs: 1 });
        }"""
        newest = self.stream.newest
        for prev, last in ((newest + 3, newest + 4), (newest - 3, newest - 1)):
            leader.evaluate(forge, [prev, last])
            self.flow()
        self.each_has_all()
        self.assertEqual((self.role(leader), len(self.stream.peers)), ("leader", 1))

    def test_who_wants_something_of_its_own_has_a_connection_of_its_own(self) -> None:
        self.open()
        for options in ({"fields": "cpu"}, {"share": False}):
            self.open(**options)
        self.assertEqual(len(self.stream.connected), 3)
        self.assertEqual([self.role(tab) for tab in self.tabs], ["leader", "leader", "alone"])
        moved = self.open()
        self.assertEqual(self.role(moved), "follower")
        moved.evaluate("feed.pause()")
        self.until(lambda: len(self.stream.connected) == 4, "it has its own")
        self.stream.push(3)
        self.until(lambda: self.tabs[0].evaluate("seen.at(-1)") == self.stream.newest, "the others go on")
        self.assertEqual(moved.evaluate("seen"), [10])
        moved.evaluate("feed.resume()")
        self.until_all_have(self.stream.newest)
        self.assertEqual(self.role(moved), "alone")
        self.each_has_all()


def serve(route: Route) -> None:
    """As `modules.serve`, on an origin that has Web Locks."""
    path = route.request.url.removeprefix(f"{SITE}/static/")
    file = modules.STATIC / path
    if file.is_file():
        route.fulfill(body=file.read_bytes(), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>tab</title>", content_type="text/html")
