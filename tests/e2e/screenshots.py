"""Every state of the pages, as pictures for the documents: `python -m tests.e2e.screenshots [NAME…]` takes them."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.e2e.dashboard.cases import DESKTOP, PHONE, DashboardCase, card, plot, wait, wait_for_more, wait_for_state
from tests.support.processes import ROOT, Running, manage

FOLDER = ROOT / "docs" / "screenshots"
FORMS: dict[str, dict[str, Any]] = {
    "light": {**DESKTOP, "color_scheme": "light"},
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": {**PHONE, "color_scheme": "light"},
    "zh": {**DESKTOP, "color_scheme": "light", "locale": "zh-CN"},
}
CHINESE = {"live", "fields", "time", "connection", "share", "keys", "compare", "kiosk", "streams", "sign-in"}
ALIKE = {"empty", "nothing", "fields", "connection", "time", "share", "keys", "over", "sign-in"}
"""In the dark there is nothing new to be seen of them."""
PAST_S = 900
SAMPLED = 320
MADE = 5 * PAST_S
LOST = range(3500, 3800)
SETTLED_MS = 1500
"""For whatever is drawn once a second."""
CHARTED = """() => document.querySelector('[aria-busy=false]') && !document.querySelector('[aria-busy=true]')
    && window.tickMonitor.cards().some(({ x }) => x?.length > 10)"""
SAMPLES = f"""
import django; django.setup()
import json, time
from ticks.producer.sources.host import HostSource
from ticks.producer.sources.simulation import Simulation
host, simulation = HostSource(), Simulation(agents=12)
for _ in range({SAMPLED}):
    time.sleep(0.05)
    print(json.dumps(host.sample()))
for _ in range(2 * {PAST_S}):
    print(json.dumps(simulation.sample()))
"""
KIOSK = """
from django.contrib.auth.models import User
from ticks.access import kiosk
print(kiosk.signed(kiosk.make("main", User.objects.get(username="ada"), 1)))
"""
Act = Callable[[Page], None]


def press(t: int) -> dict[str, Any]:
    """What a machine says: something of every kind."""
    turn = t / 300
    running = t % 1500 < 1300
    return {
        "force_kn": round(40 + 30 * math.sin(turn) + (t * 7919 % 13) / 3, 2) if running else 0.0,
        "oil": {"celsius": round(48 + 6 * math.sin(turn / 5), 1), "level_percent": round(70 + 9 * math.cos(turn), 1)},
        "parts_per_s": round(1.6 + math.sin(turn / 3) / 2, 2) if running else 0.0,
        "running": running,
        "guard": {"closed": t % 485 > 20, "mode": ("auto", "auto", "manual")[t // 1000 % 3]},
        "zones": [round(180 + 9 * i + 5 * math.sin(turn + i), 1) for i in range(4)],
    }


class Scenes(DashboardCase):
    """What stands in the pictures."""

    streams = ("crowd", "press", "new")
    producers: list[Running]
    kiosk: str

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.kiosk = manage(cls.home, cls.valkey.url, "shell", "-v", "0", "-c", KIOSK).strip()

    @classmethod
    def fill(cls) -> None:
        sampling = cls.processes.program(SAMPLES)
        assert sampling.process.wait(120) == 0, sampling.said
        records = [json.loads(line) for line in sampling.said.splitlines()]
        host, crowd = records[:SAMPLED], records[SAMPLED:]
        cls.now = time.time()
        start = cls.now - PAST_S
        cls.keep("main", [(cls.now - SAMPLED + i, record) for i, record in enumerate(host)])
        cls.keep("crowd", [(start + i / 2, record) for i, record in enumerate(crowd)])
        made = [(start + t * PAST_S / MADE, press(t)) for t in range(MADE)]
        cls.keep("press", made[: LOST.start])
        cls.lose("press", LOST.start + 1, LOST.stop)
        cls.keep("press", made[LOST.stop :], first_t=LOST.stop + 1)

    def produce(self) -> None:
        host = self.processes.producer("host")
        crowd = self.processes.producer("simulation", "--rate", "2", "--agents", "12", "--stream", "crowd")
        self.producers = [host, crowd]
        for stream in ("main", "crowd"):
            page = self.open(f"/s/{stream}/", "ada")
            wait_for_more(page, 5)
            page.close()

    def take(self, wanted: set[str]) -> None:
        """Those of these names; all where there are none."""
        self.setUp()
        self.produce()
        for name, (path, user, act) in SCENES.items():
            if not wanted or name in wanted:
                self.picture(name, path, user, act)
        for name, end, word in (("stale", self.stop_producers, "stale"), ("offline", self.worker.kill, "offline")):
            if not wanted or name in wanted:
                self.watch_end(name, end, word)
        self.doCleanups()

    def picture(self, name: str, path: str, user: Any, act: Act) -> None:
        for form, context in FORMS.items():
            if (form == "dark" and name in ALIKE) or (form == "zh" and name not in CHINESE):
                continue
            page = self.open(path.format(kiosk=self.kiosk), user, **context)
            act(page)
            self.shoot(page, name, form)
            page.close()

    def watch_end(self, name: str, end: Callable[[], object], word: str) -> None:
        """Of pages that were there before."""
        pages = {form: self.open("/s/main/", "ada", **context) for form, context in FORMS.items() if form != "zh"}
        for page in pages.values():
            charted(page)
        end()
        for form, page in pages.items():
            wait_for_state(page, word)
            page.wait_for_timeout(2500)
            self.shoot(page, name, form)

    def shoot(self, page: Page, name: str, form: str) -> None:
        page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=FOLDER / f"{name}-{form}.png")

    def stop_producers(self) -> None:
        for producer in self.producers:
            producer.stop()


def charted(page: Page) -> None:
    page.wait_for_function(CHARTED)


def nothing(page: Page) -> None:
    wait_for_state(page, "no ticks yet")


def listed(page: Page) -> None:
    page.wait_for_timeout(4 * SETTLED_MS)


def mapped(page: Page) -> None:
    charted(page)
    page.locator(".map").scroll_into_view_if_needed()
    page.evaluate("() => scrollBy(0, 120)")


def paused(page: Page) -> None:
    charted(page)
    page.click("#pause")
    page.wait_for_timeout(3000)


def past(page: Page) -> None:
    """What a drag over most of it shows."""
    show_all(page)
    area = plot(page, "Force").bounding_box()
    assert area
    page.mouse.move(area["x"] + 0.02 * area["width"], area["y"] + 40)
    page.mouse.down()
    page.mouse.move(area["x"] + 0.95 * area["width"], area["y"] + 60, steps=5)
    page.mouse.up()
    page.mouse.move(5, 300)
    page.wait_for_timeout(SETTLED_MS)
    charted(page)


def gap(page: Page) -> None:
    """With the cursor on it."""
    show_all(page)
    area = plot(page, "Force").bounding_box()
    assert area
    page.mouse.move(area["x"] + (LOST.start + LOST.stop) / 2 / MADE * area["width"], area["y"] + 60)


def show_all(page: Page) -> None:
    show(page, Scenes.now - PAST_S, Scenes.now)


def show(page: Page, start: float, end: float) -> None:
    wait(page, "window.tickMonitor?.cards().length > 0")
    page.evaluate("([from, to]) => tickMonitor.timeline.show(from, to)", [start, end])
    page.wait_for_timeout(SETTLED_MS)
    charted(page)


def no_ticks(page: Page) -> None:
    wait(page, "window.tickMonitor?.cards().length > 0")
    page.evaluate("() => tickMonitor.timeline.show(tickMonitor.range().from - 7200, tickMonitor.range().from - 3600)")
    page.wait_for_selector("#nothing:not([hidden])")


def opened(button: str) -> Act:
    def act(page: Page) -> None:
        charted(page)
        page.click(button)

    return act


def replayed(page: Page) -> None:
    show_all(page)
    page.keyboard.press("r")
    page.select_option("#replay-speed", "60")
    wait(page, "tickMonitor.played().length > 300")


def compared(page: Page) -> None:
    """With the cursor in it: the legend tells both, and of when the other is."""
    show(page, Scenes.now - PAST_S / 2, Scenes.now)
    page.wait_for_timeout(SETTLED_MS)
    area = plot(page, "Parts").bounding_box()
    assert area
    page.mouse.move(area["x"] + 0.75 * area["width"], area["y"] + 60)


def pressed(key: str) -> Act:
    def act(page: Page) -> None:
        charted(page)
        page.keyboard.press(key)

    return act


def pointed(page: Page) -> None:
    """At a moment, by keys."""
    show_all(page)
    card(page, "Force").locator(".plot").focus()
    page.keyboard.press("End")
    for _ in range(40):
        page.keyboard.press("ArrowLeft")


SCENES: dict[str, tuple[str, Any, Act]] = {
    "live": ("/s/main/", "ada", charted),
    "simulation": ("/s/crowd/", None, mapped),
    "past": ("/s/press/", "ada", past),
    "paused": ("/s/main/", "ada", paused),
    "gap": ("/s/press/", "ada", gap),
    "replay": ("/s/press/", "ada", replayed),
    "share": ("/s/press/", "ada", opened("#share-turn")),
    "empty": ("/s/new/", "ada", nothing),
    "nothing": ("/s/press/", "ada", no_ticks),
    "fields": ("/s/main/", "ada", opened("#fields")),
    "compare": ("/s/press/?compare=span", "ada", compared),
    "cursor": ("/s/press/", "ada", pointed),
    "keys": ("/s/main/", "ada", pressed("?")),
    "kiosk": ("/k/{kiosk}/", None, charted),
    "over": ("/k/none/", None, lambda page: page.wait_for_load_state()),
    "connection": ("/s/main/", "ada", opened("#state")),
    "time": ("/s/main/", "ada", opened("#time")),
    "streams": ("/streams/", "ada", listed),
    "sign-in": ("/login/", None, listed),
}


def main() -> None:
    Scenes.setUpClass()
    try:
        Scenes("take").take(set(sys.argv[1:]))
    finally:
        Scenes.doClassCleanups()


if __name__ == "__main__":
    main()
