"""A reader that stops for 20 s, while more flows than its socket and the ring can hold."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from tests.oracle.cases import OracleCase
from tests.oracle.readers import NARROW_BYTES, Reader, opener
from tests.oracle.sockets import V1, ClosingV1, Plain, SkippingPlain, SkippingV1

STOPPED_S = 20
RATE, SIZE = 300, 4000
RING_BYTES = 1 << 20
ROOM_BYTES = 60 << 20


def kernel_bytes() -> int:
    """As many bytes of a stream as a socket can hold at most that nobody reads; base64 shrinks to three quarters."""
    sent = int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])
    return (sent + 2 * NARROW_BYTES) * 4 // 3


class StalledReaderTest(OracleCase):
    def test_a_reader_stops_for_20_s(self) -> None:
        worker = psutil.Process(self.processes.web(TICKS_RING_BYTES=str(RING_BYTES)).process.pid)
        producer = self.produce(RATE, SIZE)
        self.watch()
        stalled, skipping = self.add_readers_that_will_stop()
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
            self.assertEqual([gap.reason for gap in reader.gaps], ["slow"], str(reader))
            self.assertEqual(reader.connections, 1, str(reader))

    def add_readers_that_will_stop(self) -> tuple[list[Reader], list[Reader]]:
        """Those that are to miss nothing, and those that are to be told what they miss."""
        narrow = opener(self.processes.port, narrow=True)
        stalled: list[Reader] = [V1(narrow), ClosingV1(narrow, -1), Plain(narrow)]
        skipping: list[Reader] = [SkippingV1(narrow), SkippingPlain(narrow, -1)]
        self.crowd.add(*stalled, *skipping)
        return stalled, skipping

    def assert_fell_out_of_the_ring(self, reader: Reader) -> None:
        """What it has not read would neither fit into its socket nor, besides, into the ring."""
        unread = len(self.log.refresh()) - reader.stands(self.log)
        self.assertGreater(unread * SIZE, kernel_bytes() + 2 * RING_BYTES)
