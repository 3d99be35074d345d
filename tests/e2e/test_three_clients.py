"""The three clients as people write them, in a real browser: on the monitor's own pages, and on anybody else's."""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import TestCase

import pytest
from playwright.sync_api import Browser

from tests.conftest import CHROMIUM
from tests.support.browser import Watched, chromium
from tests.support.monitor import Monitor
from tests.support.networks import TwoHosts
from tests.support.processes import ROOT
from tests.support.together import together

CLIENTS = """(host) => {
    window.got = { socket: [], events: [], poll: [] };

    const ws = new WebSocket(`ws://${host}/ws/stream`);
    ws.onmessage = (event) => {
        const tick = JSON.parse(event.data);
        got.socket.push([tick.t, tick.agents.length]);
    };

    const source = new EventSource(`http://${host}/stream`);
    source.onmessage = (event) => {
        const tick = JSON.parse(event.data);
        got.events.push([tick.t, tick.agents.length]);
    };

    window.answers = [];
    async function poll(last) {
        const response = await fetch(`http://${host}/poll?last_t=${last}`);
        const answer = await response.json();
        if (answer.t) {
            got.poll.push(...answer.ticks.map((tick) => [tick.t, tick.agents.length]));
            answers.push([answer.t, answer.data.t, answer.ticks.at(-1).t]);
            poll(answer.t);
        } else {
            setTimeout(() => poll(last), 1000);
        }
    }
    poll(0);
}"""
TICKS = 15
AGENTS = 11


class Page(BaseHTTPRequestHandler):
    """Of a site that knows nothing of the monitor."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>a page of another site</title>")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@together
@pytest.mark.integration
@pytest.mark.browser
class ThreeClientsTest(TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tickmon-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_monitor(self, *options: str, within: Sequence[str] = ()) -> str:
        """Returns its host and port."""
        command = [*within, sys.executable, str(ROOT / "manage.py"), "runmonitor", "--source", "simulation", "--public"]
        home = str(self.folder / "home")
        monitor = Monitor([*command, *options], self.folder / "log", ROOT, MONITOR_HOME=home)
        self.addCleanup(monitor.end)
        return monitor.wait_to_say(r"http://(\S+)/s/main/")[1]

    def another_site(self) -> str:
        """A page on this host: Chromium lets none from the internet reach a private network."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever).start()
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/"

    def receive(self, browser: Browser, host: str, *urls: str) -> None:
        """On each page each of the three has every tick from where it begins."""
        pages = [Watched(browser) for _ in urls]
        for watched, url in zip(pages, urls, strict=True):
            watched.page.goto(url)
            watched.page.evaluate(CLIENTS, host)
        for watched, url in zip(pages, urls, strict=True):
            watched.page.wait_for_function(f"() => Object.values(got).every((ticks) => ticks.length >= {TICKS})")
            watched.page.wait_for_function("() => answers.length >= 5")
            for name, ticks in watched.page.evaluate("got").items():
                first = 1 if name == "poll" else ticks[0][0]
                self.assertEqual(ticks, [[t, AGENTS] for t in range(first, first + len(ticks))], f"{name} on {url}")
            for told in watched.page.evaluate("answers"):
                self.assertEqual(len(set(told)), 1, "t, that of data, that of the last of ticks")
            self.assertEqual(watched.errors, [])

    def test_they_have_every_tick_on_pages_of_the_monitor_of_another_site_and_of_no_site(self) -> None:
        host = self.run_monitor("--port", "0")
        page = self.folder / "page.html"
        page.write_text("<!doctype html><title>a page on disk</title>")
        with chromium() as browser:
            self.receive(browser, host, f"http://{host}/login/", self.another_site(), page.as_uri())

    @pytest.mark.network
    def test_they_have_every_tick_on_another_host_too(self) -> None:
        hosts = self.enterContext(TwoHosts())
        host = self.run_monitor("--host", hosts.server_address, within=hosts.on_server())
        assert CHROMIUM
        site = hosts.inside(hosts.client, self.another_site)
        with chromium(hosts.program_on_client(CHROMIUM, self.folder)) as browser:
            self.receive(browser, host, f"http://{host}/login/", site)
