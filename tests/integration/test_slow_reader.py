"""A subscriber that does not read costs the server next to nothing, and misses nothing."""

from __future__ import annotations

import gzip
import json
import socket
import time
from typing import Any

import psutil
from websockets.sync.client import connect

from tests.integration.cases import ProcessCase

TICKS = 30_000
ROOM_MB = 40
# Numbers that gzip can't make small: about 60 MB on the wire.
FILL = f"""
import django; django.setup()
import os
from ticks.producer import TickWriter
with TickWriter("main") as writer:
    for _ in range({TICKS}):
        writer.write({{"noise": os.urandom(1500).hex()}})
"""


def parse(frame: str | bytes) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(gzip.decompress(frame) if isinstance(frame, bytes) else frame)
    return message


class SlowReaderTest(ProcessCase):
    def test_a_reader_that_stops_holds_the_server_back_and_gets_all_when_it_goes_on(self) -> None:
        filler = self.processes.program(FILL)
        self.assertEqual(filler.process.wait(120), 0, filler.said)
        worker = psutil.Process(self.processes.web(TICKS_RING_BYTES=str(1 << 20)).process.pid)
        self.subscribe().wait_for(1)
        before = worker.memory_info().rss
        narrow = socket.create_connection(("127.0.0.1", self.processes.port))
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        url = f"{self.processes.socket_url}?from_t=0"
        with connect(url, sock=narrow, subprotocols=["ticks.v1"], max_size=None, max_queue=1) as reader:  # type: ignore[list-item]
            self.assertEqual(parse(reader.recv())["type"], "hello")
            grown = []
            for _ in range(30):
                time.sleep(0.1)  # the time in which a server without back-pressure takes all of it into memory
                grown.append((worker.memory_info().rss - before) >> 20)
            self.assertLess(max(grown), ROOM_MB)
            received, t, size = 0, 0, 0
            while t < TICKS:
                frame = reader.recv(timeout=60)
                size += len(frame)
                message = parse(frame)
                if message["type"] == "heartbeat":
                    continue
                self.assertEqual(message["prev_t"], t)
                t, received = message["last_t"], received + len(message["ticks"])
            self.assertLess((worker.memory_info().rss - before) >> 20, ROOM_MB)
        self.assertEqual(received, TICKS)
        self.assertGreater(size >> 20, ROOM_MB, "there was enough to grow by")
