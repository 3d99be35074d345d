"""Connections break, and whoever serves them: each subscriber, of every mode, has every tick."""

from __future__ import annotations

import random
import shutil

import psutil

from tests.oracle.cases import OracleCase
from tests.oracle.http_asking import PollOfExample
from tests.oracle.http_streams import StreamReader
from tests.oracle.proxy import CuttingProxy
from tests.oracle.readers import NEWEST, opener
from tests.oracle.sockets import V1
from tests.support.processes import Running
from tests.support.together import together
from tests.support.waiting import until

KILLS = 2
CUTS = 30
RING_BYTES = 1 << 20
LARGE = 4000


@together
class FaultsOfConnectionsTest(OracleCase):
    def connections(self, worker: Running) -> int:
        """How many subscribers a worker serves."""
        found = psutil.Process(worker.process.pid).net_connections("tcp4")
        return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == self.processes.port for one in found)

    def test_the_worker_is_killed(self) -> None:
        worker = self.processes.web()
        producer = self.produce()
        self.watch()
        for _ in range(KILLS):
            worker.kill()
            worker = self.processes.web()
            self.crowd.wait_for(100)
        self.assertGreater(min(reader.connections for reader in self.crowd.readers), KILLS)
        self.end_well(producer)

    def test_of_two_workers_one_is_killed(self) -> None:
        workers = [self.processes.web(), self.processes.web()]
        producer = self.produce()
        self.watch(NEWEST)
        until(lambda: self.each_is_served(workers), "both workers serve")
        workers[0].kill()
        self.crowd.wait_for(100)
        self.assertEqual(self.connections(workers[1]), len(self.crowd.readers))
        self.end_well(producer)

    def test_of_two_workers_one_ends_in_order(self) -> None:
        first = self.processes.web()
        producer = self.produce()
        self.watch()
        self.processes.web()
        self.assertEqual(first.stop(), 0, first.said)
        self.assertNotIn("Traceback", first.said)
        self.crowd.wait_for(100)
        for reader in self.crowd.readers:
            if isinstance(reader, StreamReader):
                self.assertEqual((reader.connections, reader.whole), (2, 1), str(reader))
        self.end_well(producer)

    def each_is_served(self, workers: list[Running]) -> bool:
        """Some by each; otherwise they are cut off, and come back to whom the kernel chooses."""
        if all(map(self.connections, workers)):
            return True
        for reader in self.crowd.readers:
            self.crowd.call(reader.cut)
        self.crowd.wait_for(10)
        return False

    def test_a_proxy_cuts_at_random_bytes(self) -> None:
        seed = random.randrange(1 << 32)
        self.processes.web()
        producer = self.produce()
        proxy = CuttingProxy(self.crowd, self.processes.port, seed)
        self.addCleanup(proxy.end)
        self.watch(NEWEST, proxy.port)
        until(lambda: proxy.cuts >= CUTS, "the proxy has cut often")
        proxy.calm()
        self.assertGreater(sum(reader.connections for reader in self.crowd.readers), CUTS // 2)
        self.end_well(producer, told=f"seed {seed}")

    def test_the_ring_is_smaller_than_the_lag(self) -> None:
        self.processes.web(TICKS_RING_BYTES=str(RING_BYTES))
        producer = self.produce(rate=500, size=LARGE)
        self.watch()
        self.send_away()
        before = max(reader.ticks for reader in self.crowd.readers)
        self.wait_until_written(4 * RING_BYTES // LARGE)
        self.bring_back()
        self.crowd.wait_for(4 * RING_BYTES // LARGE - before)
        self.end_well(producer)

    def test_the_epoch_changes_and_each_is_told_once(self) -> None:
        self.processes.web()
        first = self.produce()
        self.watch(NEWEST, leave_out=[PollOfExample])  # who names no epoch is promised nothing over a new numbering
        away = V1(opener(self.processes.port), -1)
        self.crowd.add(away)
        self.crowd.wait_for(50)
        self.crowd.call(away.stall)
        self.crowd.call(away.cut)
        self.wait_until_written(100)
        self.assertEqual(first.stop(), 0, first.said)
        for epoch in (self.home / "archive" / "main").iterdir():
            if epoch.is_dir():
                shutil.rmtree(epoch)
        second = self.produce()
        self.wait_until_written(100)
        self.crowd.call(away.go_on)
        self.crowd.wait_for(100)
        self.end_well(second, reasons=["epoch"])
        self.assertEqual(len(self.log.epochs), 2)
        for reader in self.crowd.readers:
            self.assertEqual([(gap.reason, gap.epoch) for gap in reader.gaps], [("epoch", self.log.epochs[1])])
