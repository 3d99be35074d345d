"""axe-core finds nothing in any state: in both themes and languages, on a desktop and on a phone."""

from __future__ import annotations

import itertools
import math
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.accessibility.cases import DEVICES, LANGUAGES, AccessibilityCase
from tests.e2e.dashboard.cases import wait, wait_for_more
from tests.support.processes import manage

BOTH = list(itertools.product(DEVICES, LANGUAGES))
MAKE = """
from django.contrib.auth.models import User
from django.test import Client
from ticks.access import kiosk
from ticks.links import make_link
from ticks.models import Stream
Stream.objects.filter(name="unused").update(description="A stream without any tick")
eve = User.objects.create_user("eve", password="correct horse")
client = Client()
client.force_login(eve)
link = kiosk.signed(kiosk.make("live", User.objects.get(username="ada"), 1))
print(client.cookies["sessionid"].value, link, *(make_link(eve) for _ in range(4)))
"""


def zoo(i: int) -> dict[str, Any]:
    """Something of every kind."""
    robots = [{"name": f"robot {n}", "x": n + i / 10, "y": n * n, "load": 10 * n} for n in range(1, 4)]
    many = {f"field_{n}": (i + n) % 50 for n in range(12)}
    return {
        "depth": round(math.sin(i / 9), 3),
        "tank": {"level_percent": i % 100, "inlet": {"flow": i % 7}},
        "cells": [i % 5, i % 6, i % 7],
        "open": i % 40 < 20,
        "mode": "rest" if i % 40 < 30 else "work",
        "robots": robots,
        "many": many,
    }


class AxeTest(AccessibilityCase):
    streams = ("live", "zoo", "unused")

    @classmethod
    def fill(cls) -> None:
        cls.keep("zoo", [(cls.now - 200 + i, zoo(i)) for i in range(190) if not 80 < i < 110])
        cls.processes.producer("simulation", "--rate", "20", "--agents", "4", "--stream", "live")

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.sessions["eve"], cls.kiosk, *cls.links = manage(
            cls.home, cls.valkey.url, "shell", "-v", "0", "-c", MAKE
        ).split()

    kiosk: str
    links: list[str]

    def test_a_dashboard_in_every_state(self) -> None:
        for device, language in BOTH:
            with self.subTest(device=device, language=language):
                self.walk(self.look(self.within(device, language, "ada"), "/s/live/"), f"{device} {language}")

    def walk(self, page: Page, where: str) -> None:
        wait_for_more(page, 20)
        self.check(page, f"{where}, live")
        for name, button in (
            ("picker", "#time"),
            ("drawer", "#fields"),
            ("share", "#share-turn"),
            ("connection", "#state"),
            ("compare", "#compare-turn"),
        ):
            page.click(button)
            page.locator(f"{button}[aria-expanded=true]").wait_for()
            if name == "share":
                page.click("#share-copy")
            if name == "picker":
                page.fill("#time-from", "2030-01-01T00:00:00")
                page.click("#time-form [type=submit]")
                expect(page.locator("#time-error")).not_to_be_empty()
            self.check(page, f"{where}, {name}")
            page.keyboard.press("Escape")
        page.locator(".card-tools").first.click()
        self.check(page, f"{where}, menu of a card")
        page.click("#card-table")
        page.locator("#table[open] tbody tr").first.wait_for()
        self.check(page, f"{where}, table")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        page.locator("#keys[open]").wait_for()
        self.check(page, f"{where}, keys")
        page.keyboard.press("Escape")
        self.mapped(page, where)
        self.held(page, where)

    def mapped(self, page: Page, where: str) -> None:
        page.locator(".map-frame").focus()
        # It is drawn once it is in sight.
        wait(page, "/[1-9]/.test(document.querySelector('.map-frame').ariaLabel)")
        page.keyboard.press("End")
        page.locator(".map-readout .map-name:visible").wait_for()
        self.check(page, f"{where}, map")
        page.keyboard.press("Escape")

    def held(self, page: Page, where: str) -> None:
        page.click("#pause")
        wait(page, "document.documentElement.dataset.state === 'paused'")
        self.check(page, f"{where}, paused")
        page.locator(".plot").first.focus()
        for key in ("End", "ArrowLeft", "Enter", "Home"):
            page.keyboard.press(key)
        self.check(page, f"{where}, cursor")
        page.keyboard.press("Enter")
        wait(page, "tickMonitor.timeline.held === 'past'")
        self.check(page, f"{where}, past")
        page.keyboard.press("Escape")
        page.click("#replay-turn")
        wait(page, "tickMonitor.replay()")
        self.check(page, f"{where}, replay")
        page.click("#replay-play")
        self.check(page, f"{where}, replay at rest")
        page.evaluate("tickMonitor.timeline.show(1e9, 1e9 + 60)")
        page.locator("#nothing:visible").wait_for()
        self.check(page, f"{where}, nothing in range")

    def test_streams_of_every_kind(self) -> None:
        for device, language in BOTH:
            context = self.within(device, language, "ada")
            page = self.look(context, "/s/zoo/")
            wait(page, "document.documentElement.dataset.state === 'stale'")
            self.check(page, f"{device} {language}, stale")
            page = self.look(context, "/s/unused/", charts=False)
            page.locator("#empty:visible").wait_for()
            self.check(page, f"{device} {language}, empty")

    def test_a_screen(self) -> None:
        for device, language in BOTH:
            with self.subTest(device=device, language=language):
                page = self.look(self.within(device, language), f"/k/{self.kiosk}/", charts=False)
                wait(
                    page, "document.querySelector('.card .u-over') && document.documentElement.dataset.state === 'live'"
                )
                self.check(page, f"{device} {language}, screen")
                page.goto(f"{self.processes.url}/k/none/")
                self.check(page, f"{device} {language}, screen of a link that is over")

    def test_without_a_connection(self) -> None:
        for device, language in BOTH:
            with self.subTest(device=device, language=language):
                context = self.within(device, language)
                context.route_web_socket("**/ws/stream*", lambda socket: socket.close())
                page = self.look(context, "/s/live/?from=never", charts=False)
                page.locator("#address-note:visible").wait_for()
                page.locator("#offline:visible").wait_for()
                self.check(page, f"{device} {language}, offline at a wrong address")

    def test_all_streams(self) -> None:
        for device, language in BOTH:
            with self.subTest(device=device, language=language):
                page = self.look(self.within(device, language, "ada"), "/streams/", charts=False)
                page.locator("[data-tone=good]").first.wait_for()
                self.check(page, f"{device} {language}, streams")
                page.click("#hold")
                self.check(page, f"{device} {language}, streams held")
                page.route("**/api/pulse/", lambda route: route.abort())
                page.click("#hold")
                page.locator("#trouble:visible").wait_for()
                self.check(page, f"{device} {language}, streams in trouble")

    def test_signing_in_and_pages_that_are_not_there(self) -> None:
        for (device, language), link in zip(BOTH, self.links, strict=True):
            with self.subTest(device=device, language=language):
                self.sign_in(device, language, link)

    def sign_in(self, device: str, language: str, link: str) -> None:
        where, context = f"{device} {language}", self.within(device, language)
        page = self.look(context, "/login/", charts=False)
        page.locator("[data-tone=good]").first.wait_for()
        page.fill("#id_username", "nobody")
        page.fill("#id_password", "wrong")
        page.click(".sign-in [type=submit]")
        page.get_by_role("alert").wait_for()
        self.check(page, f"{where}, sign-in with an error")
        for name, path in (("link", f"/link/{link}/"), ("spent link", "/link/none/"), ("not found", "/nowhere/")):
            page.goto(self.processes.url + path)
            self.check(page, f"{where}, {name}")
        page = self.look(self.within(device, language, "eve"), "/", charts=False)  # type: ignore[arg-type]
        self.check(page, f"{where}, not allowed")

    def test_signing_in_where_nothing_is_public(self) -> None:
        turn = "from ticks.models import Stream; Stream.objects.update(public={})"
        manage(self.home, self.valkey.url, "shell", "-v", "0", "-c", turn.format(False))
        try:
            for device, language in BOTH:
                with self.subTest(device=device, language=language):
                    page = self.look(self.within(device, language), "/login/", charts=False)
                    self.check(page, f"{device} {language}, sign-in")
        finally:
            manage(self.home, self.valkey.url, "shell", "-v", "0", "-c", turn.format(True))
