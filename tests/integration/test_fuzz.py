"""Garbage of every kind over many connections: nobody else notices, and the server has nothing to complain of."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine, Iterable
from random import Random

import psutil

from tests.integration.cases import ServedCase
from tests.support import garbage
from tests.support.frames import CLOSE, PONG, close, frame
from tests.support.waiting import until

MESSAGES, A_CONNECTION = 10_000, 80
"""A connection may say 100 at once."""
UPGRADES, REQUESTS = 10_000, 3_000
AT_ONCE = 40
ROOM_MB = 25
ANSWERS_MB = 150
"""Answers have up to 4 MiB, many of them at once: what that takes is kept for the next."""
LIMIT_S = 120
HANDSHAKE = (
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
REFUSED = {400, 403, 426, 431}
CLOSES = {1000, 1002, 1007, 1009, 4400, 4401, 4403, 4404, 4429}
"""What a client's own fault may end with; 1011 would be the server's."""
WAITS_S = 5.0
ANSWERED = {200, 204, 400, 401, 403, 404, 405, 409, 410, 429, 431}
"""By HTTP; 5xx would be the server's own fault."""
ASKED = [b"Accept", b"Accept-Encoding", b"Last-Event-ID", b"Origin", b"Cookie", b"Authorization", b"Range"]
QUERIES = [b"", b"", b"from_t=-1", b"downsample=3&fields=agents", b"format=msgpack", b"compression=none&batch_ms=50"]


class FuzzTest(ServedCase):
    env = {"TICKS_RING_BYTES": str(1 << 20)}

    def setUp(self) -> None:
        self.seed = random.randrange(1 << 32)
        self.random = Random(self.seed)
        print(f"seed {self.seed}")
        self.ends: Counter[int] = Counter()
        self.host = f"127.0.0.1:{self.processes.port}"

    def test_messages_of_every_kind(self) -> None:
        conversations = [self.converse() for _ in range(MESSAGES // A_CONNECTION)]
        self.assert_bears(conversations)
        self.assertGreater(self.ends[1000], len(conversations) // 4, f"most are heard to the end: {self.ends}")

    def test_requests_of_every_kind(self) -> None:
        self.assert_bears([self.connect() for _ in range(UPGRADES)])
        self.assertGreater(min(self.ends[1000], self.ends[4400], self.ends[400]), 50, self.ends)

    def test_queries_of_every_kind_over_http(self) -> None:
        self.assert_bears([self.ask() for _ in range(REQUESTS)], ANSWERS_MB)
        self.assertGreater(min(self.ends[200], self.ends[400]), REQUESTS // 20, self.ends)

    def assert_bears(self, attempts: list[Coroutine[None, None, int]], room_mb: int = ROOM_MB) -> None:
        """After a tenth of it, which fills what is filled once, the rest takes no memory; no connection is left."""
        worker = psutil.Process(self.worker.process.pid)
        connections = len(worker.net_connections("tcp4"))
        tenth = len(attempts) // 10
        asyncio.run(self.run_all(attempts[:tenth]))
        memory = worker.memory_info().rss
        asyncio.run(self.run_all(attempts[tenth:]))
        until(lambda: len(worker.net_connections("tcp4")) <= connections, "its connections are over")
        told = f"seed {self.seed}: {self.ends}"
        print(told)
        self.assertLess((worker.memory_info().rss - memory) / (1 << 20), room_mb, told)

    async def run_all(self, attempts: Iterable[Coroutine[None, None, int]]) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def run(attempt: Coroutine[None, None, int]) -> None:
            async with room:
                self.ends[await asyncio.wait_for(attempt, LIMIT_S)] += 1

        await asyncio.gather(*map(run, attempts))

    async def converse(self) -> int:
        """All of one connection's messages at once; returns the code that it is closed with."""
        is_v1 = self.random.random() < 0.8
        query = self.random.choice(QUERIES) if is_v1 else b""
        headers = [f"Host: {self.host}".encode(), *([b"Sec-WebSocket-Protocol: ticks.v1"] if is_v1 else [])]
        messages = [garbage.message(self.random) for _ in range(A_CONNECTION)]
        reader, writer = await self.dial(query, headers)
        try:
            await self.status(reader)
            writer.write(b"".join(frame(opcode, payload) for opcode, payload in messages))
            writer.write(frame(9, b"end") + close(1000))
            return await self.end(reader, heard=b"end")
        finally:
            writer.close()

    async def connect(self) -> int:
        """One request, and a goodbye where it is served; returns the status or the code that it ends with."""
        target, headers = garbage.query(self.random), garbage.headers(self.random, self.host)
        reader, writer = await self.dial(target, headers)
        try:
            status = await self.status(reader)
            if status != 101:
                self.assertIn(status, REFUSED, (self.seed, target, headers))
                return status
            writer.write(close(1000))
            code = await self.end(reader)
            self.assertIn(code, CLOSES, (self.seed, target, headers))
            return code
        finally:
            writer.close()

    async def ask(self) -> int:
        """One request to any of the addresses; what is streamed is left as soon as it has begun."""
        path = self.random.choice(list(garbage.HTTP_PARAMETERS))
        query = garbage.query(self.random, garbage.HTTP_PARAMETERS[path])
        headers = [f"Host: {self.host}".encode()]
        for _ in range(self.random.choice([0, 0, 1, 3])):
            headers.append(self.random.choice(ASKED) + b": " + garbage.text(self.random))
        method = self.random.choice([b"GET"] * 8 + [b"HEAD", b"OPTIONS", b"POST"])
        reader, writer = await asyncio.open_connection("127.0.0.1", self.processes.port)
        try:
            writer.write(b"%s %s?%s HTTP/1.1\r\n%s\r\n\r\n" % (method, path.encode(), query, b"\r\n".join(headers)))
            try:
                async with asyncio.timeout(WAITS_S if path == "/poll" else None):
                    status = await self.status(reader)
            except TimeoutError:
                return 200  # it waits, as it was asked to
            self.assertIn(status, ANSWERED, (self.seed, path, query, headers))
            return status
        finally:
            writer.close()

    async def dial(self, query: bytes, headers: list[bytes]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.processes.port)
        lines = b"\r\n".join(headers)
        writer.write(b"GET /ws/stream?%s HTTP/1.1\r\n%s\r\n%s\r\n" % (query, lines, HANDSHAKE))
        return reader, writer

    async def status(self, reader: asyncio.StreamReader) -> int:
        head = await reader.readuntil(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1])

    async def end(self, reader: asyncio.StreamReader, heard: bytes | None = None) -> int:
        """The code of the server's close frame; before 1000 comes the answer to a ping, where there was one."""
        pongs = []
        while True:
            first, second = await reader.readexactly(2)
            length = second & 127
            if length >= 126:
                length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
            payload = await reader.readexactly(length)
            if first & 15 == PONG:
                pongs.append(payload)
            if first & 15 == CLOSE:
                code = int.from_bytes(payload[:2], "big")
                self.assertIn(code, CLOSES, (self.seed, payload))
                if heard is not None and code == 1000:
                    self.assertEqual(pongs, [heard], f"seed {self.seed}")
                return code
