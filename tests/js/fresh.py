"""A page with the dashboard's own partials that tell how fresh it is, around which a test plays the rest."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Route

from tests.js.modules import SITE, ModuleCase

STYLES = ("colors", "monitor", "bar", "fresh", "producer")
PAGE = """<!doctype html><html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">{styles}
<header class="bar"><div class="bar-line">{state}</div></header>
<main>{producer}
<button id="elsewhere" style="position: fixed; right: 0; bottom: 0">Elsewhere</button></main>
{connection}{offline}</html>"""


def page(stream: str = "main") -> str:
    request = RequestFactory().get(f"/s/{stream}/")
    parts = {
        name: render_to_string(f"dashboard/{name}.html", {"stream": {"name": stream}, "request": request})
        for name in ("state", "connection", "offline", "producer")
    }
    links = "".join(f'<link rel="stylesheet" href="/static/ticks/styles/{name}.css">' for name in STYLES)
    return PAGE.format(styles=links, **parts)


class FreshCase(ModuleCase):
    """`self.page` is at `/s/main/?from=1`; nothing has been started in it."""

    def setUp(self) -> None:
        super().setUp()
        html = page()
        self.page.route(f"{SITE}/s/**", lambda route: answer(route, html))
        self.page.goto(f"{SITE}/s/main/?from=1")


def answer(route: Route, html: str) -> None:
    route.fulfill(body=html, content_type="text/html")
