"""A page that can import the dashboard's modules, without any server: all it asks for is answered from the files."""

from __future__ import annotations

import mimetypes
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar
from unittest import TestCase

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from tests.support.browser import light_chromium

STATIC = Path(__file__).parents[2] / "static"
SITE = "http://ticks.test"


@pytest.mark.browser
class ModuleCase(TestCase):
    """One browser for the class, one page for each test."""

    stack: ClassVar[ExitStack]
    browser: ClassVar[Browser]

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = ExitStack()
        cls.browser = cls.stack.enter_context(light_chromium())

    @classmethod
    def tearDownClass(cls) -> None:
        cls.stack.close()

    def setUp(self) -> None:
        self.page: Page = self.browser.new_page()
        self.addCleanup(self.page.close)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.route(f"{SITE}/**", serve)
        self.page.goto(f"{SITE}/")

    def run_js(self, imports: str, body: str, argument: Any = None) -> Any:
        """The value of `body`, an async function's, with `imports` like `{Ring} from data/ring.js`."""
        names, module = imports.split(" from ")
        script = f"async (arg) => {{ const {names} = await import('/static/ticks/{module}'); {body} }}"
        return self.page.evaluate(script, argument)


def serve(route: Route) -> None:
    found = finders.find(route.request.url.removeprefix(f"{SITE}/static/"))
    if isinstance(found, str):
        kind = mimetypes.guess_type(found)[0] or "text/plain"
        route.fulfill(body=Path(found).read_bytes(), content_type=kind)
    else:
        route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")
