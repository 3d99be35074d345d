"""A real Valkey, real web workers and producers, in a home of the test's own."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from unittest import TestCase

import pytest

from tests.support.processes import Processes, manage
from tests.support.subscriber import Subscriber
from tests.support.valkey import Valkey

SET_PUBLIC = "from ticks.models import Stream; Stream.objects.set_visibility('main', True)"


@pytest.mark.integration
class ProcessCase(TestCase):
    """`self.valkey`, `self.processes` and a public stream `main` in `self.home`."""

    def setUp(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="tickmon-home-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.valkey = Valkey()
        self.valkey.start()
        self.addCleanup(self.valkey.stop)
        self.processes = Processes(self.home, self.valkey.url)
        self.addCleanup(self.processes.end)
        manage(self.home, self.valkey.url, "migrate", "-v", "0")
        manage(self.home, self.valkey.url, "shell", "-v", "0", "-c", SET_PUBLIC)

    def subscribe(self, query: str = "") -> Subscriber:
        subscriber = Subscriber(self.processes.socket_url, query)
        self.addCleanup(subscriber.stop)
        return subscriber

    def archived(self) -> list[tuple[str, int]]:
        """Every tick in the archive as (epoch, t), read by nothing of the product's."""
        while True:
            try:
                return [tick for path in self._files() for tick in _ticks(path)]
            except FileNotFoundError:
                continue  # it was closed, and has another name now

    def _files(self) -> list[Path]:
        found = (self.home / "archive" / "main").glob("*/*.jsonl")
        return sorted((path for path in found if path.name != "gaps.jsonl"), key=_order)


def _ticks(path: Path) -> list[tuple[str, int]]:
    """A line without its end is still being written."""
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return [(path.parent.name, json.loads(line)["t"]) for line in whole.splitlines()]


def _order(path: Path) -> tuple[str, str]:
    """The active file is an epoch's last."""
    return path.parent.name, path.name.replace("active", "z")
