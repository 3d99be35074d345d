"""A worker's server in a process of its own, with the application of `program.py`."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest

from tests.serving.peer import Peer
from tests.support.processes import Running
from tests.support.waiting import until


@pytest.mark.integration
class WorkerCase(TestCase):
    """`start` a worker; `peer` is a connection to it."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tickmon-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.port: int = self.listener.getsockname()[1]

    def start(self, *seconds: str) -> Running:
        fd = self.listener.fileno()
        command = [sys.executable, "-m", "tests.serving.program", "--fd", str(fd), *seconds]
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}
        worker = Running("worker", self.folder / "log", command, env, (fd,))
        self.addCleanup(worker.end)
        worker.wait_to_say("ready")
        return worker

    def peer(self, narrow: bool = False) -> Peer:
        peer = Peer(self.port, narrow=narrow)
        self.addCleanup(peer.close)
        return peer

    def socket(self, target: str, narrow: bool = False) -> Peer:
        """A WebSocket."""
        return self.peer(narrow).upgrade(target)

    def get(self, target: str) -> bytes:
        """The body, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", target, headers={"Connection": "close"})
            return connection.getresponse().read()
        finally:
            connection.close()

    def facts(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.get("/facts"))
        return told

    def happened(self, event: str) -> int:
        return int(self.facts()["events"].get(event, 0))

    def wait_for(self, event: str, count: int = 1) -> None:
        self.until(lambda: self.happened(event) >= count, f"{event}, {count} times")

    def until(self, look: Callable[[], object], what: str) -> None:
        """Each look is a request to the worker, and costs both of them."""
        until(look, what, every_s=0.1)

    def rss_mb(self) -> float:
        return float(self.facts()["rss"]) / (1 << 20)
