"""The past played again in the page, and how it becomes the present."""

from __future__ import annotations

import math
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.dashboard.cases import DashboardCase, forgive_faults, wait, wait_for_more, wait_for_state
from tests.e2e.dashboard.drawn import assert_archived

MADE, STEP_S = 900, 2.0
FIELDS = ("level", "flow.left")
LIVE_FIELDS = ("energy", "width")
RANGE = "() => { const { from, to } = tickMonitor.range(); return [from, to]; }"


class ReplayTest(DashboardCase):
    maxDiff = None

    streams = ("live", "known")

    @classmethod
    def fill(cls) -> None:
        cls.start = math.floor(cls.now) - 7200.0
        made = [(cls.start + i * STEP_S, {"level": i, "flow": {"left": i % 97}}) for i in range(MADE)]
        cls.keep("known", made)
        cls.processes.producer("simulation", "--rate", "20", "--agents", "2", "--stream", "live")

    def known(self, start: float, end: float, **context: Any) -> Page:
        page = self.open("/s/known/", **context)
        page.locator("#replay-turn:enabled").wait_for()
        page.evaluate("([from, to]) => tickMonitor.timeline.show(from, to)", [self.start + start, self.start + end])
        wait(page, "tickMonitor.cards()[0].x.length > 10")
        return page

    def played(self, page: Page) -> list[int]:
        ts: list[int] = page.evaluate("tickMonitor.played()")
        return ts

    def assert_known(self, page: Page) -> None:
        assert_archived(page, FIELDS, lambda: self.archived("known"))

    def test_a_stretch_is_played_tick_by_tick_and_drawn_as_it_is_archived_and_ends_where_it_ends(self) -> None:
        page = self.known(600, 900)
        page.keyboard.press("r")
        wait_for_state(page, "replay")
        page.select_option("#replay-speed", "60")
        wait(page, "tickMonitor.played().length > 30")
        self.assert_known(page)
        page.keyboard.press("Space")
        self.assert_known(page)
        page.keyboard.press("Space")
        wait(page, "tickMonitor.replay().at >= arg", self.start + 900)
        wait(page, "document.getElementById('replay-play-word').textContent === 'Play'")
        self.assert_known(page)
        played = self.played(page)
        self.assertEqual(played, list(range(301, 301 + len(played))))
        self.assertGreaterEqual(len(played), 150)
        page.keyboard.press("r")
        wait_for_state(page, "past")
        self.assertEqual(page.evaluate(RANGE), [self.start + 600, self.start + 900])
        self.assert_known(page)

    def test_one_goes_to_any_moment_of_it_and_steps_by_ticks(self) -> None:
        page = self.known(600, 900)
        page.click("#replay-turn")
        wait(page, "document.getElementById('replay-play-word').textContent === 'Pause'")
        page.keyboard.press("Space")
        track = page.locator("#replay-at").bounding_box()
        assert track
        page.mouse.click(track["x"] + track["width"] / 2, track["y"] + 10)
        wait(page, "Math.abs(tickMonitor.replay().at - arg) < 3", self.start + 750)
        self.assert_known(page)
        last = math.ceil((page.evaluate("tickMonitor.replay().at") - self.start) / STEP_S) - 1
        for key, by in ((".", 1), (".", 2), (",", 1), (",", 0), (",", -1)):
            page.keyboard.press(key)
            wait(page, "Math.abs(tickMonitor.replay().at - arg) < 0.01", self.start + (last + by) * STEP_S)
            self.assert_known(page)
            expect(page.locator(".kpi .value").first).to_have_text(str(last + by))
        page.keyboard.press("Space")
        wait(page, "tickMonitor.played().length > 2")
        played = self.played(page)
        self.assertEqual(played, list(range(last + 1, last + 1 + len(played))))
        page.locator("#replay-at").press("End")
        wait(page, "Math.abs(tickMonitor.replay().at - arg) < 3", self.start + 900)
        self.assert_known(page)

    def test_each_tick_is_played_once_however_often_the_speed_is_changed(self) -> None:
        page = self.known(0, 1500)
        page.keyboard.press("r")
        wait_for_state(page, "replay")
        for speed in ("30", "60", "10", "60", "30"):
            before = len(self.played(page))
            page.select_option("#replay-speed", speed)
            wait(page, "tickMonitor.played().length > arg", before + 5)
        played = self.played(page)
        self.assertEqual(played, list(range(played[0], played[0] + len(played))))
        self.assert_known(page)

    def test_a_killed_server_is_told_of_and_the_replay_goes_on_where_it_was(self) -> None:
        page = self.known(0, 1500)
        page.keyboard.press("r")
        wait_for_state(page, "replay")
        page.select_option("#replay-speed", "30")
        wait(page, "tickMonitor.played().length > 20")
        self.worker.kill()
        expect(page.locator("#replay-note")).to_contain_text("No connection")
        before = len(self.played(page))
        type(self).worker = self.processes.web()
        wait(page, "tickMonitor.played().length > arg", before + 40)
        expect(page.locator("#replay-note")).to_have_text("")
        played = self.played(page)
        self.assertEqual(played, list(range(played[0], played[0] + len(played))))
        self.assert_known(page)

    def forgiven(self, errors: list[str]) -> list[str]:
        return forgive_faults(errors)

    def test_it_becomes_live_without_a_hole(self) -> None:
        page = self.open("/s/live/")
        wait_for_more(page, 40)
        page.locator("#replay-turn:enabled").wait_for()
        page.keyboard.press("r")
        wait_for_state(page, "replay")
        page.select_option("#replay-speed", "30")
        wait(page, "tickMonitor.played().length > 20")
        wait_for_state(page, "live")
        self.assertTrue(page.locator("#replay").is_hidden())
        wait_for_more(page, 20)
        assert_archived(page, LIVE_FIELDS, lambda: self.archived("live"))
        played = self.played(page)
        self.assertEqual(played, list(range(played[0], played[0] + len(played))))
        page.keyboard.press("r")
        wait(page, "tickMonitor.replay()")
        page.keyboard.press("l")
        wait_for_state(page, "live")
        assert_archived(page, LIVE_FIELDS, lambda: self.archived("live"))
