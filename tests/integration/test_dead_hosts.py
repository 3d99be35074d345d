"""Hosts that are gone without a word, on a network of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest

from tests.support.networks import PATH, TwoHosts
from tests.support.processes import Running

SECONDS_TO_NOTICE = 25

CLIENT = """
import sys, threading
from tests.serving.peer import Peer
def idle():
    return [Peer(8000, sys.argv[1]).upgrade("/echo").message]
def busy():
    stream = Peer(8000, sys.argv[1])
    stream.ask("/endless")
    stream.head()
    return [Peer(8000, sys.argv[1]).upgrade("/flood?frames=1000000").message, lambda: stream.take(65536)]
def read(take):
    while True:
        take()
for take in {"idle": idle, "busy": busy}[sys.argv[2]]():
    threading.Thread(target=read, args=(take,), daemon=True).start()
print("reading", flush=True)
threading.Event().wait()
"""


@pytest.mark.integration
@pytest.mark.network
class HalfOpenTest(TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tickmon-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.hosts = self.enterContext(TwoHosts())

    def run_on(self, name: str, command: list[str]) -> Running:
        running = Running(name, self.folder / name, command, dict(os.environ))
        self.addCleanup(running.end)
        return running

    def facts(self) -> dict[str, Any]:
        return self.hosts.inside(self.hosts.server, self.ask)

    def ask(self) -> dict[str, Any]:
        with urllib.request.urlopen("http://127.0.0.1:8000/facts", timeout=60) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def reading(self, what: str) -> None:
        """A program on the client that has connected, and reads."""
        command = self.hosts.on_client(sys.executable, "-c", CLIENT, self.hosts.server_address, what)
        self.run_on(what, command).wait_to_say("reading")

    def cut_the_line(self) -> None:
        """What the client sends goes nowhere from now on: no reset, no end, no acknowledgement."""
        blackhole = ["ip", "-n", self.hosts.client, "route", "add", "blackhole", f"{self.hosts.server_address}/32"]
        subprocess.run(blackhole, check=True, env={**os.environ, "PATH": PATH})

    def test_a_host_that_is_gone_is_noticed_in_time(self) -> None:
        server = self.run_on(
            "server", self.hosts.on_server(sys.executable, "-m", "tests.serving.program", "--port=8000", "PING_S=4")
        )
        server.wait_to_say("ready")
        self.reading("idle")
        time.sleep(7)  # for longer than from one ping to the next: nobody who is there is cut off
        self.reading("busy")
        facts = self.facts()
        self.assertEqual((facts["sockets"], facts["channels"]), (2, 2))
        cut_at = time.monotonic()
        self.cut_the_line()
        attempts, freed = 0, {}
        while len(freed) < 2 and time.monotonic() < cut_at + 3 * SECONDS_TO_NOTICE:
            facts = self.facts()
            attempts = max([attempts, *(link[1] for link in facts["links"])])
            for kind, rest in (("sockets", 0), ("channels", 1)):
                if facts[kind] == rest:
                    freed.setdefault(kind, time.monotonic() - cut_at)
            time.sleep(0.5)
        self.assertGreaterEqual(attempts, 3, "packets were lost")
        self.assertEqual(set(freed), {"sockets", "channels"})
        self.assertLess(max(freed.values()), SECONDS_TO_NOTICE + 8, freed)  # asking takes its time, too
        self.assertGreater(min(freed.values()), 10, "a short outage is borne")
