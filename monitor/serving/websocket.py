"""A WebSocket of this server: written to directly, watched, and told when the server goes."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from monitor.serving import kernel, slim
from monitor.serving.inbox import Inbox
from monitor.serving.strict import VERSION, Strict
from monitor.serving.vigil import Verdict, Vigil
from monitor.serving.writing import Writer
from ticks.direct import STALL_S, Gone, Stalled

MAX_MESSAGE_BYTES = 64 << 10
"""Clients have little to say."""
_OPEN = WebSocketProtocol.STATE_OPEN
_CONNECTING = WebSocketProtocol.STATE_CONNECTING
_CLOSED = WebSocketProtocol.STATE_CLOSED


class Socket(slim.Slim, Writer, Strict, WebSocketProtocol):  # type: ignore[misc]  # Daphne has no types
    """The server's end of a WebSocket, and its `Direct`."""

    wasClean: bool
    application_queue: Inbox
    _is_given_up = False
    _knows = False
    """Whether the application was told that its peer was given up."""
    _was_heard = False
    _is_deaf = False
    """Whether it is not read from, because its application does not receive."""
    _pong: bytes | None = None
    round_trip_s: float | None = None
    _pings = 0
    _pinged_at = 0.0

    def connectionMade(self) -> None:
        super().connectionMade()
        # Until the upgrade the HTTP channel was the transport's producer; its pauses would reach nobody.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)
        self.bind()
        self._vigil = Vigil(time.monotonic(), pings=True)

    # What is sent

    async def writable(self) -> None:
        """See `Direct`."""
        while self._until is not None and not self._is_given_up:
            await self._until.wait()
        if self._is_given_up:
            self._knows = True
            raise Stalled(f"the peer has taken no byte for {STALL_S:g} s")
        if self.state != _OPEN:
            raise Gone("the connection is closed")

    def handle_reply(self, message: dict[str, Any]) -> None:
        """To a connection that was dropped nothing is said, although Twisted may not have told Daphne yet."""
        if self.state != _CLOSED:
            super().handle_reply(message)

    async def sent(self, message: dict[str, Any]) -> None:
        """After a `send` of the application: wait for room. Once it knows that the peer was given up, no more."""
        if message["type"] == "websocket.send" and not self._knows:
            try:
                await self.writable()
            except Gone:
                await asyncio.sleep(0)  # it hears of the end by `receive`; a loop of sends must not stop all others

    def sendMessage(self, payload: bytes, isBinary: bool = False, **options: Any) -> None:
        """Without Autobahn's limit, which holds for both directions. To a closed connection nothing is sent."""
        if self.state == _OPEN:
            self.sendFrame(opcode=2 if isBinary else 1, payload=payload)

    def resumeProducing(self) -> None:
        super().resumeProducing()
        if self._pong is not None:
            payload, self._pong = self._pong, None
            self.sendPong(payload)

    # What comes

    def dataReceived(self, data: bytes) -> None:
        self._was_heard = True
        if not self.failedByMe:
            self._dataReceived(data)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        if self.application_queue.is_full:
            self._is_deaf = True
            self.transport.pauseProducing()
            self.application_queue.when_empty(self._listen)

    def _listen(self) -> None:
        self._is_deaf = False
        if self.state != _CLOSED:
            self.transport.resumeProducing()

    def onPing(self, payload: bytes) -> None:
        """One pong at most waits: who asks and never reads would fill the memory with answers."""
        if self._until is None:
            self.sendPong(payload)
        else:
            self._pong = payload

    def onPong(self, payload: bytes) -> None:
        """Only the newest ping's counts: others are late, or nobody asked for them."""
        if self._pings and payload == self._ping_payload:
            self.round_trip_s = time.monotonic() - self._pinged_at

    def _max_message_size_exceeded(self, msg_size: int, max_msg_size: int, reason: str) -> None:
        self._fail_connection(1009, f"more than {max_msg_size} bytes")

    # How it ends

    def serverClose(self, code: int | None = None) -> None:
        """Any code: `sendClose`, which Daphne calls, refuses those of a server, such as 1011 and 1012."""
        self.sendCloseFrame(code=1000 if code is None else code)

    def say_goodbye(self) -> None:
        """The server goes: 1012 to who is connected, 503 to who is about to be."""
        if self.state == _OPEN:
            self.serverClose(1012)
        elif self.state == _CONNECTING and hasattr(self, "handshake_deferred"):
            denial = ConnectionDeny(code=503, reason="Restarting")  # type: ignore[no-untyped-call]
            self.handshake_deferred.errback(denial)
            del self.handshake_deferred

    def dropConnection(self, abort: bool = False) -> None:
        """In order where both have said goodbye: a reset could take away from the peer what it has not yet read."""
        super().dropConnection(abort and not self.wasClean)
        self.resumeProducing()

    def abort(self) -> None:
        if self.state == _CLOSED:
            self.transport.abortConnection()
        else:
            self.wasClean = False
            self.dropConnection(abort=True)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        super().onClose(wasClean, code, reason)
        self.resumeProducing()

    def check_timeouts(self) -> None:
        if self.state == _CONNECTING:
            super().check_timeouts()
        elif self.is_direct and not self.transport.disconnected:
            self._judge(time.monotonic())

    def onOpen(self) -> None:
        super().onOpen()
        self.forget_handshake()

    def _judge(self, now: float) -> None:
        heard, self._was_heard = self._was_heard or self._is_deaf, False
        verdict = self._vigil.look(now, kernel.sight(self.transport, heard, self.state != _OPEN))
        if verdict is Verdict.PING:
            self._ping()
        elif verdict is Verdict.STALLED:
            self._is_given_up = True
            self.resumeProducing()
        elif verdict is Verdict.LOST:
            self.abort()

    def _ping(self) -> None:
        self._pings += 1
        self._pinged_at = time.monotonic()
        self.sendPing(self._ping_payload)

    @property
    def _ping_payload(self) -> bytes:
        """The number of the newest one: with it a ping takes `PING_BYTES`."""
        return (self._pings & 0xFFFF).to_bytes(2, "big")


class SocketFactory(WebSocketFactory):  # type: ignore[misc]
    protocol = Socket

    def setProtocolOptions(self, **options: Any) -> None:
        """With the time-outs that are this server's own instead of Autobahn's, each of which is a timer."""
        timers = {"autoPingTimeout": 0, "openHandshakeTimeout": 0, "closeHandshakeTimeout": 0}
        super().setProtocolOptions(**{**options, **timers, "versions": [VERSION], "echoCloseCodeReason": True})
        slim.share_options(Socket, self)
