"""A public stream, watched from another host over plain http, by somebody who is not signed in."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import TestCase

import pytest

from tests.conftest import CHROMIUM
from tests.support.browser import Watched, chromium
from tests.support.monitor import Monitor
from tests.support.networks import TwoHosts
from tests.support.processes import ROOT

ASK = """
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], 8000, timeout=60)
connection.request("GET", "/login/", headers={"Host": sys.argv[2]})
print(connection.getresponse().status)
"""


@pytest.mark.integration
@pytest.mark.browser
@pytest.mark.network
class OtherAddressTest(TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tickmon-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.hosts = TwoHosts()
        self.enterContext(self.hosts)

    def run_monitor(self, *options: str) -> Monitor:
        command = [sys.executable, str(ROOT / "manage.py"), "runmonitor", "--port", "8000", *options]
        monitor = Monitor(
            self.hosts.on_server(*command), self.folder / "log", ROOT, MONITOR_HOME=str(self.folder / "home")
        )
        self.addCleanup(monitor.end)
        monitor.wait_to_say("Web ")
        return monitor

    def watch(self, address: str) -> None:
        """From `/` over the sign-in page's list to the live page."""
        assert CHROMIUM
        with chromium(self.hosts.program_on_client(CHROMIUM, self.folder)) as browser:
            watched = Watched(browser)
            watched.page.goto(f"http://{address}:8000/")
            self.assertIn("/login/", watched.page.url)
            watched.page.get_by_role("link", name="main").click()
            t = watched.wait_to_show_more_than(0)
            for _ in range(3):
                t = watched.wait_to_show_more_than(t)
            seen = watched.seen()
            self.assertEqual(seen, list(range(seen[0], seen[0] + len(seen))))
            self.assertEqual(watched.errors, [])
            watched.page.goto(f"http://{address}:8000/admin/")
            self.assertIn("/login/?next=", watched.page.url)

    def test_an_anonymous_browser_on_another_host_watches_a_public_stream(self) -> None:
        monitor = self.run_monitor("--host", self.hosts.server_address, "--public")
        self.assertIn(f"http://{self.hosts.server_address}:8000/s/main/", monitor.said)
        self.watch(self.hosts.server_address)
        self.assertEqual(monitor.stop(), 0)

    def test_on_every_address_the_machines_own_are_accepted_and_no_other(self) -> None:
        monitor = self.run_monitor("--host", "0.0.0.0", "--public")
        self.assertIn(self.hosts.server_address, monitor.said)
        self.watch(self.hosts.server_address)
        self.assertEqual(self.status("localhost"), "200")
        self.assertEqual(self.status("evil.example"), "400")

    def status(self, host: str) -> str:
        """What the client's host is answered when it asks for the site under this name."""
        command = self.hosts.on_client(sys.executable, "-c", ASK, self.hosts.server_address, host)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def test_a_private_stream_shows_nothing_to_the_other_host(self) -> None:
        self.run_monitor("--host", self.hosts.server_address)
        assert CHROMIUM
        with chromium(self.hosts.program_on_client(CHROMIUM, self.folder)) as browser:
            page = browser.new_page()
            page.goto(f"http://{self.hosts.server_address}:8000/s/main/")
            self.assertIn("/login/?next=/s/main/", page.url)
            self.assertEqual(page.get_by_role("link", name="main").count(), 0)
