"""HTTP connections of this server: one answer after the other, at the peer's pace, stalled peers cut off."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from daphne.http_protocol import HTTPFactory
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel

from monitor.serving import kernel
from monitor.serving.request import Request
from monitor.serving.vigil import Vigil

MAX_UNREAD_BYTES = 64 << 10
"""Of requests that came before their turn."""
LINE_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Channel(HTTPChannel):
    """A connection for one request after the other; the server knows it until it becomes a WebSocket's."""

    requestFactory = Request
    factory: Any
    transport: Any
    _vigil: Vigil | None = None
    _done: Request | None = None
    """Answered, while there is no room for the next answer."""
    _is_deaf = False

    def connectionMade(self) -> None:
        super().connectionMade()  # type: ignore[no-untyped-call]
        if kernel.is_plain(self.transport):
            kernel.prepare(self.transport)
        self.factory.server.channels.add(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.factory.server.channels.discard(self)
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> None:
        """Twisted would end the connection without a word."""
        self.transport.write(LINE_TOO_LONG)
        self.loseConnection()  # type: ignore[no-untyped-call]

    def writeHeaders(self, version: bytes, code: bytes, reason: bytes, headers: Any) -> None:
        """As one: each of Twisted's forty pieces would be looked at."""
        lines = [b"%b: %b\r\n" % (name, value) for name, values in headers.getAllRawHeaders() for value in values]
        self.transport.write(b"%b %b %b\r\n%b\r\n" % (version, code, reason, b"".join(lines)))

    def send(self, data: bytes) -> None:
        """At once, where nothing waits: of many answers made one after the other none is to wait for the last."""
        transport, sent = self.transport, 0
        if kernel.is_plain(transport) and kernel.is_empty(transport):
            with suppress(OSError):  # it takes nothing now, or never again: which, the transport finds out
                sent = transport.socket.send(data)
        if sent < len(data):
            transport.write(data[sent:])

    def requestDone(self, request: Request) -> None:
        """Of requests that were sent together the next one waits until there is room for its answer."""
        if self.persistent and self.is_waiting:
            self._done = request
        else:
            super().requestDone(request)  # type: ignore[no-untyped-call]

    def rawDataReceived(self, data: bytes) -> None:
        """Nor is more of them read meanwhile."""
        super().rawDataReceived(data)
        if self._handlingRequest and self.is_waiting and sum(map(len, self._dataBuffer)) > MAX_UNREAD_BYTES:
            self._is_deaf = True
            self._networkProducer.pauseProducing()  # type: ignore[misc]

    def resumeProducing(self) -> None:
        super().resumeProducing()  # type: ignore[no-untyped-call]
        if self._is_deaf:
            self._is_deaf = False
            self._networkProducer.resumeProducing()  # type: ignore[misc]
        done, self._done = self._done, None
        if done is not None:
            super().requestDone(done)  # type: ignore[no-untyped-call]

    def let_go(self, request: Request) -> None:
        """The connection is a WebSocket's now: this and the request, which know each other, are to be freed at once."""
        self.factory.server.channels.discard(self)
        self.requests.clear()
        request.channel = None

    @property
    def is_waiting(self) -> bool:
        """Whether the transport has paused this, its producer: `_waitingForTransport` in twisted/web/http.py."""
        return bool(self._waitingForTransport)

    def end(self) -> None:
        """After the answer that is under way, if any."""
        if self.requests:
            self.persistent = 0
        else:
            self.loseConnection()  # type: ignore[no-untyped-call]

    def cut(self) -> None:
        """After what was already written, without the end of the answer: nobody is to take it for whole."""
        for request in self.requests:
            request.cut()
        self.loseConnection()  # type: ignore[no-untyped-call]

    def abort(self) -> None:
        self.transport.abortConnection()

    def check_timeouts(self, now: float) -> None:
        """Cut off who takes nothing of an answer. Between two answers Twisted has a limit of its own."""
        transport = self.transport
        if transport.disconnected or not kernel.is_plain(transport):
            return
        if not self.requests and kernel.is_empty(transport):
            self._vigil = None
            return
        if self._vigil is None:
            self._vigil = Vigil(now, pings=False)
        if self._vigil.look(now, kernel.sight(transport, heard=False, closing=False)):
            self.abort()


class ChannelFactory(HTTPFactory):  # type: ignore[misc]
    protocol = Channel

    def log(self, request: Request) -> None:
        """Twisted makes a line of each request, and has no file for it."""

    def buildProtocol(self, addr: Any) -> Channel:
        channel: Channel = super().buildProtocol(addr)
        channel.requestFactory = Request  # Daphne has set its own
        return channel
