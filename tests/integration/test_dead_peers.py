"""Peers who take nothing, say nothing or are gone, on a clock that runs faster than the product's where it can."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest

from tests.serving.cases import WorkerCase
from tests.serving.peer import CLOSE, TEXT
from tests.support.networks import PATH, TwoHosts
from tests.support.processes import Running
from tests.support.waiting import until

SECONDS_TO_NOTICE = 25


class StalledTest(WorkerCase):
    def test_a_websocket_that_takes_nothing_is_told_and_closed_with_4408(self) -> None:
        self.start("STALL_S=2", "CLOSE_S=30")
        peers = [self.socket(f"/{way}?frames=100", narrow=True) for way in ("flood", "flood_by_send")]
        self.wait_for("stalled", 2)
        for peer in peers:
            frames = [peer.message()]
            while frames[-1].opcode != CLOSE:
                frames.append(peer.message())
            self.assertEqual(frames[-2], (TEXT, b"stalled"))
            self.assertEqual(frames[-1].close_code, 4408)
            peer.say(CLOSE, frames[-1].payload)
            self.assertEqual(peer.rest(), b"")

    def test_one_that_does_not_read_even_then_is_cut_off(self) -> None:
        self.start("STALL_S=1", "CLOSE_S=1")
        peer = self.socket("/flood?frames=100", narrow=True)
        until(lambda: self.happened("flood ended") and self.facts()["sockets"] == 0, "it is gone")
        self.assertEqual(self.happened("stalled"), 1)
        with self.assertRaises(ConnectionError):
            peer.rest()

    def test_a_reader_that_pauses_for_less_than_the_limit_gets_all(self) -> None:
        self.start("STALL_S=12", "SILENT_S=12", "PING_S=1")
        peer = self.socket("/flood?frames=10", narrow=True)
        time.sleep(5)
        for _ in range(10):
            self.assertEqual(len(peer.message().payload), 1 << 20)
        self.assertEqual(self.happened("stalled"), 0)

    def test_a_slow_line_is_no_stalled_and_no_silent_peer_although_it_answers_no_ping(self) -> None:
        self.start("STALL_S=6", "SILENT_S=6", "PING_S=1")
        peer = self.socket("/flood?frames=10", narrow=True)
        for _ in range(60):  # fifteen seconds at 100 KB a second: megabytes wait all the time
            peer.take(25_000)
            time.sleep(0.25)
        self.assertEqual((self.happened("stalled"), self.happened("flood ended")), (0, 0))

    def test_a_streamed_answer_that_is_not_taken_is_cut_off(self) -> None:
        self.start("STALL_S=2")
        for target in ("/endless", "/large"):
            with self.subTest(target):
                peer = self.peer(narrow=True)
                peer.ask(target, "Connection: close\r\n")
                peer.head()
                until(lambda: self.facts()["channels"] == 1, "the question's own is the only one")
                with self.assertRaises(ConnectionError):
                    peer.rest()
        self.wait_for("endless ended")


class SilentTest(WorkerCase):
    def test_who_answers_pings_stays_and_who_does_not_is_cut_off(self) -> None:
        self.start("SILENT_S=8", "PING_S=1")
        answers, silent = self.socket("/echo"), self.socket("/echo")
        answers.say(TEXT, b"here")
        self.assertEqual(answers.message(), (TEXT, b"here"))
        until(lambda: (self.follow(answers), self.facts()["sockets"] == 1)[1], "one is cut off")
        deadline = time.monotonic() + 12
        while time.monotonic() < deadline:
            self.follow(answers)
            self.assertEqual(self.facts()["sockets"], 1)
        with self.assertRaises(ConnectionError):
            silent.rest()

    def follow(self, peer: Any) -> None:
        """Answer the pings that have come."""
        peer.socket.settimeout(0.3)
        try:
            peer.message()
        except TimeoutError:
            return
        self.fail("nothing but pings was to come")

    def test_who_does_not_answer_a_close_is_cut_off(self) -> None:
        self.start("CLOSE_S=1")
        peer = self.socket("/mixed?frames=0")
        self.assertEqual(peer.message().close_code, 4000)
        with self.assertRaises(ConnectionError):
            peer.rest()

    def test_who_says_goodbye_and_does_not_take_what_was_sent_before_is_cut_off(self) -> None:
        self.start("CLOSE_S=1")
        peer = self.socket("/flood?frames=100", narrow=True)
        self.wait_for("flood began")
        peer.say(CLOSE, (1000).to_bytes(2, "big"))
        until(lambda: self.facts()["sockets"] == 0, "it is gone")
        self.wait_for("flood ended")


CLIENT = """
import sys, threading
from tests.serving.peer import Peer
socket = Peer(8000, sys.argv[1]).upgrade("/echo")
busy = Peer(8000, sys.argv[1]).upgrade("/flood?frames=1000000")
stream = Peer(8000, sys.argv[1])
stream.ask("/endless")
stream.head()
def read(take):
    while True:
        take()
for take in (socket.message, busy.message, lambda: stream.take(65536)):
    threading.Thread(target=read, args=(take,), daemon=True).start()
print("reading", flush=True)
threading.Event().wait()
"""
ASK = """
import http.client
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=60)
connection.request("GET", "/facts")
print(connection.getresponse().read().decode())
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
        command = self.hosts.on_server(sys.executable, "-c", ASK)
        told: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return told

    def cut_the_line(self) -> None:
        """What the client sends goes nowhere from now on: no reset, no end, no acknowledgement."""
        blackhole = ["ip", "-n", self.hosts.client, "route", "add", "blackhole", f"{self.hosts.server_address}/32"]
        subprocess.run(blackhole, check=True, env={**os.environ, "PATH": PATH})

    def test_a_host_that_is_gone_is_noticed_in_time(self) -> None:
        server = self.run_on(
            "server", self.hosts.on_server(sys.executable, "-m", "tests.serving.program", "--port=8000")
        )
        server.wait_to_say("ready")
        client = self.hosts.on_client(sys.executable, "-c", CLIENT, self.hosts.server_address)
        self.run_on("client", client).wait_to_say("reading")
        time.sleep(12)  # idle for longer than from one ping to the next: nobody who is there is cut off
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
            time.sleep(0.2)
        self.assertGreaterEqual(attempts, 3, "packets were lost")
        self.assertEqual(set(freed), {"sockets", "channels"})
        self.assertLess(max(freed.values()), SECONDS_TO_NOTICE + 8, freed)  # asking takes its time, too
        self.assertGreater(min(freed.values()), 10, "a short outage is borne")
