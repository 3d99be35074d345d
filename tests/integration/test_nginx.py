"""nginx in front, with its buffering on as it is by default: what streams arrives live, and who leaves is seen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import psutil
import pytest
from httpx_sse import connect_sse
from websockets.sync.client import ClientConnection, unix_connect

from tests.integration.cases import ProcessCase
from tests.support.nginx import nginx
from tests.support.waiting import until

WRITE = """
import django; django.setup()
from ticks.producer import TickWriter
with TickWriter("main") as writer, open({orders!r}) as orders:
    for _ in orders:
        writer.write({{}})
"""
"""A tick for each line, as soon as it comes."""
TICKS = 20


@pytest.mark.nginx
class NginxTest(ProcessCase):
    def setUp(self) -> None:
        super().setUp()
        orders = self.home / "orders"
        os.mkfifo(orders)
        self.orders = os.open(orders, os.O_RDWR)
        self.addCleanup(os.close, self.orders)
        self.processes.program(WRITE.format(orders=str(orders)))
        self.write()
        self.worker = self.processes.web()
        self.socket = self.enterContext(nginx(self.processes.port))
        transport = httpx.HTTPTransport(uds=self.socket)
        self.site = self.enterContext(httpx.Client(base_url="http://localhost", transport=transport, timeout=60))

    def write(self) -> None:
        os.write(self.orders, b"\n")

    def events(self, stack: ExitStack) -> Iterator[int]:
        source = stack.enter_context(connect_sse(self.site, "GET", "/stream?from_t=-1"))
        return (json.loads(event.data)["t"] for event in source.iter_sse() if event.event == "message")

    def lines(self, stack: ExitStack, encoding: str) -> Iterator[int]:
        headers = {"Accept-Encoding": encoding}
        answer = stack.enter_context(self.site.stream("GET", "/stream?from_t=-1", headers=headers))
        self.assertEqual(answer.headers.get("Content-Encoding", "identity"), encoding)
        return (json.loads(line)["t"] for line in answer.iter_lines() if line)

    def messages(self, stack: ExitStack) -> Iterator[int]:
        socket: ClientConnection = unix_connect(self.socket, uri="ws://localhost/ws/stream?from_t=-1")
        stack.enter_context(socket)
        return (json.loads(message)["t"] for message in socket)

    def poll(self, t: int) -> list[int]:
        """What comes next."""
        answer = self.site.get("/poll", params={"last_t": t, "timeout": 50})
        return [tick["t"] for tick in answer.json()["ticks"]]

    def connections(self) -> int:
        """How many the worker has."""
        found = psutil.Process(self.worker.process.pid).net_connections("tcp")
        return sum(one.status == psutil.CONN_ESTABLISHED for one in found)

    def test_every_tick_arrives_before_the_next_is_made_and_who_leaves_is_gone(self) -> None:
        stacks = [self.enterContext(ExitStack()) for _ in range(4)]
        readers = [
            self.events(stacks[0]),
            self.lines(stacks[1], "identity"),
            self.lines(stacks[2], "gzip"),
            self.messages(stacks[3]),
        ]
        poller = self.enterContext(ThreadPoolExecutor(1))
        for t in range(1, TICKS + 1):
            self.assertEqual([next(reader) for reader in readers], [t] * len(readers))
            poll = poller.submit(self.poll, t)
            self.write()
            self.assertEqual(poll.result(), [t + 1])
        for left, stack in enumerate(stacks):
            until(lambda left=left: self.connections() == len(stacks) - left, "those are all that the worker has")
            stack.close()
        until(lambda: self.connections() == 0, "all have left")
