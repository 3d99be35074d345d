"""Subscribers who take nothing for a while, or are gone: nobody else is held up, and nobody misses anything."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.oracle.cases import OracleCase
from tests.oracle.clients import MODES, News
from tests.oracle.history import Hello
from tests.oracle.http_streams import NdjsonGzip, SkippingSse, Sse
from tests.oracle.readers import ALL_KEPT, NARROW_BYTES, NEWEST, Open, Reader, opener
from tests.oracle.sockets import V1, ClosingV1, Plain, SkippingPlain, SkippingV1
from tests.support.networks import TwoHosts
from tests.support.processes import Running, environment
from tests.support.together import together
from tests.support.waiting import until

FREED_S = 25
STOPPED_S = 20
RATE, SIZE = 300, 4000
LARGE_RATE = 500
RING_BYTES = 1 << 20
ROOM_BYTES = 60 << 20


def kernel_bytes() -> int:
    """As many bytes of a stream as a socket can hold at most that nobody reads; base64 shrinks to three quarters."""
    sent = int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])
    return (sent + 2 * NARROW_BYTES) * 4 // 3


class QuietV1(V1):
    """Of a stream without a tick: nothing but heartbeats and pings is ever sent to it."""

    mode = "ticks.v1, quiet"
    options = {"stream": "quiet"}


@together
class SilenceTest(OracleCase):
    def test_a_reader_stops_for_20_s(self) -> None:
        worker = psutil.Process(self.processes.web(TICKS_RING_BYTES=str(RING_BYTES)).process.pid)
        producer = self.produce(RATE, SIZE)
        stalled, skipping = self.add_readers_that_will_stop()
        self.wait_until_at_tip(skipping)
        self.watch()
        self.crowd.wait_for(RATE)
        before = worker.memory_info().rss
        for reader in (*stalled, *skipping):
            self.crowd.call(reader.stall)
        time.sleep(STOPPED_S)  # how long it is stopped is what is tested
        grown = worker.memory_info().rss - before
        for reader in (*stalled, *skipping):
            self.assert_fell_out_of_the_ring(reader)
            self.crowd.call(reader.go_on)
        self.end_well(producer)
        self.assertLess(grown, ROOM_BYTES)
        for reader in skipping:
            # On a busy machine it falls out again while it catches up, and is told again; `end_well` counts them all.
            self.assertEqual(({gap.reason for gap in reader.gaps}, reader.connections), ({"slow"}, 1), str(reader))

    def add_readers_that_will_stop(self) -> tuple[list[Reader], list[Reader]]:
        """Those that are to miss nothing, and those that are to be told what they miss."""
        narrow = opener(self.processes.port, narrow=True)
        stalled: list[Reader] = [V1(narrow), ClosingV1(narrow, -1), Plain(narrow), Sse(narrow), NdjsonGzip(narrow, -1)]
        skipping: list[Reader] = [SkippingV1(narrow), SkippingPlain(narrow), SkippingSse(narrow)]
        self.crowd.add(*stalled, *skipping)
        return stalled, skipping

    def wait_until_at_tip(self, readers: list[Reader]) -> None:
        """Only who has been there skips. What is on its way to one does not keep the server from getting there."""
        self.crowd.wait_for(RATE)
        self.crowd.wait_until(
            lambda: all(len(self.log.refresh()) - reader.stands(self.log) < RATE // 4 for reader in readers),
            "they keep up",
        )

    def assert_fell_out_of_the_ring(self, reader: Reader) -> None:
        """What it has not read would neither fit into its socket nor, besides, into the ring."""
        unread = len(self.log.refresh()) - reader.stands(self.log)
        self.assertGreater(unread * SIZE, kernel_bytes() + 2 * RING_BYTES)

    def test_a_caller_of_the_python_client_stops_until_the_server_gives_it_up(self) -> None:
        news = self.enterContext(News.listening())
        worker = self.processes.web()
        producer = self.produce(LARGE_RATE, SIZE)
        readers = [mode(self.processes.port, start) for mode in MODES for start in (ALL_KEPT, NEWEST)]
        self.crowd.add(*readers)
        self.crowd.wait_for(50)
        for reader in readers:
            self.crowd.call(reader.stall)
        until(lambda: not self.connections(worker), "the worker has closed the connections")
        connected = news.count("connected")
        for reader in readers:
            self.crowd.call(reader.go_on)
        self.end_well(producer)
        self.assertEqual(news.count("connected"), connected + len(readers))
        self.assertEqual(news.wrong, [])

    def connections(self, worker: Running) -> int:
        found = psutil.Process(worker.process.pid).net_connections("tcp4")
        return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == self.processes.port for one in found)

    @pytest.mark.network
    def test_packets_are_dropped_and_the_connections_are_freed_within_25_s(self) -> None:
        """A reader whose packets are dropped, and who comes back another way."""
        self.hosts = self.enterContext(TwoHosts())
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
