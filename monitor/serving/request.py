"""HTTP requests of this server: bodies in bounds, whole answers at once, streamed ones at the peer's pace."""

from __future__ import annotations

import asyncio
from typing import Any

from daphne.http_protocol import WebRequest
from twisted.web.http import NO_BODY_CODES

from monitor.serving import kernel
from monitor.serving.chunks import Chunks
from monitor.serving.room import Room
from monitor.serving.whole import Message, is_whole, whole

MAX_BODY_BYTES = 1 << 20
TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Request(Room, WebRequest):  # type: ignore[misc]  # Daphne has no types
    """A request whose body is refused before it fills the memory, and whose answer waits for its reader."""

    channel: Any
    received = 0
    _is_cut = False
    _chunks: Chunks | None = None
    _start: Message | None = None
    """The head of an answer, until it is known whether the body comes in pieces."""

    # The body that comes

    def gotLength(self, length: int | None) -> None:
        if length is not None and length > MAX_BODY_BYTES:
            self._refuse()
        super().gotLength(0 if length is None else min(length, MAX_BODY_BYTES))

    def handleContentChunk(self, data: bytes) -> None:
        """Daphne takes in all of it before the application sees any."""
        self.received += len(data)
        if self.received <= MAX_BODY_BYTES:
            super().handleContentChunk(data)
        else:
            self._refuse()

    def _refuse(self) -> None:
        self.received = MAX_BODY_BYTES + 1
        self.channel.transport.write(TOO_LARGE)
        self.channel.loseConnection()

    def process(self) -> None:
        channel = self.channel
        if (self.method, self.clientproto) != (b"GET", b"HTTP/1.1"):
            self.requestHeaders.removeHeader(b"Upgrade")  # to a WebSocket leads a GET of HTTP/1.1 alone
        if len(self.requestHeaders.getRawHeaders(b"Host", [])) > 1:
            self.basic_error(400, b"Bad Request", "More than one Host.")
            return
        if self.server.is_draining and self.requestHeaders.hasHeader(b"Upgrade"):
            self.basic_error(503, b"Service Unavailable", "Restarting.")
            return
        super().process()
        if self.transport is None:  # Daphne takes it away when it hands the connection over to a WebSocket
            channel.let_go(self)

    # The answer

    def handle_reply(self, message: dict[str, Any]) -> None:
        """As Daphne, but an answer that is whole is sent at once."""
        start, self._start = self._start, None
        if start is None and message.get("type") == "http.response.start" and not self._response_started:
            self._start = message
        elif start is None or not is_whole(message) or not self._send_whole(start, message):
            for one in (message,) if start is None else (start, message):
                self._reply(one)

    def _send_whole(self, start: Message, message: Message) -> bool:
        if self.is_gone:
            return True
        self.channel.persistent = self.channel.persistent and not self.server.is_draining
        more = [(b"Server", self.server.server_name.encode())]
        if not self.channel.persistent:
            more.append((b"Connection", b"close"))
        data = whole(self.clientproto, self.method, start, message.get("body", b""), more)
        if data is None:
            return False
        self.code = start["status"]
        self._response_started = True
        self.startedWriting = 1
        self.channel.send(data)
        self.finish()
        return True

    def _reply(self, message: Message) -> None:
        """A piece of an answer makes this the producer whose pauses `sent` waits for."""
        if self._is_cut:
            return
        if message.get("type") == "http.response.body" and message.get("more_body") and not self.is_gone:
            if self.method == b"HEAD" or self.code in NO_BODY_CODES:
                message = {**message, "body": b"", "more_body": False}  # Twisted would write all pieces but the first
            elif not self.producer:
                self.registerProducer(self, True)
                if self.channel.is_waiting:
                    self.pauseProducing()
        super().handle_reply(message)
        if message.get("type") == "http.response.start" and self.server.is_draining:
            self.setHeader(b"connection", b"close")

    async def sent(self, message: dict[str, Any]) -> None:
        """After a `send` of the application: wait for room where more is to come."""
        if message.get("more_body"):
            await self.room()
            if self.is_gone:
                await asyncio.sleep(0)  # who sends to nobody in a loop must not stop all others

    def direct(self) -> Chunks | None:
        """The way past `send`, where the answer can be in chunks."""
        if (self.method, self.clientproto) == (b"GET", b"HTTP/1.1") and kernel.is_plain(self.channel.transport):
            self._chunks = Chunks(self, self.channel.transport)
        return self._chunks

    @property
    def is_gone(self) -> bool:
        return self._is_cut or bool(self.finished) or getattr(self, "channel", None) is None

    def cut(self) -> None:
        """No more of this answer is taken from the application, which is told."""
        self._is_cut = True
        self._end_chunks()
        if self.application_queue:
            self.send_disconnect()
        self.resumeProducing()

    def handle_exception(self, exception: BaseException) -> None:
        """An answer that has begun can't become an error page: it is cut, so that nobody takes it for whole."""
        self._start = None
        if self._response_started:
            self.channel.transport.abortConnection()
        else:
            super().handle_exception(exception)

    def _end_chunks(self) -> None:
        if self._chunks is not None:
            self._chunks.end()
            self._chunks = None

    def finish(self) -> None:
        self._end_chunks()
        if self.producer:
            self.unregisterProducer()
        super().finish()
        self.resumeProducing()

    def connectionLost(self, reason: Any) -> None:
        self._end_chunks()
        super().connectionLost(reason)
        self.resumeProducing()
