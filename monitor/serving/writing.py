"""Writing to a transport at once where nothing waits before it, and behind what waits where something does."""

from __future__ import annotations

from typing import Any

from daphne.ws_protocol import WebSocketProtocol

from monitor.serving import kernel
from monitor.serving.room import Room

_OPEN = WebSocketProtocol.STATE_OPEN


class Writer(Room):
    """Through `write` go frames that are ready, through `sendData` all of Autobahn's and its handshake.

    Both take the same way, so the order on the wire is that of the calls.
    """

    transport: Any
    state: int
    is_direct = False
    """Whether `write` may be used: over a plain transport."""
    bytes_sent = 0
    _send_now: Any

    def bind(self) -> None:
        """Look up once what each `write` needs."""
        self.is_direct = kernel.is_plain(self.transport)
        self._send_now = self.transport.socket.send if self.is_direct else None

    def write(self, frames: bytes) -> bool:
        """See `Direct`. Thousands of calls a second: what can be decided elsewhere is not decided here."""
        if self.state != _OPEN:
            return False
        size = len(frames)
        self.bytes_sent += size
        transport = self.transport
        # Twisted's two buffers: see `kernel.is_empty`, whose call would cost as much as the rest of this.
        if transport._tempDataBuffer or transport.dataBuffer:
            return self._queue(frames)
        try:
            sent = self._send_now(frames)
        except OSError:  # it takes nothing now, or never again: which, the transport finds out
            sent = 0
        return sent == size or self._keep(frames, sent)

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """In any state: Autobahn knows when it may send."""
        self.bytes_sent += len(data)
        if not self.is_direct:
            self.transport.write(data)
        elif not kernel.is_empty(self.transport):
            self._queue(data)
        else:
            try:
                sent = self._send_now(data)
            except OSError:
                sent = 0
            if sent < len(data):
                self._keep(data, sent)

    def _keep(self, frames: bytes, sent: int) -> bool:
        """Leave the rest to the transport, whose buffers are empty, without a copy."""
        transport = self.transport
        transport.dataBuffer, transport.offset = frames, sent
        self._await_room()
        transport.startWriting()
        return False

    def _queue(self, frames: bytes) -> bool:
        self.transport.write(frames)
        self._await_room()
        return False

    def _await_room(self) -> None:
        """`doWrite` of Twisted calls `resumeProducing`, once, when its buffers are empty and this flag is set."""
        self.transport.producerPaused = True
        self.pauseProducing()
