"""The reconnecting client against a server that misbehaves."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import WebSocketRoute

from tests.js.modules import ModuleCase
from tests.js.streaming import Connection, Server, send, ticks

FOLLOW = """
    window.seen = []; window.gaps = []; window.states = [];
    window.feed = follow({
        stream: "main", fromTs: -300,
        onTicks: (ticks) => seen.push(...ticks.map(({ t }) => t)),
        onGap: (gap) => gaps.push(gap.reason),
        onState: ({ state, code, reason }) => states.push([state, code, reason]),
    });
"""


@pytest.mark.browser
class FeedTest(ModuleCase):
    def follow(self, *scripts: Connection) -> Server:
        server = Server(*scripts)
        self.page.route_web_socket("**/ws/stream*", server)
        self.run_js("{ follow } from feed.js", FOLLOW)
        return server

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}", timeout=20_000)

    def value(self, expression: str) -> Any:
        return self.page.evaluate(f"() => {expression}")

    def test_a_stream_without_a_tick_greets_twice_and_then_flows(self) -> None:
        def empty(server: Server, socket: WebSocketRoute) -> None:
            send(socket, type="hello", epoch=None, cursor=None, server_time=time.time(), heartbeat_s=15, newest_t=None)
            server.hello(socket, 0)
            ticks(socket, 1, 3)

        server = self.follow(empty)
        self.wait("seen.length === 3")
        self.assertEqual(self.value("seen"), [1, 2, 3])
        self.assertEqual(len(server.queries), 1)

    def test_a_lost_connection_resumes_behind_the_last_tick_received(self) -> None:
        def first(server: Server, socket: WebSocketRoute) -> None:
            server.hello(socket, 0)
            ticks(socket, 1, 40, size=200)
            ticks(socket, 41, 42)
            socket.close(code=1012)

        def second(server: Server, socket: WebSocketRoute) -> None:
            server.hello(socket, server.asked_t())
            ticks(socket, server.asked_t() + 1, 60)

        server = self.follow(first, second)
        self.wait("seen.length >= 60")
        self.assertEqual(self.value("seen"), list(range(1, 61)))
        self.assertEqual(server.queries[0], {"stream": "main", "from_ts": "-300"})
        self.assertEqual(server.queries[1], {"stream": "main", "from_t": "42", "epoch": "e1"})
        self.assertEqual(self.errors, [])

    def test_a_hole_a_double_and_an_unreadable_frame_are_not_believed(self) -> None:
        def good(server: Server, socket: WebSocketRoute) -> None:
            server.hello(socket, server.asked_t())
            ticks(socket, server.asked_t() + 1, server.asked_t() + 5)

        def hole(server: Server, socket: WebSocketRoute) -> None:
            good(server, socket)
            ticks(socket, server.asked_t() + 8, server.asked_t() + 9)

        def double(server: Server, socket: WebSocketRoute) -> None:
            good(server, socket)
            ticks(socket, server.asked_t() + 3, server.asked_t() + 7)

        def garbage(server: Server, socket: WebSocketRoute) -> None:
            good(server, socket)
            socket.send(b"\x1f\x8b no gzip")
            ticks(socket, server.asked_t() + 6, server.asked_t() + 7)

        self.follow(hole, double, garbage, good)
        self.wait("seen.length >= 20")
        self.assertEqual(self.value("seen"), list(range(1, 21)))
        self.assertEqual(self.errors, [])

    def test_behind_a_gap_it_goes_on_where_the_server_does(self) -> None:
        def gaps(server: Server, socket: WebSocketRoute) -> None:
            server.hello(socket, 0)
            ticks(socket, 1, 3)
            send(socket, type="gap", after_t=3, next_t=9, count=5, reason="lost")
            ticks(socket, 9, 10, prev=8)
            send(socket, type="gap", after_t=10, next_t=1, count=0, reason="epoch", epoch="e2")
            ticks(socket, 1, 2, prev=0)

        self.follow(gaps)
        self.wait("seen.length >= 7")
        self.assertEqual(self.value("seen"), [1, 2, 3, 9, 10, 1, 2])
        self.assertEqual(self.value("gaps"), ["lost", "epoch"])
        self.assertEqual(self.value("feed.cursor"), {"epoch": "e2", "t": 2})

    def test_a_final_close_code_stops_it_and_says_why(self) -> None:
        def refuse(server: Server, socket: WebSocketRoute) -> None:
            socket.close(code=4401)

        server = self.follow(refuse)
        self.wait("feed.status.state === 'stopped'")
        self.assertEqual(self.value("states.at(-1)"), ["stopped", 4401, "sign in to watch this stream"])
        self.page.wait_for_timeout(700)
        self.assertEqual(len(server.queries), 1)

    def test_left_and_shown_again_it_goes_on(self) -> None:
        def good(server: Server, socket: WebSocketRoute) -> None:
            server.hello(socket, server.asked_t())
            ticks(socket, server.asked_t() + 1, server.asked_t() + 3)

        self.follow(good)
        self.wait("seen.length >= 3")
        self.value("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
        self.assertEqual(self.value("feed.status.state"), "hidden")
        self.value("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        self.wait("seen.length >= 6")
        self.assertEqual(self.value("seen"), [1, 2, 3, 4, 5, 6])

    def test_a_viewers_wrong_clock_does_not_count(self) -> None:
        def ahead(server: Server, socket: WebSocketRoute) -> None:
            cursor = {"epoch": "e1", "t": 0}
            send(socket, type="hello", epoch="e1", cursor=cursor, server_time=5000, heartbeat_s=15)

        self.follow(ahead)
        self.wait("feed.status.state === 'live'")
        self.assertAlmostEqual(self.value("feed.now()"), 5000, delta=5)

    def test_a_silent_connection_is_given_up(self) -> None:
        def silent(server: Server, socket: WebSocketRoute) -> None:
            cursor = {"epoch": "e1", "t": 0}
            send(socket, type="hello", epoch="e1", cursor=cursor, server_time=5000, heartbeat_s=0.4)

        server = self.follow(silent)
        self.page.wait_for_function("() => states.filter(([state]) => state === 'live').length >= 2", timeout=20_000)
        self.assertIn("nothing was heard for 1 s", [reason for _, _, reason in self.value("states")])
        self.assertGreaterEqual(len(server.queries), 2)
