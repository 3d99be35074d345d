"""A subscriber from outside that costs little and writes down when each tick came."""

from __future__ import annotations

import re
import threading
import time
import zlib

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.waiting import until

TICK = re.compile(rb'\{"t":(\d+),"ts":')


class Watcher(threading.Thread):
    """Follows a stream in `ticks.v1` over one connection, from all that is kept."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._ready = threading.Event()
        self._ending = False
        self.ts: list[int] = []
        self.arrivals: list[float] = []
        """UNIX seconds at which each tick came."""
        self.others: list[bytes] = []
        """Every message that is neither hello, ticks nor heartbeat."""
        self.start()
        assert self._ready.wait(60), "the web worker takes no subscriber"

    def run(self) -> None:
        try:
            with connect(
                self._url + "?from_t=-1", subprotocols=["ticks.v1"], max_size=None, compression=None
            ) as socket:  # type: ignore[list-item]
                for message in socket:
                    self._take(message, time.time())
        except ConnectionClosed:
            if not self._ending:
                self.others.append(b"the connection broke")

    def wait_for(self, count: int) -> None:
        until(lambda: len(self.ts) >= count, f"{count} ticks come, {len(self.ts)} did")

    def end(self) -> None:
        self._ending = True

    def _take(self, message: str | bytes, at: float) -> None:
        text = zlib.decompress(message, 31) if isinstance(message, bytes) else message.encode()
        if text.startswith(b'{"type":"ticks"'):
            ts = list(map(int, TICK.findall(text)))
            self.ts += ts
            self.arrivals += [at] * len(ts)
        elif text.startswith(b'{"type":"hello"'):
            self._ready.set()
        elif not text.startswith(b'{"type":"heartbeat"'):
            self.others.append(text)
