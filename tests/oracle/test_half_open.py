"""A subscriber whose packets are dropped: its connection is freed, and it misses nothing when it comes back."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.oracle.cases import OracleCase
from tests.oracle.history import Hello
from tests.oracle.readers import Open, opener
from tests.oracle.sockets import V1, Plain
from tests.support.networks import TwoHosts
from tests.support.processes import Running, environment
from tests.support.waiting import until

FREED_S = 25


class QuietV1(V1):
    """Of a stream without a tick: nothing but heartbeats and pings is ever sent to it."""

    mode = "ticks.v1, quiet"
    options = {"stream": "quiet"}


@pytest.mark.network
class HalfOpenTest(OracleCase):
    def setUp(self) -> None:
        super().setUp()
        self.hosts = self.enterContext(TwoHosts())

    def test_packets_are_dropped_and_the_connections_are_freed_within_25_s(self) -> None:
        worker = self.worker_on_server()
        producer = self.produce()
        over_cable = self.opener_on_client()
        flowing, plain, quiet = V1(over_cable), Plain(over_cable), QuietV1(over_cable)
        self.crowd.add(flowing, plain, quiet)
        until(lambda: flowing.ticks > 50 and plain.ticks > 50, "ticks flow over the cable")
        until(lambda: any(isinstance(event, Hello) for event in quiet.history), "the quiet one is greeted")
        served = self.served_by(worker)
        self.assertEqual(len(served), 3)
        self.hosts.drop_packets()
        until(lambda: not served & descriptors(worker), "the worker has freed the connections", FREED_S)
        self.assertGreater(self.hosts.dropped(), 0)
        self.crowd.leave(quiet, cut=True)
        self.come_back_another_way([flowing, plain])
        self.crowd.wait_for(100)
        self.end_well(producer)

    def worker_on_server(self) -> Running:
        """A web worker whose listening socket is the other host's."""
        address = self.hosts.server_address
        self.listener = self.hosts.inside(self.hosts.server, lambda: socket.create_server((address, 0)))
        self.addCleanup(self.listener.close)
        fd = self.listener.fileno()
        command = [sys.executable, "-m", "monitor.server", "--fd", str(fd)]
        worker = Running("web", self.home / "web-server.log", command, environment(self.home, self.valkey.url), (fd,))
        self.addCleanup(worker.end)
        return worker

    def opener_on_client(self) -> Open:
        connect: Callable[[], socket.socket] = opener(self.listener.getsockname()[1], self.hosts.server_address)
        return lambda: self.hosts.inside(self.hosts.client, connect)

    def served_by(self, worker: Running) -> set[str]:
        """The worker's descriptors of connections from the client."""
        table = self.hosts.inside(self.hosts.server, lambda: Path("/proc/thread-self/net/tcp").read_text())
        established = [line.split()[9] for line in table.splitlines()[1:] if line.split()[3] == "01"]
        return descriptors(worker) & {f"socket:[{inode}]" for inode in established}

    def come_back_another_way(self, readers: list[V1 | Plain]) -> None:
        self.processes.web()
        for reader in readers:
            reader.open_socket = opener(self.processes.port)
            self.crowd.call(reader.cut)


def descriptors(running: Running) -> set[str]:
    """What a process has open."""
    found = set()
    for link in Path(f"/proc/{running.process.pid}/fd").iterdir():
        try:
            found.add(str(link.readlink()))
        except FileNotFoundError:
            continue  # it was closed meanwhile
    return found
