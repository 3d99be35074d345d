"""The dashboard as people use it: real processes, a real browser, streams with a past that is known."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from playwright.sync_api import TimeoutError as TooLate

from tests.integration.cases import HomeCase
from tests.support.archived import records_of
from tests.support.browser import Watched, light_chromium
from tests.support.lines import encode
from tests.support.processes import Running
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import closed_name

EPOCH, NEXT_EPOCH = "0mwpx6cq0aaaa", "0mwpx6cq1aaaa"
PREPARE = """
import django; django.setup()
from threading import Event
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from ticks.archive.archiver import Archiver
from ticks.models import Stream
Archiver(settings.TICKS_ARCHIVE, Event()).turn()
for folder in settings.TICKS_ARCHIVE.iterdir():
    if "@" not in folder.name:  # a rollup
        Stream.objects.get_or_create(name=folder.name)
for name in ("ada", "bob"):
    client = Client()
    client.force_login(User.objects.create_superuser(name))
    print(client.cookies["sessionid"].value)
"""
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FAULTS = ("WebSocket", "ERR_", "status of 503")
User = Literal["ada", "bob"]
Record = dict[str, Any]


@pytest.mark.browser
class DashboardCase(HomeCase):
    """For the whole class: a web worker, what `fill` keeps, two staff members, a browser. Each test has its own pages,
    of which none may have complained in its console, or have asked another server for anything.
    """

    env: ClassVar[dict[str, str]] = {}
    """Of the worker."""
    now: float
    """When the class began: the present, for streams that only have a past."""
    worker: Running
    browser: Browser
    sessions: ClassVar[dict[str, str]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.now = time.time()
        (cls.home / "archive").mkdir()
        cls.fill()
        prepared = cls.processes.program(PREPARE)
        cls.worker = cls.processes.web(**cls.env)
        cls.browser = cls.enterClassContext(light_chromium())
        assert prepared.process.wait(60) == 0, prepared.said
        cls.sessions = dict(zip(("ada", "bob"), prepared.said.split()[-2:], strict=True))

    @classmethod
    def fill(cls) -> None:
        """Keep what is to be in the archive from the beginning."""

    @classmethod
    def keep(cls, stream: str, ticks: Sequence[tuple[float, Record]], first_t: int = 1, epoch: str = EPOCH) -> None:
        """As a closed file: what was made when."""
        folder = cls.home / "archive" / stream / epoch
        folder.mkdir(parents=True, exist_ok=True)
        lines = [encode(record, first_t + i, ts) for i, (ts, record) in enumerate(ticks)]
        (folder / closed_name(first_t)).write_bytes(b"".join(b"%b\n" % line for line in lines))

    @classmethod
    def lose(cls, stream: str, first_t: int, last_t: int) -> None:
        """These were published, and never stored."""
        note(cls.home / "archive" / stream / EPOCH, Hole(first_t - 1, last_t, last_t - first_t + 1))

    @classmethod
    def archived(cls, stream: str) -> list[Record]:
        """Every tick, read by nothing of the product's."""
        return [record for _, record in records_of(cls.home / "archive" / stream)]

    def setUp(self) -> None:
        self.opened: list[Watched] = []

    def open(
        self, path: str, user: User | None = None, within: Browser | BrowserContext | None = None, **context: Any
    ) -> Page:
        """A fresh browser's page, signed in or not."""
        if within is None:
            context = {**DESKTOP, **({"storage_state": self.cookies(user)} if user else {}), **context}
        watched = Watched(within or self.browser, **context)
        if within is None:
            self.addCleanup(watched.page.close)
        self.opened.append(watched)
        watched.page.goto(f"{self.processes.url}{path}")
        if path.startswith("/s/"):
            # Keys and buttons come after the first picture.
            self._await_keys(watched)
        return watched.page

    def _await_keys(self, watched: Watched) -> None:
        page = watched.page
        try:
            page.locator("#fields:enabled, #username").first.wait_for()
        except TooLate as error:
            text = page.inner_text("body")[:500]
            raise AssertionError(f"{page.url} is never ready: {watched.errors}; it shows {text!r}") from error

    def cookies(self, user: User) -> dict[str, Any]:
        cookie = {"name": "sessionid", "value": self.sessions[user], "domain": "127.0.0.1", "path": "/", "expires": -1}
        return {"cookies": [{**cookie, "httpOnly": True, "secure": False, "sameSite": "Lax"}], "origins": []}

    def tearDown(self) -> None:
        site = (self.processes.url, self.processes.url.replace("http", "ws"), "data:", "blob:")
        for watched in self.opened:
            self.assertEqual(self.forgiven(watched.errors), [])
            self.assertEqual([url for url in watched.requests if not url.startswith(site)], [])

    def forgiven(self, errors: list[str]) -> list[str]:
        """Those that are not meant to be."""
        return errors


def forgive_faults(errors: list[str]) -> list[str]:
    """Without those that a browser itself makes of a server that is gone, or refuses."""
    return [error for error in errors if not any(words in error for words in FAULTS)]


def card(page: Page, title: str) -> Locator:
    """The card of this title, whatever its unit."""
    return page.locator(".card", has=page.locator("h3 > span:first-child", has_text=title)).first


def plot(page: Page, title: str) -> Locator:
    """The place in which a card's chart is drawn."""
    return card(page, title).locator(".u-over")


def wait(page: Page, expression: str, arg: Any = None) -> None:
    """Until it is true; as a function, for the page's policy forbids to evaluate a text again and again."""
    page.wait_for_function(f"arg => {expression}", arg=arg)


def wait_for_state(page: Page, word: str) -> None:
    wait(page, "document.getElementById('state-word').textContent === arg", word)


def wait_for_more(page: Page, ticks: int) -> None:
    """So many more ticks than have come."""
    wait(page, "window.tickMonitor")
    wait(page, "tickMonitor.seen().at(-1) >= arg", page.evaluate("tickMonitor.seen().at(-1) ?? 0") + ticks)


def wait_for_drawn(page: Page) -> None:
    """The first chart is, also on a screen that nobody acts with."""
    wait(page, "window.tickMonitor?.cards().some(({ x }) => x?.length > 0)")


def wait_for_charts(page: Page) -> None:
    """The first of them is drawn, and what one acts with is there."""
    wait_for_drawn(page)
    page.locator("#fields:enabled").wait_for()
