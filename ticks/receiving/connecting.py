"""What both kinds of I/O share: how a connection is asked for, and what its exceptions mean."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from typing import Any

from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from ticks.receiving.actions import Opened
from ticks.receiving.comeback import Ended
from ticks.receiving.unpacking import MOST_BYTES

SUBPROTOCOL = "ticks.v1"
OPEN_S, CLOSE_S = 10.0, 1.0
TLS_FAILED, NO_SUBPROTOCOL = 1015, 1010
"""Of RFC 6455, for what no close frame ever says."""
WAITING_MESSAGES = 8
CONTROL_BYTES = 127
"""A ping has at most so many: whoever sends nothing else counts as silent."""
COULD_COME_LATER = frozenset({408, 425, 429})

CLOSED = Ended(None, "closed")
"""By ourselves."""


@dataclass(frozen=True, slots=True)
class Target:
    """A WebSocket's URL without its query, and the token to show there."""

    url: str
    token: str | None

    def options(self) -> dict[str, Any]:
        """Those of either `connect` of `websockets`. The watch over silence replaces its pings."""
        return {
            "subprotocols": [Subprotocol(SUBPROTOCOL)],
            "additional_headers": {"Authorization": f"Token {self.token}"} if self.token else None,
            "compression": None,
            "open_timeout": OPEN_S,
            "close_timeout": CLOSE_S,
            "ping_interval": None,
            "max_size": MOST_BYTES,
            "max_queue": WAITING_MESSAGES,
        }


class Hearing:
    """When bytes of a message came last, of a connection that still waits for the message's end."""

    def __init__(self, protocol: ClientProtocol) -> None:
        self.at = time.monotonic()
        self._receive = protocol.receive_data
        protocol.receive_data = self._hear  # type: ignore[method-assign]

    def _hear(self, data: bytes | bytearray) -> None:
        if len(data) > CONTROL_BYTES:
            self.at = time.monotonic()
        self._receive(data)


def opened(subprotocol: str | None) -> Opened | Ended:
    if subprotocol == SUBPROTOCOL:
        return Opened()
    return Ended(NO_SUBPROTOCOL, f"whoever answers there does not speak {SUBPROTOCOL}", hopeless=True)


def not_opened(error: Exception) -> Ended:
    """What became of the attempt to connect."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        hopeless = status < 500 and status not in COULD_COME_LATER
        return Ended(status, f"the answer to the request for a WebSocket was HTTP {status}", hopeless)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Ended(TLS_FAILED, f"the certificate is not trusted: {error.verify_message}", hopeless=True)
    return Ended(None, f"no connection: {error or type(error).__name__}")


def closed(error: ConnectionClosed) -> Ended:
    if error.rcvd is None:
        return Ended(None, "the connection was lost")
    return Ended(error.rcvd.code, error.rcvd.reason or "the server closed the connection")
