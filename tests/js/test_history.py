"""What the dashboard makes of the API's answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.js.modules import SITE, ModuleCase

ASK = """
    const history = new History("/api/streams/main/");
    return await history.ticks(["value"], { from: 1, to: 9 }, 10).catch(({ status, message }) => ({ status, message }));
"""


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

    def test_a_refusal_says_why(self) -> None:
        self.assertEqual(self.asked('{"detail": "try again"}', 503)["message"], "try again")
        self.assertEqual(self.asked("<h1>Bad gateway</h1>", 502)["message"], "the server answered 502")

    def test_an_answer_that_broke_off_is_not_taken_for_all(self) -> None:
        self.assertEqual(self.asked('{"ticks": [{"t": 7,')["message"], "the server did not answer")
