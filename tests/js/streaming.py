"""A server of `/ws/stream` without a server: it speaks `ticks.v1` to the routed WebSockets of a browser's pages."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import WebSocketRoute

Connection = Callable[["Server", WebSocketRoute], None]


class Server:
    """Speaks `ticks.v1`; each connection runs the next of `scripts`, the last one again and again."""

    def __init__(self, *scripts: Connection) -> None:
        self.scripts = list(scripts)
        self.queries: list[dict[str, str]] = []

    def __call__(self, socket: WebSocketRoute) -> None:
        self.queries.append(query_of(socket))
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        script(self, socket)

    def hello(self, socket: WebSocketRoute, t: int, epoch: str = "e1") -> None:
        cursor = {"epoch": epoch, "t": t}
        send(socket, type="hello", epoch=epoch, cursor=cursor, server_time=time.time(), heartbeat_s=15, newest_t=t)

    def asked_t(self) -> int:
        return int(self.queries[-1].get("from_t", 0))


class Stream:
    """A stream of one epoch with ticks 1 to `newest`, and whoever is connected to it; it keeps what clients say."""

    def __init__(self, newest: int, heartbeat_s: float = 15, offset_s: float = 0) -> None:
        """`offset_s`: how much its clock is ahead."""
        self.newest, self.heartbeat_s, self.offset_s = newest, heartbeat_s, offset_s
        self.is_slow = False
        """A new connection is greeted only when it asks for something."""
        self.peers: list[Peer] = []
        self.most = 0
        """So many were connected at once."""

    def __call__(self, socket: WebSocketRoute) -> None:
        self.peers.append(Peer(self, socket))
        self.most = max(self.most, len(self.connected))

    @property
    def connected(self) -> list[Peer]:
        return [peer for peer in self.peers if peer.is_open]

    @property
    def queries(self) -> list[dict[str, str]]:
        return [peer.query for peer in self.peers]

    def said(self, *types: str) -> list[dict[str, Any]]:
        """By all clients, pings and acks left out unless they are asked for."""
        messages = [message for peer in self.peers for message in peer.said]
        return [one for one in messages if (one["type"] in types if types else one["type"] not in ("ping", "ack"))]

    def push(self, count: int = 1) -> None:
        """So many ticks more."""
        self.newest += count
        for peer in self.connected:
            peer.flow()

    def lose(self, count: int) -> None:
        """So many ticks that nobody gets."""
        self.newest += count
        for peer in self.connected:
            send(peer.socket, type="gap", after_t=peer.at, next_t=self.newest + 1, count=count, reason="lost")
            peer.at = self.newest

    def beat(self) -> None:
        for peer in self.connected:
            send(peer.socket, type="heartbeat", server_time=self.now(), newest_t=self.newest)

    def now(self) -> float:
        return time.time() + self.offset_s


class Peer:
    """One connection."""

    def __init__(self, stream: Stream, socket: WebSocketRoute) -> None:
        self.stream, self.socket, self.query = stream, socket, query_of(socket)
        self.said: list[dict[str, Any]] = []
        self.is_open, self.is_paused, self.mode = True, False, "live"
        socket.on_message(lambda said: self.hear(json.loads(said)))
        socket.on_close(lambda code, reason: self.gone())
        self.waits = stream.is_slow
        if not self.waits:
            self.go(self.query)

    def close(self, code: int) -> None:
        self.is_open = False
        self.socket.close(code=code)

    def gone(self) -> None:
        self.is_open = False
        self.socket.close()

    def hear(self, message: dict[str, Any]) -> None:
        self.said.append(message)
        kind = message["type"]
        if kind == "ping":
            now = self.stream.now()
            send(self.socket, type="pong", t0=message["t0"], t1=now, t2=now)
            return
        if self.waits and kind != "pause":
            self.waits = False
            self.go(self.query)
        if kind == "pause":
            self.is_paused = True
        elif kind != "ack":
            self.mode = "replay" if kind == "replay" else "live"
            self.go(message if "from_t" in message or "from_ts" in message else {"from_t": self.at})

    def go(self, place: dict[str, Any]) -> None:
        """From a place: `from_ts` is the `t` behind which it begins; what is replayed comes one tick a push."""
        self.is_paused = False
        self.at = int(place.get("from_t", float(place.get("from_ts", self.stream.newest - 1))))
        self.at = max(0, self.at)
        self.greet()
        self.flow()

    def greet(self) -> None:
        cursor = {"epoch": "e1", "t": self.at}
        facts = {"epoch": "e1", "cursor": cursor, "mode": self.mode, "newest_t": self.stream.newest}
        times = {"server_time": self.stream.now(), "heartbeat_s": self.stream.heartbeat_s}
        send(self.socket, type="hello", latest={"t": self.stream.newest, "ts": 1e9}, **facts, **times)

    def flow(self) -> None:
        if self.waits or self.is_paused or self.at == self.stream.newest:
            return
        last = self.at + 1 if self.mode == "replay" else self.stream.newest
        ticks(self.socket, self.at + 1, last)
        self.at = last
        if self.mode == "replay" and last == self.stream.newest:
            self.mode = "live"
            self.greet()


def query_of(socket: WebSocketRoute) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(socket.url).query).items()}


def send(socket: WebSocketRoute, **message: Any) -> None:
    data = json.dumps(message).encode()
    socket.send(gzip.compress(data) if len(data) >= 1024 else data.decode())


def ticks(socket: WebSocketRoute, first: int, last: int, prev: int | None = None, size: int = 0) -> None:
    records = [{"t": t, "ts": 1e9 + t, "pad": "x" * size} for t in range(first, last + 1)]
    send(socket, type="ticks", prev_t=first - 1 if prev is None else prev, first_t=first, last_t=last, ticks=records)
