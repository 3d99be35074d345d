"""A WebSocket to the product whose frames are built by hand, and what may come back over it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from typing import Any

from tests.integration.cases import ServedCase
from tests.serving.peer import Frame, Peer
from tests.support.frames import BINARY, CLOSE, PONG, TEXT, frame

V1 = "Sec-WebSocket-Protocol: ticks.v1\r\n"
TARGET = "/ws/stream"


class ConformanceCase(ServedCase):
    """`dial` opens a connection; what is said over it is answered as RFC 6455 has it."""

    def dial(self, headers: str = V1, target: str = TARGET) -> Peer:
        peer = Peer(self.processes.port)
        self.addCleanup(peer.close)
        return peer.upgrade(target, headers)

    def plain(self) -> Peer:
        return self.dial(headers="")

    def send(self, peer: Peer, *frames: bytes) -> None:
        peer.socket.sendall(b"".join(frames))

    def end_of(self, peer: Peer) -> bytes:
        """The payload of the server's close frame, the last that it says before it ends the connection."""
        while (said := peer.message()).opcode != CLOSE:
            continue
        self.assertEqual(peer.rest(), b"")
        return said.payload

    def assert_fails(self, peer: Peer, code: int, told: object = None) -> None:
        payload = self.end_of(peer)
        self.assertEqual(int.from_bytes(payload[:2], "big"), code, told)
        self.assertTrue(payload[2:].decode(), "it says why")

    def control(self, peer: Peer) -> Frame:
        """The next control frame."""
        while (said := peer.message()).opcode in (TEXT, BINARY):
            continue
        return said

    def answer(self, peer: Peer) -> dict[str, Any]:
        """What a `ticks.v1` server answers to the next message of the client's."""
        while True:
            said = peer.message()
            self.assertIn(said.opcode, (TEXT, BINARY))
            told: dict[str, Any] = json.loads(said.payload if said.opcode == TEXT else gzip.decompress(said.payload))
            if told["type"] in ("pong", "error"):
                return told

    def assert_alive(self, peer: Peer) -> None:
        """It still hears and answers; nothing else has been said to this peer before."""
        self.send(peer, frame(9, b"alive"))
        self.assertEqual(self.control(peer), (PONG, b"alive"))

    def assert_each_fails(self, code: int, cases: Iterable[tuple[str, bytes]]) -> None:
        """Each of these, on a connection of its own, is answered with this close code and ends it."""
        peers = []
        for name, data in cases:
            peer = self.dial()
            self.send(peer, data)
            peers.append((name, peer))
        for name, peer in peers:
            with self.subTest(name):
                self.assert_fails(peer, code, name)
