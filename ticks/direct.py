"""Writing to a socket without the way through ASGI's `send`: what a server may offer, and what it promises then."""

from __future__ import annotations

from typing import Any, Protocol, cast

EXTENSION = "ticks.direct"
"""Of a WebSocket scope: `scope["extensions"][EXTENSION]` is the connection's `Direct`."""


STALL_S = 30.0
"""Who takes no byte for so long is given up."""


class Stalled(OSError):
    """The peer has taken no byte for so long that it is given up; say why, close, and it is cut off."""


class Gone(OSError):
    """The connection is closed, or about to be: nothing more can be sent."""


class Direct(Protocol):
    """A connection that can be written to at once, from the event loop's thread. It keeps the order with `send`."""

    @property
    def bytes_sent(self) -> int:
        """All that was written so far, the handshake included; what waits in memory too."""

    @property
    def round_trip_s(self) -> float | None:
        """From the newest protocol ping that was answered to its pong; None before the first."""

    def write(self, frames: bytes) -> bool:
        """Send whole WebSocket frames, ready for the socket; whether the peer keeps up.

        All is taken. After False some of it, or all, waits in memory: write no more until `writable`.
        On a connection that is closed nothing happens, and the answer is False.
        """

    async def writable(self) -> None:
        """Return when nothing waits in memory any more. Raises `Stalled`, and `Gone`."""


def offered(scope: dict[str, Any]) -> Direct | None:
    """What the server of this connection offers; None from any but this site's own."""
    return cast("Direct | None", (scope.get("extensions") or {}).get(EXTENSION))
