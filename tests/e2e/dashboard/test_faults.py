"""What becomes of a page whose server, Redis, producer or field goes away, and comes back."""

from __future__ import annotations

import math
import re

from playwright.sync_api import Page, expect

from tests.e2e.dashboard.cases import (
    NEXT_EPOCH,
    DashboardCase,
    card,
    forgive_faults,
    plot,
    wait,
    wait_for_more,
    wait_for_state,
)
from tests.e2e.dashboard.drawn import assert_archived
from tests.support.browser import WAIT_MS

LIVE_FIELDS = ("energy", "width")
MADE, STEP_S = 400, 4
LOST = range(150, 180)
RENUMBERED = 280
RIG = """
import django; django.setup()
import os, time
from ticks.producer import TickWriter
writer, i = TickWriter("rig"), 0
while True:
    i += 1
    has_torque = not os.path.exists(os.environ["BROKEN"])
    writer.write({"speed": i % 10, **({"torque": i % 7} if has_torque else {})})
    time.sleep(0.1)
"""
GRAY = "element => getComputedStyle(element.querySelector('.card-body')).filter"


class FaultsTest(DashboardCase):
    streams = ("live", "holes", "rig")

    @classmethod
    def fill(cls) -> None:
        cls.start = math.floor(cls.now) - 7200.0
        made = [(cls.start + STEP_S * i, {"level": i % 50}) for i in range(MADE)]
        cls.keep("holes", made[: LOST.start])
        cls.lose("holes", LOST.start + 1, LOST.stop)
        cls.keep("holes", made[LOST.stop : RENUMBERED], first_t=LOST.stop + 1)
        cls.keep("holes", made[RENUMBERED + 30 :], epoch=NEXT_EPOCH)
        cls.processes.producer("simulation", "--rate", "20", "--agents", "2", "--stream", "live")

    def forgiven(self, errors: list[str]) -> list[str]:
        return forgive_faults(errors)

    def assert_live(self, page: Page) -> None:
        assert_archived(page, LIVE_FIELDS, lambda: self.archived("live"))
        seen = page.evaluate("tickMonitor.seen()")
        self.assertEqual(seen, list(range(seen[0], seen[0] + len(seen))))

    def log_of(self, page: Page) -> str:
        page.click("#state")
        log = page.inner_text("#connection-log")
        page.keyboard.press("Escape")
        return log

    def test_a_killed_server_is_told_of_and_nothing_is_missing_when_another_one_is_there(self) -> None:
        page = self.open("/s/live/")
        wait_for_more(page, 20)
        self.assertTrue(page.locator("#offline").is_hidden())
        self.worker.kill()
        wait_for_state(page, "offline")
        wait(
            page,
            "document.getElementById('offline-text').textContent.match(/Try \\d+ (now|failed, next in)|Next try in/)",
        )
        self.assertTrue(page.title().startswith("✕ offline"))
        type(self).worker = self.processes.web()
        wait_for_state(page, "live")
        self.assertTrue(page.locator("#offline").is_hidden())
        wait_for_more(page, 20)
        self.assert_live(page)
        self.assertRegex(self.log_of(page), r"connected, goes on behind t [\d,]+[\s\S]*lost for [\s\S]*connected")

    def test_a_killed_redis_is_told_of_and_nothing_is_missing_when_it_is_back(self) -> None:
        page = self.open("/s/live/")
        wait_for_more(page, 1)
        self.valkey.kill()
        wait_for_state(page, "stale")
        self.valkey.start()
        wait_for_state(page, "live")
        wait_for_more(page, 20)
        self.assert_live(page)

    def test_a_stream_and_a_field_that_are_no_longer_there_look_it_each_by_itself(self) -> None:
        broken = self.home / "broken"
        rig = self.processes.program(RIG, BROKEN=str(broken))
        page = self.open("/s/rig/", "ada")
        wait_for_more(page, 10)
        speed, torque = card(page, "Speed"), card(page, "Torque")
        self.assertEqual((speed.evaluate(GRAY), torque.evaluate(GRAY)), ("none", "none"))
        broken.touch()
        torque.locator("xpath=self::*[contains(@class, 'is-stale')]").wait_for()
        self.assertEqual((speed.evaluate(GRAY), torque.evaluate(GRAY)), ("none", "grayscale(1)"))
        self.assertRegex(torque.locator(".age").inner_text(), r"^([5-9]|\d\d)\.?\d* s$")
        self.assertEqual(page.inner_text("#state-word"), "live")
        rig.kill()
        wait_for_state(page, "stale")
        speed.locator("xpath=self::*[contains(@class, 'is-stale')]").wait_for()
        self.assertEqual(speed.evaluate(GRAY), "grayscale(1)")
        self.assertEqual(page.inner_text("#state-shape"), "◌")
        self.assertTrue(page.title().startswith("◌ stale"))

    def test_gaps_are_bands_with_their_cause_and_nothing_bridges_them(self) -> None:
        page = self.open("/s/holes/", "ada")
        wait(page, "window.tickMonitor?.cards().length > 0")
        page.evaluate("([from, to]) => tickMonitor.timeline.show(from, to)", [self.start, self.start + STEP_S * MADE])
        assert_archived(page, ["level"], lambda: self.archived("holes"))
        self.hover(page, LOST.start + 15, "no data: not stored")
        self.hover(page, RENUMBERED + 15, "no data: the numbering began anew")
        self.hover(page, 120, re.compile(r"mean (19|20|21)\.0"))

    def hover(self, page: Page, tick: int, told: str | re.Pattern[str]) -> None:
        area = plot(page, "Level").bounding_box()
        assert area
        page.mouse.move(area["x"] + tick / MADE * area["width"], area["y"] + 30)
        expect(card(page, "Level")).to_contain_text(told, timeout=WAIT_MS)
