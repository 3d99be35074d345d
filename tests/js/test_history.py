"""What the dashboard makes of the API's answers."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.js.modules import SITE, ModuleCase

ASK = """
    const history = new History("/api/streams/main/");
    return await history.ticks(["value"], { from: 1, to: 9 }, 10).catch(({ status, message }) => ({ status, message }));
"""


def fulfill(answer: dict[str, Any], route: Route) -> None:
    route.fulfill(**answer)


@pytest.mark.browser
class HistoryTest(ModuleCase):
    def asked(self, body: str, status: int = 200) -> Any:
        def answer(route: Route) -> None:
            route.fulfill(body=body, status=status, content_type="application/json")

        self.page.route(f"{SITE}/api/**", answer)
        return self.run_js("{ History } from data/history.js", ASK)

    def test_a_page_says_how_far_it_reaches(self) -> None:
        page = {"ticks": [{"t": 7, "ts": 7.5, "value": 1}], "next": None, "epoch": "e", "next_t": 8}
        self.assertEqual(self.asked(json.dumps(page)), {"ticks": page["ticks"], "through": {"epoch": "e", "t": 8}})

    def test_the_pages_own_first_request_serves_what_lies_in_it(self) -> None:
        page = {"ticks": [{"t": 7, "ts": 7.5}, {"t": 8, "ts": 8.5}], "next": None, "epoch": "e", "next_t": 8}
        self.page.route(f"{SITE}/api/**", lambda route: route.fulfill(json=page))
        body = """
            const first = { url: "/api/streams/main/ticks/?first", from: 5, paths: ["a", "b"] };
            const history = new History("/api/streams/main/", { first });
            const ask = async (...asked) => await history.preloaded(...asked);
            const told = [await ask(["a"], 5), await ask(["b", "a"], 8), await ask(["a", "c"], 5), await ask(["a"], 4)];
            return [...told, await new History("/api/streams/main/").preloaded(["a"], 5)];
        """
        through = {"epoch": "e", "t": 8}
        self.assertEqual(
            self.run_js("{ History } from data/history.js", body),
            [
                {"ticks": page["ticks"], "through": through},
                {"ticks": page["ticks"][1:], "through": through},
                None,
                None,
                None,
            ],
        )

    def test_the_pages_own_first_request_is_soon_too_old(self) -> None:
        self.page.clock.install()
        page = {"ticks": [], "next": None, "epoch": "e", "next_t": 8}
        self.page.route(f"{SITE}/api/**", lambda route: route.fulfill(json=page))
        begin = """
            window.kept = new History("/", { first: { url: "/api/", from: 5, paths: ["a"] } });
            return (await kept.preloaded(["a"], 5)) !== null;
        """
        self.assertTrue(self.run_js("{ History } from data/history.js", begin))
        self.page.clock.fast_forward(4000)
        self.assertIsNone(self.page.evaluate("kept.preloaded(['a'], 5)"))

    def test_a_first_request_that_fails_or_is_not_whole_serves_nothing(self) -> None:
        body = """
            const history = new History("/", { first: { url: "/api/", from: 5, paths: ["a"] } });
            return await history.preloaded(["a"], 5);
        """
        for answer in (
            {"status": 503, "body": "{}"},
            {"json": {"ticks": [], "next": None, "epoch": None, "next_t": 0}},
            {"json": {"ticks": [], "next": "/api/more", "epoch": "e", "next_t": 9}},
        ):
            self.page.route(f"{SITE}/api/**", partial(fulfill, answer))
            self.assertIsNone(self.run_js("{ History } from data/history.js", body), answer)

    def test_a_refusal_says_why(self) -> None:
        self.assertEqual(self.asked('{"detail": "try again"}', 503)["message"], "try again")
        self.assertEqual(self.asked("<h1>Bad gateway</h1>", 502)["message"], "the server answered 502")

    def test_an_answer_that_broke_off_is_not_taken_for_all(self) -> None:
        self.assertEqual(self.asked('{"ticks": [{"t": 7,')["message"], "the server did not answer")
