"""Requests that compute for long, in the process that delivers, delay no tick."""

from __future__ import annotations

import json
import statistics
import threading
import time
import urllib.request
from typing import Any

from tests.integration.cases import ProcessCase
from tests.support.processes import Processes
from tests.support.subscriber import Subscriber

TICKS, APART_S = 5, 1.0
REQUESTS, BURN_S = 3, 1.5
DELAY_S = 0.1
# The first tells that all are connected; before each of the others nothing comes for a second.
SOURCE = f"""
import django; django.setup()
import time
from ticks.producer import TickWriter
with TickWriter("main") as writer:
    writer.write({{"number": -1}})
    for number in range({TICKS}):
        time.sleep({APART_S})
        writer.write({{"number": number}})
"""


class Timed(Subscriber):
    """Notes the UNIX time at which each tick came, by `t`, and when it was made."""

    def __init__(self, url: str) -> None:
        self.made: dict[int, float] = {}
        self.came: dict[int, float] = {}
        super().__init__(url, "from_t=-1")

    def _take_ticks(self, message: dict[str, Any]) -> None:
        now = time.time()
        for tick in message["ticks"]:
            self.made[tick["t"]], self.came[tick["t"]] = tick["ts"], now
        super()._take_ticks(message)


class Burning:
    """Keeps so many requests computing in a worker until `stop`; `spans` are those that were answered."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/burn/?seconds={BURN_S}"
        self._over = threading.Event()
        self.spans: list[tuple[float, float]] = []
        self._threads = [threading.Thread(target=self._request) for _ in range(REQUESTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def at(self, moment: float) -> int:
        """How many of them computed at that time."""
        return sum(began <= moment <= ended for began, ended in self.spans)

    def _request(self) -> None:
        while not self._over.is_set():
            with urllib.request.urlopen(self._url, timeout=120) as answer:
                told = json.load(answer)
                self.spans.append((told["began"], told["ended"]))


class HeavyRequestsTest(ProcessCase):
    def test_ticks_arrive_on_time_while_requests_to_the_same_process_compute(self) -> None:
        """Compared with a worker that has nothing else to do: this machine may be busy, too."""
        idle = Processes(self.home, self.valkey.url)
        self.addCleanup(idle.end)
        idle.web()
        self.processes.web(DJANGO_SETTINGS_MODULE="tests.support.heavy")
        undisturbed, disturbed = Timed(idle.socket_url), Timed(self.processes.socket_url)
        self.addCleanup(undisturbed.stop)
        self.addCleanup(disturbed.stop)
        source = self.processes.program(SOURCE)
        undisturbed.wait_for(1)
        disturbed.wait_for(1)
        burning = Burning(self.processes.url)
        try:
            undisturbed.wait_for(1 + TICKS)
            disturbed.wait_for(1 + TICKS)
            self.assertEqual(source.process.wait(60), 0, source.said)
        finally:
            burning.stop()
        ticks = disturbed.ts[1:]
        computing = [burning.at(disturbed.made[t]) for t in ticks]
        self.assertEqual(len(ticks), TICKS)
        self.assertGreater(min(computing), 0, "something computed whenever a tick was made")
        late_s = [disturbed.came[t] - undisturbed.came[t] for t in ticks]
        self.assertLess(statistics.median(late_s), DELAY_S, late_s)
