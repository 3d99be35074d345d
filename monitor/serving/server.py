"""The server of a web worker: Daphne's, with this site's connections."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

from daphne import server as daphne_server
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server, reactor
from twisted.internet.defer import Deferred

from monitor.serving import drain, faults
from monitor.serving.channel import Channel, ChannelFactory
from monitor.serving.goodbyes import Parting
from monitor.serving.inbox import Inbox
from monitor.serving.request import Request
from monitor.serving.websocket import MAX_MESSAGE_BYTES, Socket, SocketFactory
from ticks.direct import EXTENSION, GOODBYE

LOOK_S = 2.0
"""Each connection is looked at so often, some of them at a time: all at once, 8 µs each, would hold up everybody."""
MOST_PARTS, TOGETHER = 20, 50
"""So many parts at most, of so many connections or more: each part wakes a server that may be idle."""


class PatientServer(Server):  # type: ignore[misc]  # Daphne has no types
    """A `send` of the application returns when the transport can take more; a signal makes it end in order."""

    connections: dict[Any, dict[str, Any]]

    def __init__(self, application: Any, fd: int) -> None:
        """Serve this ASGI application on a listening socket. A process can run one server, once."""
        super().__init__(
            application=application,
            endpoints=build_endpoint_description_strings(file_descriptor=fd),
            # Streams have no end; Daphne's own limit would cut each after a day.
            websocket_timeout=-1,
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_MESSAGE_BYTES,
            application_close_timeout=5,
            server_name="tick-monitor",
        )
        # `run` makes them by these names.
        daphne_server.HTTPFactory, daphne_server.WebSocketFactory = ChannelFactory, SocketFactory
        faults.watch()
        self.channels: set[Channel] = set()
        self.ports: list[Any] = []
        self.is_draining = False
        self.parting = Parting()
        self._part, self._parts = 0, 1

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.ports.append(port)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Inbox | None:
        """As Daphne's, with a smaller queue, and where it is plain the way around ASGI's `send`."""
        if isinstance(protocol, Socket):
            scope["subprotocols"] = protocol.websocket_protocols  # Daphne unquotes them, and can't agree to one then
            if protocol.is_direct:
                scope["extensions"] = {EXTENSION: protocol}
        elif isinstance(protocol, Request):
            direct = protocol.direct()
            scope["extensions"] = {GOODBYE: self.parting, **({EXTENSION: direct} if direct is not None else {})}
        inbox = Inbox()
        if protocol not in self.connections:
            return None
        instance = self.application(
            scope={"asgi": {"version": "3.0"}, **scope}, receive=inbox.get, send=partial(self.handle_reply, protocol)
        )
        loop = asyncio.get_event_loop()
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(instance, loop=loop)
        return inbox

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Raises `Stalled`, an OSError, where a WebSocket's peer was given up."""
        await super().handle_reply(protocol, message)
        await protocol.sent(message)

    def protocol_disconnected(self, protocol: Any) -> None:
        """Daphne calls it more than once, also when `application_checker` has already forgotten the connection."""
        if protocol in self.connections:
            super().protocol_disconnected(protocol)

    def timeout_checker(self) -> None:
        now = time.monotonic()
        self._part += 1
        if self._part >= self._parts:
            self._part = 0
            self._parts = min(MOST_PARTS, 1 + (len(self.connections) + len(self.channels)) // TOGETHER)
        reactor.callLater(LOOK_S / self._parts, self.timeout_checker)
        for protocol in list(self.connections)[self._part :: self._parts]:
            if isinstance(protocol, Socket):
                protocol.check_timeouts()
        for channel in list(self.channels)[self._part :: self._parts]:
            channel.check_timeouts(now)

    def kill_all_applications(self) -> Deferred[None]:
        """What Daphne does before its reactor stops; its own fails where an application ended before its connection."""
        return Deferred.fromFuture(asyncio.ensure_future(drain.drain(self)))
