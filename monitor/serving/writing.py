"""Writing to a transport at once where nothing waits before it, and behind what waits where something does."""

from __future__ import annotations

from typing import Any

from daphne.ws_protocol import WebSocketProtocol

from monitor.serving import kernel
from monitor.serving.room import Room
from ticks.direct import Tap, takes_nothing

_OPEN = WebSocketProtocol.STATE_OPEN


class Writer(Room):
    """Through `write` go frames that are ready, through `sendData` all of Autobahn's and its handshake.

    Both take the same way, so the order on the wire is that of the calls. The tap leads past them, straight to the
    socket: it is open only while the connection is, and nothing waits.
    """

    transport: Any
    tap: Tap
    is_direct = False
    """Whether `write` may be used: over a plain transport."""
    _state: int = WebSocketProtocol.STATE_CONNECTING
    _written = 0
    _send_now: Any

    @property
    def state(self) -> int:
        """Autobahn's; whenever it sets another one the tap follows."""
        return self._state

    @state.setter
    def state(self, state: int) -> None:
        self._state = state
        if self.is_direct:
            is_clear = state == _OPEN and kernel.is_empty(self.transport)
            self.tap.send = self._send_now if is_clear else takes_nothing

    @property
    def bytes_sent(self) -> int:
        return self._written + self.tap.bytes

    def bind(self) -> None:
        """Look up once what each `write` needs."""
        self.is_direct = kernel.is_plain(self.transport)
        self._send_now = self.transport.socket.send if self.is_direct else None
        self.tap = Tap()

    def write(self, frames: bytes) -> bool:
        """See `Direct`. Thousands of calls a second: what can be decided elsewhere is not decided here."""
        if self._state != _OPEN:
            return False
        size = len(frames)
        self._written += size
        transport = self.transport
        # Twisted's two buffers: see `kernel.is_empty`, whose call would cost as much as the rest of this.
        if transport._tempDataBuffer or transport.dataBuffer:
            return self._queue(frames)
        try:
            sent = self._send_now(frames)
        except OSError:  # it takes nothing now, or never again: which, the transport finds out
            sent = 0
        return sent == size or self._keep(frames, sent)

    def rest(self, frames: bytes, taken: int) -> bool:
        """See `Direct`."""
        if taken:
            self._written += len(frames)
            return self._keep(frames, taken)
        if self.write(frames):
            self.tap.send = self._send_now  # what had waited is gone
            return True
        return False

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """In any state: Autobahn knows when it may send."""
        self._written += len(data)
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
        self.tap.send = takes_nothing
        transport.dataBuffer, transport.offset = frames, sent
        self._await_room()
        transport.startWriting()
        return False

    def _queue(self, frames: bytes) -> bool:
        self.tap.send = takes_nothing
        self.transport.write(frames)
        self._await_room()
        return False

    def _await_room(self) -> None:
        """`doWrite` of Twisted calls `resumeProducing`, once, when its buffers are empty and this flag is set."""
        self.transport.producerPaused = True
        self.pauseProducing()
