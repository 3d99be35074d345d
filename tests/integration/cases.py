"""A real Valkey, real web workers and producers, in a home of the test's own."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, ClassVar
from unittest import TestCase

import pytest

from tests.support.archived import files_of, ticks_of
from tests.support.database import make_database
from tests.support.processes import Processes, Running, remove
from tests.support.subscriber import Subscriber
from tests.support.valkey import Valkey


@pytest.mark.integration
class ProcessCase(TestCase):
    """`self.valkey`, `self.processes` and a public stream `main` in `self.home`."""

    def setUp(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="tickmon-home-"))
        self.addCleanup(remove, self.home)
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


class TankCase(ProcessCase):
    """A web worker `worker`, and a public stream `tank` of 20 ticks, as the documents have it."""

    def setUp(self) -> None:
        super().setUp()
        make_database(self.home, "tank")
        lines = self.home / "lines"
        lines.write_text("".join(json.dumps(self.tick(t)) + "\n" for t in range(1, 21)))
        producer = self.processes.producer("replay", str(lines), "--stream", "tank", "--speed", "100")
        self.assertEqual(producer.process.wait(60), 0, producer.said)
        self.worker = self.processes.web()

    def tick(self, t: int) -> dict[str, Any]:
        return {"t": t, "ts": 1760000000.0 + t, "level": t / 10}


@pytest.mark.integration
class HomeCase(TestCase):
    """For the whole class: `valkey`, `processes`, and public `streams` in `home`."""

    streams: ClassVar[tuple[str, ...]] = ("main",)
    home: Path
    valkey: Valkey
    processes: Processes

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.home = Path(tempfile.mkdtemp(prefix="tickmon-home-"))
        cls.addClassCleanup(remove, cls.home)
        cls.valkey = cls.enterClassContext(Valkey())
        cls.processes = Processes(cls.home, cls.valkey.url)
        cls.addClassCleanup(cls.processes.end)
        make_database(cls.home, *cls.streams)


class ServedCase(HomeCase):
    """For the whole class: a web worker `worker` with a public stream `main`, 50 ticks a second, and a subscriber.

    Whatever a test says to the worker, the subscriber misses nothing and the worker has nothing to complain of.
    """

    env: ClassVar[dict[str, str]] = {}
    """Of the worker."""
    worker: Running
    witness: Subscriber

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.worker = cls.processes.web(**cls.env)
        cls.witness = Subscriber(cls.processes.socket_url, "from_t=0")
        cls.addClassCleanup(cls.witness.stop)
        cls.processes.producer("simulation", "--rate", "50", "--agents", "2")
        cls.witness.wait_for(1)

    def tearDown(self) -> None:
        self.witness.wait_for(len(self.witness.got) + 5)
        self.assertEqual((self.witness.gaps, self.witness.connections), ([], 1))
        self.assertEqual(self.witness.ts, list(range(1, len(self.witness.ts) + 1)))
        self.assertIsNone(self.worker.process.poll(), self.worker.said)
        self.assertNotRegex(self.worker.said, r"Traceback|\b(ERROR|CRITICAL)\b")
