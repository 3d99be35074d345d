"""What a server may offer an application besides ASGI: writing to a socket at once, and word that it is to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

EXTENSION = "ticks.direct"
"""`scope["extensions"][EXTENSION]` is the connection's `Direct`: of a WebSocket, or of an answer in chunks."""
GOODBYE = "ticks.goodbye"
"""`scope["extensions"][GOODBYE]` is the server's `Goodbyes`."""


STALL_S = 30.0
"""Who takes no byte for so long is given up."""


class Stalled(OSError):
    """The peer has taken no byte for so long that it is given up; say why, close, and it is cut off."""


class Gone(OSError):
    """The connection is closed, or about to be: nothing more can be sent."""


FULL = -1
"""What a tap says that took all, or is to take none of it, and is not to be given any more."""


def takes_nothing(frames: bytes) -> int:
    """The `send` of a tap that is shut."""
    return 0


class Tap:
    """The shortest way into a connection, for who writes the same to thousands.

    `send` is called as that of a socket: it says how many bytes it took, or `FULL`, or raises `OSError` where it took
    none. Who calls it adds to `bytes` what went out whole; where some is left, `Direct.rest` takes that.
    """

    __slots__ = ("bytes", "send")

    def __init__(self, send: Callable[[bytes], int] = takes_nothing) -> None:
        self.send = send
        self.bytes = 0


class Direct(Protocol):
    """A connection that can be written to at once, from the event loop's thread. It keeps the order with `send`."""

    tap: Tap

    @property
    def bytes_sent(self) -> int:
        """All that was written so far, the handshake included; what waits in memory too."""

    @property
    def round_trip_s(self) -> float | None:
        """From the newest protocol ping that was answered to its pong; None before the first."""

    def write(self, frames: bytes) -> bool:
        """Send whole WebSocket frames, or chunks of an answer that has begun, as they are; whether the peer keeps up.

        All is taken. After False some of it, or all, waits in memory: write no more until `writable`.
        On a connection that is closed nothing happens, and the answer is False.
        """

    def rest(self, frames: bytes, taken: int) -> bool:
        """As `write`, of what `tap.send` has just taken so many bytes of, fewer than all."""

    async def writable(self) -> None:
        """Return when nothing waits in memory any more. Raises `Stalled`, and `Gone`."""


class Goodbyes(Protocol):
    """Whoever sends without an end, or waits, is told in its turn that the server stops."""

    def add(self, goodbye: Callable[[], None]) -> None:
        """Call it once, soon after the server began to stop; at once, where it has."""

    def discard(self, goodbye: Callable[[], None]) -> None: ...


def goodbyes(scope: dict[str, Any]) -> Goodbyes | None:
    """Those of this site's own server."""
    return cast("Goodbyes | None", (scope.get("extensions") or {}).get(GOODBYE))


def offered(scope: dict[str, Any]) -> Direct | None:
    """What the server of this connection offers; None from any but this site's own."""
    return cast("Direct | None", (scope.get("extensions") or {}).get(EXTENSION))
