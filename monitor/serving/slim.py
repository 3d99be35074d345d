"""What Autobahn keeps of each connection and this server does not need once it is open: two thirds of its memory."""

from __future__ import annotations

from typing import Any

from autobahn.twisted.websocket import WebSocketServerProtocol
from autobahn.websocket.protocol import TrafficStats

_STATS = TrafficStats()  # type: ignore[no-untyped-call]
"""Nobody reads them: one for all."""
_OF_THE_HANDSHAKE = (
    # autobahn/websocket/protocol.py, processHandshake and succeedHandshake
    *("http_request_data", "http_status_line", "http_headers", "http_request_uri", "http_request_path"),
    *("http_request_params", "http_request_host", "http_response_data", "websocket_protocols", "_wskey"),
    *("websocket_extensions", "websocket_origin", "websocket_protocol_in_use", "websocket_extensions_in_use"),
    # autobahn/twisted/websocket.py, connectionMade
    "_transport_details",
    # daphne/ws_protocol.py, onConnect
    *("clean_headers", "application_deferred", "protocol_to_accept", "root_path", "server_addr", "_raw_query_string"),
)


class Slim:
    """A connection that forgets its handshake."""

    request: Any
    CONFIG_ATTRS = ()
    """Those that Autobahn copies from the factory into each connection: here the class has them, by `share_options`."""

    def forget_handshake(self) -> None:
        for name in _OF_THE_HANDSHAKE:
            vars(self).pop(name, None)
        self.request.headers = self.request.params = None
        self.send_queue = ()  # for writes in pieces, which nobody asks for
        self.trafficStats = _STATS
        self.__dict__ = dict(self.__dict__)  # a dict does not shrink by itself


def share_options(protocol: type[Slim], factory: Any) -> None:
    """Give the class what `_connectionMade` of Autobahn would give to each connection."""
    for name in WebSocketServerProtocol.CONFIG_ATTRS:
        option = getattr(factory, name)
        setattr(protocol, name, staticmethod(option) if callable(option) else option)
