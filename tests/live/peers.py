"""A peer in memory: it takes so many bytes and then no more until it reads."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.uri import parse_uri

from ticks.direct import Gone, Stalled, Tap


class Peer:
    """The other end of a `Direct`, and that itself."""

    def __init__(self, room: int = 1 << 40) -> None:
        self.writes: list[bytes] = []
        self.tap = Tap(self.send)
        self.room = room
        self.is_stalled = False
        self.is_gone = False
        self.round_trip_s: float | None = None
        self._waiting = 0
        self._drained = asyncio.Event()
        self._drained.set()

    def write(self, frames: bytes) -> bool:
        if self.is_gone:
            return False
        self.writes.append(frames)
        self._waiting += len(frames)
        if self._waiting > self.room:
            self._drained.clear()
        return self._waiting <= self.room

    def send(self, frames: bytes) -> int:
        """What goes in at once is taken; the rest is given to `rest`, as it is by a socket."""
        if self.is_gone or not self._drained.is_set():
            return 0
        taken = min(len(frames), max(0, self.room - self._waiting))
        if taken == len(frames):
            self.write(frames)
        return taken

    def rest(self, frames: bytes, taken: int) -> bool:
        """The whole is written down here: what came is what was written."""
        return self.write(frames)

    async def writable(self) -> None:
        await self._drained.wait()
        if self.is_stalled:
            raise Stalled
        if self.is_gone:
            raise Gone

    @property
    def bytes_sent(self) -> int:
        return sum(map(len, self.writes))

    def block(self) -> None:
        """Take nothing more."""
        self._drained.clear()

    def read(self) -> None:
        """Take all that waits."""
        self._waiting = 0
        self._drained.set()

    def stall(self) -> None:
        self.is_stalled = True
        self._drained.set()

    def leave(self) -> None:
        self.is_gone = True
        self._drained.set()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was written, as a client that knows RFC 6455 alone reads it."""
        client = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN, max_size=None)
        client.receive_data(b"".join(self.writes))
        frames = [event for event in client.events_received() if isinstance(event, Frame)]
        return [json.loads(gzip.decompress(one.data) if one.data[:2] == b"\x1f\x8b" else one.data) for one in frames]

    @property
    def ts(self) -> list[int]:
        """The `t` of every tick that came, in either dialect."""
        found = []
        for message in self.messages:
            found += [tick["t"] for tick in message.get("ticks", [])] or ([message["t"]] if "t" in message else [])
        return found

    @property
    def gaps(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if message.get("type") == "gap"]
