"""Everything breaks, and a script that uses the client of the product has every tick."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.oracle.cases import OracleCase
from tests.oracle.clients import MODES, ClientReader, News
from tests.oracle.history import History, Tick, checksum
from tests.oracle.judge import judge
from tests.oracle.proxy import CuttingProxy
from tests.oracle.readers import ALL_KEPT, NEWEST
from tests.support.networks import PATH, TwoHosts
from tests.support.processes import ROOT, Running, environment
from tests.support.together import together
from tests.support.waiting import until

KILLS = 2
CUTS = 6
AWAY_TICKS = 200
HEARTBEAT_S = 1
WATCHDOG_S = 2.5 * HEARTBEAT_S
BEATING = {"TICKS_HEARTBEAT_S": str(HEARTBEAT_S)}


def printed(running: Running) -> History:
    """What `tail` has printed, as a history: of epochs it says nothing."""
    lines = [line for line in running.said.splitlines(keepends=True) if line.startswith("{") and line.endswith("\n")]
    ticks = [json.loads(line) for line in lines]
    return [Tick(None, tick["t"], checksum(tick)) for tick in ticks]


class ClientCase(OracleCase):
    """`self.news`: the log of the clients."""

    def setUp(self) -> None:
        self.news = self.enterContext(News.listening())
        super().setUp()

    def follow(self, port: int | None = None) -> list[ClientReader]:
        readers = [mode(port or self.processes.port, start) for mode in MODES for start in (ALL_KEPT, NEWEST)]
        self.crowd.add(*readers)
        self.crowd.wait_for(50)
        return readers

    def end_without_complaint(self, producer: Running, reasons: tuple[str, ...] = (), told: str = "") -> None:
        """As `end_well`, and no message broke a rule."""
        self.end_well(producer, reasons, told)
        self.assertEqual(self.news.wrong, [], told)


class ClientTest(ClientCase):
    def test_the_worker_is_killed_and_started_again(self) -> None:
        worker = self.processes.web()
        producer = self.produce()
        self.follow()
        for _ in range(KILLS):
            worker.kill()
            worker = self.processes.web()
            self.crowd.wait_for(100)
        self.assertGreaterEqual(self.news.count("connected"), (KILLS + 1) * len(self.crowd.readers))
        self.end_without_complaint(producer)

    def test_redis_is_killed_and_started_again(self) -> None:
        self.processes.web()
        producer = self.produce()
        self.follow()
        self.valkey.kill()
        self.wait_until_written(AWAY_TICKS)
        self.crowd.add(*[mode(self.processes.port, ALL_KEPT) for mode in MODES])
        self.valkey.start()
        self.assertEqual(self.valkey.loaded(), 0)
        self.crowd.wait_for(AWAY_TICKS)
        self.end_without_complaint(producer)

    def test_a_proxy_cuts_at_random_bytes(self) -> None:
        seed = random.randrange(1 << 32)
        self.processes.web()
        producer = self.produce()
        proxy = CuttingProxy(self.crowd, self.processes.port, seed)
        self.addCleanup(proxy.end)
        self.follow(proxy.port)
        until(lambda: proxy.cuts >= CUTS, "the proxy has cut often")
        proxy.calm()
        self.assertGreater(self.news.count("connected"), len(self.crowd.readers))
        self.end_without_complaint(producer, told=f"seed {seed}")

    def test_the_numbering_begins_anew(self) -> None:
        self.processes.web()
        first = self.produce()
        readers = self.follow()
        self.assertEqual(first.stop(), 0, first.said)
        for epoch in (self.home / "archive" / "main").iterdir():
            if epoch.is_dir():
                shutil.rmtree(epoch)
        second = self.produce()
        self.crowd.wait_for(100)
        self.end_without_complaint(second, ("epoch",))
        self.assertEqual(len(self.log.epochs), 2)
        for reader in readers:
            self.assertEqual([(gap.reason, gap.epoch) for gap in reader.gaps], [("epoch", self.log.epochs[1])])

    def test_the_worker_freezes_and_says_nothing_more(self) -> None:
        frozen = self.processes.web(**BEATING)
        producer = self.produce()
        readers = self.follow()
        freeze(frozen)
        self.processes.web(**BEATING)
        self.crowd.wait_for(100)
        self.assertGreaterEqual(self.news.count("silent"), len(readers))
        self.end_without_complaint(producer)

    def test_a_caller_stops_for_longer_than_the_watchdog(self) -> None:
        self.processes.web(**BEATING)
        producer = self.produce()
        readers = self.follow()
        for reader in readers:
            self.crowd.call(reader.stall)
        time.sleep(2 * WATCHDOG_S)  # how long it stops is what is tested
        stood = [reader.ticks for reader in readers]
        self.wait_until_written(200)
        for reader, ticks in zip(readers, stood, strict=True):
            self.assertLessEqual(reader.ticks, ticks + 1)  # an async one had one on its way
            self.crowd.call(reader.go_on)
        self.crowd.wait_for(200)
        self.end_without_complaint(producer)


@together
class TailTest(OracleCase):
    """`manage.py tail`, which is a process of its own."""

    def tail(self, url: str, *before: str) -> Running:
        command = [*before, sys.executable, str(ROOT / "manage.py"), "tail", url, "--from-t", "-1"]
        log = self.home / "tail.log"
        tailing = Running("tail", log, command, environment(self.home, self.valkey.url))
        self.addCleanup(tailing.end)
        until(lambda: len(printed(tailing)) >= 50, "it prints ticks")
        return tailing

    def assert_has_all(self, tailing: Running, producer: Running) -> None:
        self.assertEqual(producer.stop(), 0, producer.said)
        written = len(self.log.refresh())
        until(lambda: len(printed(tailing)) >= written, "it has the last tick")
        self.assertEqual(judge(self.log, printed(tailing), start=0, until=written), [])
        self.assertNotIn("broke the protocol", tailing.said)
        self.assertEqual(tailing.stop(), 0, tailing.said)

    def test_its_process_is_stopped_for_longer_than_its_watchdog_and_continued(self) -> None:
        self.processes.web(**BEATING)
        producer = self.produce()
        tailing = self.tail(self.processes.url)
        freeze(tailing)
        stood = len(printed(tailing))
        time.sleep(2 * WATCHDOG_S)  # how long it is stopped is what is tested
        self.wait_until_written(100)
        self.assertEqual(len(printed(tailing)), stood)
        tailing.process.send_signal(signal.SIGCONT)
        until(lambda: len(printed(tailing)) > stood + 100, "it goes on")
        self.assert_has_all(tailing, producer)

    @pytest.mark.network
    def test_packets_are_dropped_and_it_comes_back_when_they_are_not(self) -> None:
        hosts = self.enterContext(TwoHosts())
        listener = hosts.inside(hosts.server, lambda: socket.create_server((hosts.server_address, 0)))
        self.addCleanup(listener.close)
        self.worker_at(listener)
        producer = self.produce()
        port = listener.getsockname()[1]
        tailing = self.tail(f"http://{hosts.server_address}:{port}", *hosts.on_client())
        hosts.drop_packets()
        tailing.wait_to_say(f"nothing was heard for {WATCHDOG_S:g} s")
        self.assertGreater(hosts.dropped(), 0)
        stood = len(printed(tailing))
        address = ["address", "add", f"{hosts.client_address}/24", "dev", "cable"]
        subprocess.run(["ip", "-n", hosts.client, *address], check=True, env={**os.environ, "PATH": PATH})
        until(lambda: len(printed(tailing)) > stood + 100, "it goes on")
        self.assert_has_all(tailing, producer)

    def worker_at(self, listener: socket.socket) -> None:
        fd = listener.fileno()
        env = environment(self.home, self.valkey.url, ALLOWED_HOSTS="*", **BEATING)
        command = [sys.executable, "-m", "monitor.server", "--fd", str(fd)]
        worker = Running("web", self.home / "web-server.log", command, env, (fd,))
        self.addCleanup(worker.end)


def freeze(running: Running) -> None:
    """It does nothing any more when this returns."""
    running.process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, running.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
