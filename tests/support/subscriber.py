"""A subscriber written from the protocol's description alone, which checks what it is told."""

from __future__ import annotations

import gzip
import json
import threading
from typing import Any
from urllib.parse import parse_qsl, urlencode

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from tests.support.waiting import until

PLACES = ("from_t", "epoch", "from_ts")
"""Parameters that say where it begins; the others hold for each of its connections."""


class Subscriber(threading.Thread):
    """Follows a stream in `ticks.v1`, over any number of connections, until `stop`.

    `got` is every tick in the order of arrival, as (epoch, t); `gaps` what it was told to be missing;
    `broken` the messages that broke the client's rule `prev_t == cursor`.
    """

    def __init__(self, url: str, query: str = "") -> None:
        super().__init__(daemon=True)
        self._url, self._query = url, query
        self._stopping = self._was_gap = False
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
        kept = [(name, value) for name, value in parse_qsl(self._query) if name not in PLACES]
        return f"{self._url}?{urlencode([*kept, ('from_t', t), ('epoch', epoch)])}"

    def _take(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "hello":
            self.hellos.append(message)
            at = message["cursor"]
            found = (at["epoch"], at["t"]) if at else None
            if self.cursor is not None and found != self.cursor:
                self.broken.append(f"asked for {self.cursor}, hello says {found}")
            self.cursor, self._was_gap = found, False
        elif kind == "ticks":
            self._take_ticks(message)
        elif kind == "gap":
            self.gaps.append(message)
            assert self.cursor is not None
            self.cursor, self._was_gap = (message.get("epoch", self.cursor[0]), message["next_t"] - 1), True
        elif kind == "heartbeat":
            self.heartbeats.append(message)
        else:
            self.broken.append(str(message))

    def _take_ticks(self, message: dict[str, Any]) -> None:
        assert self.cursor is not None
        epoch, t = self.cursor
        # After a gap the cursor is this message's prev_t: as far as the gap has room.
        if message["prev_t"] > t or (message["prev_t"] != t and not self._was_gap):
            self.broken.append(f"at {self.cursor} came prev_t={message['prev_t']}")
        self._was_gap = False
        ts = [tick["t"] for tick in message["ticks"]]
        if ts != sorted(set(ts)) or (ts[0], ts[-1]) != (message["first_t"], message["last_t"]):
            self.broken.append(f"{ts} as {message['first_t']}…{message['last_t']}")
        self.got += [(epoch, t) for t in ts]
        self.cursor = (epoch, message["last_t"])
