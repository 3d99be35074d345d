"""A subscriber written from the protocol's description alone, which checks what it is told."""

from __future__ import annotations

import gzip
import json
import threading
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from tests.support.waiting import until


class Subscriber(threading.Thread):
    """Follows a stream in `ticks.v1`, over any number of connections, until `stop`.

    `got` is every tick in the order of arrival, as (epoch, t); `gaps` what it was told to be missing;
    `broken` the messages that broke the client's rule `prev_t == cursor`.
    """

    def __init__(self, url: str, query: str = "") -> None:
        super().__init__(daemon=True)
        self._url, self._query = url, query
        self._stopping = False
        self._socket: ClientConnection | None = None
        self.cursor: tuple[str, int] | None = None
        self.got: list[tuple[str, int]] = []
        self.gaps: list[dict[str, Any]] = []
        self.broken: list[str] = []
        self.heartbeats: list[dict[str, Any]] = []
        self.hellos: list[dict[str, Any]] = []
        self.connections = 0
        self.start()

    def run(self) -> None:
        while not self._stopping:
            try:
                with connect(self._where(), subprotocols=["ticks.v1"], max_size=None) as self._socket:  # type: ignore[list-item]
                    self.connections += 1
                    for message in self._socket:
                        self._take(json.loads(gzip.decompress(message) if isinstance(message, bytes) else message))
            except (OSError, ConnectionClosed, InvalidHandshake, EOFError):
                threading.Event().wait(0.05)

    @property
    def ts(self) -> list[int]:
        return [t for _, t in self.got]

    def wait_for(self, count: int) -> None:
        """Until so many ticks have come."""
        until(lambda: len(self.got) >= count or self.broken, f"{count} ticks, {len(self.got)} so far")
        assert not self.broken, self.broken

    def stop(self) -> None:
        self._stopping = True
        if self._socket is not None:
            self._socket.close()
        self.join(60)

    def _where(self) -> str:
        if self.cursor is None:
            return f"{self._url}?{self._query}"
        epoch, t = self.cursor
        return f"{self._url}?from_t={t}&epoch={epoch}"

    def _take(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "hello":
            self.hellos.append(message)
            at = message["cursor"]
            found = (at["epoch"], at["t"]) if at else None
            if self.cursor is not None and found != self.cursor:
                self.broken.append(f"asked for {self.cursor}, hello says {found}")
            self.cursor = found
        elif kind == "ticks":
            self._take_ticks(message)
        elif kind == "gap":
            self.gaps.append(message)
            self.cursor = None if self.cursor is None else (message.get("epoch", self.cursor[0]), -1)
        elif kind == "heartbeat":
            self.heartbeats.append(message)
        else:
            self.broken.append(str(message))

    def _take_ticks(self, message: dict[str, Any]) -> None:
        assert self.cursor is not None
        epoch, t = self.cursor
        if t not in (-1, message["prev_t"]):
            self.broken.append(f"at {self.cursor} came prev_t={message['prev_t']}")
        ts = [tick["t"] for tick in message["ticks"]]
        if ts != sorted(set(ts)) or (ts[0], ts[-1]) != (message["first_t"], message["last_t"]):
            self.broken.append(f"{ts} as {message['first_t']}…{message['last_t']}")
        self.got += [(epoch, t) for t in ts]
        self.cursor = (epoch, message["last_t"])
