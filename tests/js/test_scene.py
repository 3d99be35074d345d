"""What a page shows of its stream, with a server that a test plays."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Request, WebSocketRoute

from tests.js.modules import SITE, ModuleCase
from tests.js.streaming import query_of, send

PAGE = {
    **{"stream": "main", "ws": "/ws/stream", "api": "/api/streams/main/", "window_s": 300},
    **{"fields": {}, "known": [], "latest": None},
}
HTML = """<!doctype html><script id="page" type="application/json">{page}</script>
<script src="/static/vendor/uplot/uPlot.iife.min.js"></script>
<p id="empty" hidden></p><div id="kpis"></div><div id="charts"></div>"""
BEGIN = """
    const { Choice } = await import("/static/ticks/board/drawer/choice.js");
    const choice = new Choice({ given: { pinned: [], hidden: [], order: [] } });
    window.learned = [];
    window.arranged = 0;
    const company = { learned: (list) => learned.push(list.map(({ path }) => path)), arranged: () => (arranged += 1) };
    window.scene = new Scene({ page: readPage(), choice, company, connection: { share: false } });
    scene.begin();
"""
MANY = 25
"""More ticks than are looked at one by one."""


@pytest.mark.browser
class SceneTest(ModuleCase):
    def setUp(self) -> None:
        super().setUp()
        self.offset_s = 0.0
        self.t = 0
        self.sockets: list[WebSocketRoute] = []
        self.page.route_web_socket("**/ws/stream*", self.greet)
        self.addCleanup(lambda: self.assertEqual(self.errors, []))

    def greet(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        facts = {"epoch": "e1", "cursor": {"epoch": "e1", "t": 0}, "newest_t": 0}
        send(socket, type="hello", server_time=time.time() + self.offset_s, heartbeat_s=15, **facts)

    def begin(self, **page: Any) -> None:
        html = HTML.format(page=json.dumps(PAGE | page))
        self.page.route(f"{SITE}/s/main/", lambda route: route.fulfill(body=html, content_type="text/html"))
        self.page.goto(f"{SITE}/s/main/")
        self.run_js("{ readPage, Scene } from board/scene.js", BEGIN)
        self.page.wait_for_function("scene.live.greeted")

    def push(self, count: int = 1, **values: float) -> None:
        records = [{"t": self.t + 1 + i, "ts": time.time(), **values} for i in range(count)]
        last = self.t + count
        send(self.sockets[-1], type="ticks", prev_t=self.t, first_t=self.t + 1, last_t=last, ticks=records)
        self.t = last
        self.page.wait_for_function("(last) => scene.live.seen.at(-1) === last", arg=last)

    def test_a_field_is_shown_at_once_in_the_beginning_and_later_soon(self) -> None:
        self.begin()
        self.push(load=1.5)
        self.push(load=1.5, heat=40)
        self.assertEqual(self.page.evaluate("learned"), [["load"], ["load", "heat"]])
        self.push(MANY, load=1.5)
        deadline = time.monotonic() + 30
        while len(self.page.evaluate("learned")) == 2 and time.monotonic() < deadline:
            self.push(load=1.5, wind=3)
        self.assertEqual(self.page.evaluate("learned[2]"), ["load", "heat", "wind"])
        self.assertEqual(self.page.evaluate("scene.shown.map(({ path }) => path)"), ["load", "heat", "wind"])
        self.page.wait_for_function("arranged === 3 && scene.board.roots.length === 3")

    def test_what_is_shown_is_read_anew_where_the_servers_clock_is_another(self) -> None:
        self.offset_s = 3600.0
        with self.page.expect_request(lambda request: "/gaps/" in request.url and since(request) > time.time() + 3000):
            self.begin()

    def test_what_the_page_knew_is_shown_before_any_answer(self) -> None:
        self.begin(latest={"t": 0, "ts": time.time(), "load": 2}, known=[{"path": "old", "type": "number"}])
        self.assertEqual(self.page.evaluate("learned[0]"), ["load", "old"])

    def test_after_its_end_nothing_is_shown_whatever_comes(self) -> None:
        self.begin()
        self.push(load=1.5)
        self.page.wait_for_function("arranged === 1 && scene.board.roots.length === 1")
        self.page.evaluate("scene.end()")
        self.push(heat=40)
        self.assertEqual(self.page.evaluate("[learned, scene.board.roots.length]"), [[["load"]], 0])

    def test_the_page_of_a_link_shows_it_wherever_it_asks(self) -> None:
        with self.page.expect_request(lambda request: "/api/" in request.url) as asked:
            self.begin(link="id.secret")
        self.assertEqual(query_of(self.sockets[0])["link"], "id.secret")
        self.assertEqual(asked.value.headers["authorization"], "Link id.secret")


def since(request: Request) -> float:
    return float(parse_qs(urlsplit(request.url).query)["from_ts"][0])
