"""The same application under other ASGI servers than its own: nothing that it needs is this site's server's alone."""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from typing import Any

import httpx
import psutil
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from tests.integration.cases import ProcessCase
from tests.support.processes import ROOT, Running, environment
from tests.support.subscriber import Subscriber
from tests.support.together import together
from tests.support.waiting import until

TICKS = 300
APPLICATION = "monitor.asgi:application"
STATIC = "/static/ticks/styles/board.css"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Plain(threading.Thread):
    """A subscriber without a subprotocol: every message is a record."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self.records: list[dict[str, Any]] = []
        self.is_connected = threading.Event()
        self.start()

    def run(self) -> None:
        with connect(self._url, max_size=None) as socket:
            self.is_connected.set()
            try:
                self.records.extend(json.loads(message) for message in socket)
            except ConnectionClosed:
                return


@together
class OtherServersTest(ProcessCase):
    def test_daphne_serves_the_application_as_it_is(self) -> None:
        port = free_port()
        self.assert_serves(port, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), APPLICATION)

    def test_runserver_serves_the_application_as_it_is(self) -> None:
        port = free_port()
        self.assert_serves(port, str(ROOT / "manage.py"), "runserver", f"127.0.0.1:{port}")

    def test_uvicorn_serves_the_application_as_it_is(self) -> None:
        port = free_port()
        server = self.assert_serves(port, "-m", "uvicorn", "--port", str(port), APPLICATION)
        self.assertNotIn("unsupported", server.said)

    def assert_serves(self, port: int, *command: str) -> Running:
        """All that a visitor and a subscriber may ask for, until either signal ends it."""
        server = self.start(port, *command)
        self.assert_delivers(port)
        self.assert_answers(port)
        self.assert_ends(server, signal.SIGTERM)
        self.assertNotIn("Traceback", server.said)
        again = self.start(port, *command)
        self.assert_ends(again, signal.SIGINT)
        self.assertNotIn("Traceback", again.said)
        return server

    def start(self, port: int, *command: str) -> Running:
        log = self.home / "server.log"
        server = Running("server", log, [sys.executable, *command], environment(self.home, self.valkey.url))
        self.addCleanup(self.end, server)
        until(lambda: self.status(port, "/api/") == 200 or server.process.poll() is not None, "it answers")
        self.assertIsNone(server.process.poll(), server.said)
        return server

    def end(self, server: Running) -> None:
        for child in self.children(server):
            child.kill()
        server.end()

    def children(self, server: Running) -> list[psutil.Process]:
        """What it runs in, as the autoreloader does."""
        if server.process.poll() is not None:
            return []
        return psutil.Process(server.process.pid).children(recursive=True)

    def assert_delivers(self, port: int) -> None:
        url = f"ws://127.0.0.1:{port}/ws/stream"
        subscriber, plain = Subscriber(url, "from_t=0"), Plain(url)
        self.addCleanup(subscriber.stop)
        until(lambda: subscriber.hellos and plain.is_connected.is_set(), "both are connected")
        producer = self.processes.producer("host", "--interval", "0.01", "--ticks", str(TICKS))
        self.assertEqual(producer.process.wait(120), 0, producer.said)
        subscriber.wait_for(TICKS)
        until(lambda: plain.records and plain.records[-1]["t"] == TICKS, "the plain one has the last tick")
        self.assertEqual(subscriber.got, self.archived())
        self.assertEqual((subscriber.gaps, subscriber.broken, subscriber.connections), ([], [], 1))
        self.assertEqual([record["t"] for record in plain.records], list(range(1, TICKS + 1)))
        for headers in ({}, {"Accept-Encoding": "gzip"}, {"Accept": "text/event-stream"}):
            self.assertEqual(self.streamed(port, headers), list(range(1, TICKS + 1)), headers)

    def streamed(self, port: int, headers: dict[str, str]) -> list[int]:
        """What comes over plain HTTP, up to the last tick."""
        got: list[int] = []
        with httpx.stream("GET", f"http://127.0.0.1:{port}/stream?from_t=-1", headers=headers, timeout=60) as answer:
            for line in answer.iter_lines():
                record = line.removeprefix("data: ")
                if record.startswith('{"t":'):
                    got.append(json.loads(record)["t"])
                if got and got[-1] == TICKS:
                    return got
        return got

    def assert_answers(self, port: int) -> None:
        found = {path: self.status(port, path) for path in ("/", "/login/", "/api/streams/main/", STATIC, "/nowhere")}
        expected = {"/": 200, "/login/": 200, "/api/streams/main/": 200, STATIC: 200, "/nowhere": 404}
        self.assertEqual(found, expected)
        with self.assertRaises(InvalidHandshake):
            connect(f"ws://127.0.0.1:{port}/ws/nowhere")

    def status(self, port: int, path: str) -> int | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return None

    def assert_ends(self, server: Running, number: signal.Signals) -> None:
        """With a subscriber connected, it and all that it started are gone after one signal."""
        family = [psutil.Process(server.process.pid), *self.children(server)]
        server.process.send_signal(number)
        server.process.wait(60)
        _, alive = psutil.wait_procs(family, timeout=10)
        self.assertEqual(alive, [])
