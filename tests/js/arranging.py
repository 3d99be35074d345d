"""A page in which fields are arranged, at a time of the test's own, and the server that keeps how."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest
from playwright.sync_api import Page, Route

from tests.js.modules import SITE, ModuleCase, serve

URL = "/api/streams/main/board/"
NOTHING: dict[str, list[str]] = {"pinned": [], "hidden": [], "order": []}


@pytest.mark.browser
class ArrangingCase(ModuleCase):
    shared: ClassVar[Page]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shared = cls.browser.new_page(viewport={"width": 900, "height": 700})
        cls.shared.clock.install(time=0)
        cls.shared.clock.pause_at(1000)

    def setUp(self) -> None:
        self.page = self.shared
        self.page.unroute_all()
        self.page.route(f"{SITE}/**", serve)
        self.page.route(f"{SITE}{URL}", self.answer)
        self.status = 200
        self.puts: list[dict[str, list[str]]] = []
        self.tokens: list[str | None] = []
        self.users: list[str | None] = []
        self.page.goto(f"{SITE}/")
        self.page.evaluate("sessionStorage.clear()")

    def answer(self, route: Route) -> None:
        assert route.request.method == "PUT"
        self.puts.append(json.loads(route.request.post_data or ""))
        self.tokens.append(route.request.header_value("X-CSRFToken"))
        self.users.append(route.request.header_value("X-Board-User"))
        route.fulfill(status=self.status, body="{}")
