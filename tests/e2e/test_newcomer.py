"""A newcomer: a fresh clone, one command, a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from unittest import TestCase

import pytest

from tests.support.browser import Watched, chromium
from tests.support.monitor import Monitor
from tests.support.processes import ROOT
from tests.support.waiting import until

INSTALLED_S = 400
FIRST_TICKS_S = 30
"""Three or four of them on a machine that does nothing else."""


def clone(into: Path) -> None:
    """A clone, with what is not committed yet on top."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(into)], check=True)
    changed = ["git", "-C", str(ROOT), "ls-files", "-z", "--modified", "--others", "--exclude-standard"]
    for name in subprocess.run(changed, check=True, capture_output=True, text=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, into / name)


@pytest.mark.integration
@pytest.mark.browser
@pytest.mark.timeout(600)
class NewcomerTest(TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tick mon "))
        self.addCleanup(shutil.rmtree, self.folder)
        self.clone = self.folder / "a clone"
        clone(self.clone)

    def start(self, log: str) -> Monitor:
        command = [str(self.clone / "script" / "server"), "--port", "0"]
        monitor = Monitor(command, self.folder / log, self.folder)
        self.addCleanup(monitor.end)
        return monitor

    def test_one_command_shows_the_host_live_and_a_killed_web_worker_leaves_no_hole(self) -> None:
        with chromium() as browser:
            watched = Watched(browser)
            monitor = self.start("server.log")
            until(lambda: monitor.pids("runmonitor") or _is("runmonitor", monitor), "it is installed", INSTALLED_S)
            started = time.monotonic()
            watched.page.goto(monitor.link())
            watched.page.get_by_role("button", name="Sign in").click()
            t = watched.wait_to_show_more_than(0)
            for _ in range(3):
                t = watched.wait_to_show_more_than(t)
            took = time.monotonic() - started
            self.assertLess(took, FIRST_TICKS_S)

            killed = monitor.kill_web_worker()
            watched.wait_to_show_more_than(t + 5)
            self.assertNotEqual(monitor.pids("monitor.server"), [killed])
            self.assertIn("was killed by SIGKILL", monitor.said)
            seen = watched.seen()
            self.assertEqual(seen, list(range(seen[0], seen[0] + len(seen))))
            # The first picture shows the past, here from its beginning: that tick came before the page was opened.
            watched.page.wait_for_function(
                f"() => tickMonitor.cards()[0].count[0].reduce((sum, one) => sum + one, 0) >= {seen[-1]}"
            )
            self.assertEqual([url for url in watched.requests if not url.startswith(_origin(monitor))], [])
            self.assertEqual([e for e in watched.errors if "WebSocket" not in e and "ERR_" not in e], [])
        self.assertEqual(monitor.stop(), 0)

        again = time.monotonic()
        second = self.start("again.log")
        second.wait_to_say("Web ")
        self.assertNotIn("Installing", second.said)
        self.assertEqual(second.stop(), 0)
        print(f"first ticks after {took:.1f} s, a second start after {time.monotonic() - again:.1f} s")


def _is(words: str, monitor: Monitor) -> bool:
    """`script/server` becomes `manage.py runmonitor` by exec."""
    command = Path(f"/proc/{monitor.process.pid}/cmdline")
    return os.path.exists(command) and words.encode() in command.read_bytes()


def _origin(monitor: Monitor) -> str:
    return monitor.link().split("/link/")[0]
