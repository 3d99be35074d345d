"""The browser client in a real browser, against real processes that fail: each tab has every tick once."""

from __future__ import annotations

import os
import signal
import time
from typing import Any, ClassVar
from unittest import TestCase

import psutil
import pytest

from tests.oracle.counting import CountingProxy
from tests.oracle.ground import ground
from tests.oracle.tabs import Tab
from tests.support.browser import light_chromium
from tests.support.processes import Running
from tests.support.waiting import until

RATE, SIZE = 200, 200
HEARTBEAT_S = 1
WATCH_S = 2.5 * HEARTBEAT_S
OFF_S = 7 * 60
WRONG_CLOCK = """
    window.offMs = %d;
    const Right = Date;
    window.Date = class extends Right {
        constructor(...given) { given.length ? super(...given) : super(Right.now() + window.offMs); }
        static now() { return Right.now() + window.offMs; }
    };
"""


@pytest.mark.integration
@pytest.mark.browser
class TabsTest(TestCase):
    """One producer writes all the time; each test has tabs of its own."""

    worker: ClassVar[Running]

    @classmethod
    def setUpClass(cls) -> None:
        cls.ground = cls.enterClassContext(ground())
        cls.processes, cls.valkey, cls.log = cls.ground.processes, cls.ground.valkey, cls.ground.log
        cls.proxy = CountingProxy(cls.ground.crowd, cls.processes.port)
        cls.addClassCleanup(cls.proxy.end)
        cls.browser = cls.enterClassContext(light_chromium())
        cls.worker = cls.web()
        cls.ground.produce(RATE, SIZE)
        until(lambda: len(cls.log.refresh()), "a tick is written")

    @classmethod
    def web(cls) -> Running:
        return cls.processes.web(TICKS_HEARTBEAT_S=str(HEARTBEAT_S))

    def setUp(self) -> None:
        until(lambda: self.proxy.open == 0, "nobody is left of the test before")
        self.proxy.total = self.proxy.most = 0
        self.context = self.browser.new_context()
        self.addCleanup(self.context.close)
        self.tabs: list[Tab] = []

    def wait_until_written(self, count: int) -> None:
        """Until the producer has noted so many more."""
        goal = len(self.log.refresh()) + count
        until(lambda: len(self.log.refresh()) >= goal, f"{count} ticks more are written")

    def open(self, **options: Any) -> Tab:
        tab = Tab(self.context, f"http://127.0.0.1:{self.proxy.port}", **options)
        tab.wait_for(1)
        self.tabs.append(tab)
        return tab

    def open_some(self) -> list[Tab]:
        """Two that share a connection, and one with its own."""
        return [self.open(), self.open(), self.open(share=False, fromT=-1)]

    def flow(self, ticks: int = 50) -> None:
        for tab, goal in [(tab, tab.count + ticks) for tab in self.tabs]:
            tab.wait_to_have(goal)

    def end_well(self) -> None:
        """Each tab has all that is written by now, and nothing is wrong with any."""
        until_now = len(self.log.refresh())
        for tab in self.tabs:
            tab.wait_to_pass(self.log, until_now)
        self.assertEqual([tab.judge(self.log, until_now) for tab in self.tabs], [[] for _ in self.tabs])

    def test_the_worker_is_killed_and_another_one_started(self) -> None:
        self.open_some()
        for _ in range(2):
            self.flow()
            before = self.proxy.total
            self.worker.kill()
            type(self).worker = self.web()
            self.flow(100)
            self.assertGreaterEqual(self.proxy.total, before + 2)
        self.end_well()

    def test_redis_is_killed_and_started_empty(self) -> None:
        self.open_some()
        self.flow()
        self.valkey.kill()
        self.wait_until_written(400)
        self.valkey.start()
        self.assertEqual(self.valkey.loaded(), 0)
        self.flow(400)
        self.end_well()

    def test_the_machine_with_the_browser_sleeps(self) -> None:
        self.open_some()
        self.flow()
        asleep = browser_processes()
        self.addCleanup(wake, asleep)
        for process in asleep:
            process.send_signal(signal.SIGSTOP)
        until(lambda: all(is_stopped(process) for process in asleep), "the browser sleeps")
        before, slept = len(self.log.refresh()), time.monotonic()
        self.wait_until_written(200)
        time.sleep(max(0.0, slept + 1.5 * WATCH_S - time.monotonic()))
        self.assertTrue(all(is_stopped(process) for process in asleep))
        missed = len(self.log.refresh()) - before
        wake(asleep)
        self.flow(missed)
        self.end_well()

    def test_a_hidden_tab_stops_and_has_all_when_it_is_shown(self) -> None:
        tab = self.open(hiddenAfterS=0.5)
        tab.hide(True)
        tab.page.wait_for_function("() => feed.status.state === 'hidden'")
        until(lambda: self.proxy.open == 0, "no connection is left")
        count = tab.count
        self.wait_until_written(300)
        self.assertEqual(tab.count, count)
        tab.hide(False)
        tab.wait_for(300)
        self.assertEqual(self.proxy.total, 2)
        self.end_well()

    def test_the_viewers_clock_is_off_by_minutes_and_is_set_meanwhile(self) -> None:
        self.context.add_init_script(WRONG_CLOCK % (OFF_S * 1000))
        tab = self.open()
        self.assertAlmostEqual(tab.page.evaluate("Date.now() / 1000"), time.time(), delta=OFF_S + 60)
        self.assertGreater(tab.page.evaluate("Date.now() / 1000"), time.time() + OFF_S - 60)
        tab.page.wait_for_function("() => feed.roundTripMs !== null")
        self.assertAlmostEqual(tab.page.evaluate("feed.now()"), time.time(), delta=1)
        for jump_s in (-3600, 300):
            tab.page.evaluate(f"offMs += {jump_s * 1000}")
            tab.wait_for(300)
            self.assertAlmostEqual(tab.page.evaluate("feed.now()"), time.time(), delta=1)
        self.end_well()

    def test_a_pause_a_selection_and_a_replay_lose_nothing_over_a_killed_worker(self) -> None:
        tab = self.open()
        tab.page.evaluate("feed.pause()")
        self.wait_until_written(50)
        paused = tab.count
        self.worker.kill()
        type(self).worker = self.web()
        self.wait_until_written(50)
        self.assertLessEqual(tab.count, paused)
        tab.page.evaluate("feed.resume()")
        tab.wait_for(100)
        self.end_well()

        tab.page.evaluate("feed.subscribe({ fields: ['id'] })")
        tab.page.wait_for_function("() => events.at(-1)[0] === 'tick' && !events.at(-1)[2].filling")
        tab.page.evaluate("events.push(['replay']) && feed.replay({ fromT: 0, speed: 5 })")
        # What came, and not where it is: that goes by in a moment.
        tab.page.wait_for_function(
            "() => events.slice(events.findLastIndex(([kind]) => kind === 'replay'))"
            ".some(([kind, , tick]) => kind === 'tick' && tick.t === 1)"
        )
        self.worker.kill()
        type(self).worker = self.web()
        tab.page.wait_for_function(f"() => feed.cursor.t > {len(self.log.refresh())}")
        history = tab.page.evaluate("events.slice(events.findLastIndex(([kind]) => kind === 'replay'))")
        ticks = [event[2] for event in history if event[0] == "tick"]
        again = next(at for at, tick in enumerate(ticks) if tick["t"] == 1)
        self.assertEqual([tick["t"] for tick in ticks[again:]], list(range(1, ticks[-1]["t"] + 1)))
        self.assertEqual(set(ticks[-1]), {"t", "ts", "id"})

    def test_two_dashboards_share_one_connection(self) -> None:
        pages = [self.context.new_page() for _ in range(2)]
        for page in pages:
            page.goto(f"http://127.0.0.1:{self.proxy.port}/s/main/")
            page.wait_for_function("() => window.tickMonitor && tickMonitor.seen().length > 100", timeout=100_000)
        until(lambda: pages[0].wait_for_timeout(20) or self.proxy.open == 1, "one connection is left")
        self.assertLessEqual(self.proxy.total, 2)
        last = pages[0].evaluate("tickMonitor.seen().at(-1)")
        for page in pages:
            page.wait_for_function(f"() => tickMonitor.seen().at(-1) > {last + 100}", timeout=100_000)
            seen = page.evaluate("tickMonitor.seen()")
            self.assertEqual(seen, list(range(seen[0], seen[-1] + 1)))
            self.assertIn("to the server and back", page.locator("#state").get_attribute("title"))

    def test_six_tabs_share_one_connection_and_the_next_leads_when_the_leader_is_closed_or_killed(self) -> None:
        for _ in range(6):
            self.open()
        self.flow(200)
        self.assertEqual((self.proxy.open, self.proxy.most, self.proxy.total), (1, 1, 1))
        roles = [tab.status["role"] for tab in self.tabs]
        self.assertEqual(roles, ["leader", *["follower"] * 5])

        self.tabs.pop(0).page.close()
        self.tabs[0].wait_to_be("leader")
        self.flow(100)
        self.assertEqual((self.proxy.open, self.proxy.total), (1, 2))

        crashed = self.tabs.pop(0)
        crash(crashed)
        self.tabs[0].wait_to_be("leader")
        self.flow(100)
        self.assertEqual((self.proxy.open, self.proxy.total), (1, 3))
        self.end_well()


def crash(tab: Tab) -> None:
    """SIGKILL to the process of a tab, and of those that share it."""
    fallen: list[object] = []
    tab.page.on("crash", lambda page: fallen.append(page))
    session = tab.page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    before = {one["id"]: one["cpuTime"] for one in processes if one["type"] == "renderer"}
    tab.page.evaluate("() => { const end = performance.now() + 1000; while (performance.now() < end); }")
    after = {one["id"]: one["cpuTime"] for one in session.send("SystemInfo.getProcessInfo")["processInfo"]}
    busiest = max(before, key=lambda pid: after.get(pid, 0) - before[pid])
    os.kill(busiest, signal.SIGKILL)
    until(lambda: tab.page.context.pages[-1].wait_for_timeout(20) or fallen, "the tab has crashed")


def browser_processes() -> list[psutil.Process]:
    """All processes of the browsers that this test has started."""
    return [child for child in psutil.Process().children(recursive=True) if "chrom" in child.name()]


def wake(asleep: list[psutil.Process]) -> None:
    for process in asleep:
        if process.is_running():
            process.send_signal(signal.SIGCONT)


def is_stopped(process: psutil.Process) -> bool:
    return process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
