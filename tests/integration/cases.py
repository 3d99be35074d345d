"""A real Valkey, real web workers and producers, in a home of the test's own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from unittest import TestCase

import pytest

from tests.support.archived import files_of, ticks_of
from tests.support.database import make_database
from tests.support.processes import Processes
from tests.support.subscriber import Subscriber
from tests.support.valkey import Valkey


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
        make_database(self.home, "main")

    def subscribe(self, query: str = "") -> Subscriber:
        subscriber = Subscriber(self.processes.socket_url, query)
        self.addCleanup(subscriber.stop)
        return subscriber

    def archived(self) -> list[tuple[str, int]]:
        """Every tick in the archive as (epoch, t), read by nothing of the product's."""
        return ticks_of(self.home / "archive" / "main")

    def files(self) -> list[Path]:
        """Those that hold the ticks."""
        return files_of(self.home / "archive" / "main")
