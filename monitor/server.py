"""A web worker: Daphne on a listening socket that it inherits. `python -m monitor.server --fd N`"""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import Any

from daphne import http_protocol
from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from django.urls import get_resolver

from monitor import lifeline, memory

PING_S = 10
"""Protocol pings so often; who has not answered after as long again is cut off."""
MAX_MESSAGE_BYTES = 64 << 10
"""Clients have little to say."""
MAX_BODY_BYTES = 1 << 20
TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class SmallRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """A request whose body is refused before it fills the memory: Daphne takes in all of it first."""

    received = 0

    def gotLength(self, length: int | None) -> None:
        if length is not None and length > MAX_BODY_BYTES:
            self._refuse()
        super().gotLength(0 if length is None else min(length, MAX_BODY_BYTES))

    def handleContentChunk(self, data: bytes) -> None:
        self.received += len(data)
        if self.received <= MAX_BODY_BYTES:
            super().handleContentChunk(data)
        else:
            self._refuse()

    def _refuse(self) -> None:
        self.received = MAX_BODY_BYTES + 1
        self.channel.transport.write(TOO_LARGE)
        self.channel.loseConnection()


class Socket(WebSocketProtocol):  # type: ignore[misc]
    """A WebSocket that knows whether its peer keeps up: Daphne's own takes whatever it is given into memory."""

    def connectionMade(self) -> None:
        super().connectionMade()
        self.writable = asyncio.Event()
        self.writable.set()
        # Until the upgrade the HTTP channel was the transport's producer; its pauses would reach nobody.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)

    def sendMessage(self, payload: bytes, isBinary: bool = False, **options: Any) -> None:
        """What the peer may not say, the server may: Autobahn's limit holds for both directions."""
        self.maxMessagePayloadSize = 0
        try:
            super().sendMessage(payload, isBinary, **options)
        finally:
            self.maxMessagePayloadSize = MAX_MESSAGE_BYTES

    def serverClose(self, code: int | None = None) -> None:
        """Any code: `sendClose`, which Daphne calls, refuses those of a server, such as 1011 and 1012."""
        self.sendCloseFrame(code=1000 if code is None else code)

    def pauseProducing(self) -> None:
        self.writable.clear()

    def resumeProducing(self) -> None:
        self.writable.set()

    def stopProducing(self) -> None:
        self.writable.set()


class PatientServer(Server):  # type: ignore[misc]
    """A `send` of the application returns when the transport can take more."""

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        if isinstance(protocol, Socket):
            await protocol.writable.wait()


def serve(fd: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
    from monitor.asgi import application

    get_resolver().check()  # imports the views now rather than with the first request
    memory.freeze()
    WebSocketFactory.protocol = Socket
    http_protocol.WebRequest = SmallRequest
    PatientServer(
        application=application,
        endpoints=build_endpoint_description_strings(file_descriptor=fd),
        ping_interval=PING_S,
        ping_timeout=PING_S,
        # Streams have no end; Daphne's own limit would cut each after a day.
        websocket_timeout=-1,
        websocket_max_message_size=MAX_MESSAGE_BYTES,
        websocket_max_frame_size=MAX_MESSAGE_BYTES,
        application_close_timeout=5,
        server_name="tick-monitor",
    ).run()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m monitor.server", description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="the listening socket, inherited")
    lifeline.watch()
    serve(parser.parse_args().fd)


if __name__ == "__main__":
    main()
