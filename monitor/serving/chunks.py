"""The body of an answer in chunks, written to its transport directly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daphne.ws_protocol import WebSocketProtocol

from monitor.serving.writing import Writer
from ticks.direct import Gone

if TYPE_CHECKING:
    from monitor.serving.request import Request


class Chunks(Writer):
    """See `Direct`. The head of the answer, and its end, go through `send`; the order is that of the calls."""

    round_trip_s: float | None = None

    def __init__(self, request: Request, transport: Any) -> None:
        self._request = request
        self.transport = transport
        self.bind()
        self.state = WebSocketProtocol.STATE_OPEN

    async def writable(self) -> None:
        """See `Direct`. Who takes nothing is cut off, which is no other than having left."""
        await self._request.room()
        if self._request.is_gone:
            raise Gone("the connection is closed")

    def pauseProducing(self) -> None:
        """The transport tells its channel when there is room, and that the request."""
        self._request.pauseProducing()

    def end(self) -> None:
        """Nothing is written any more."""
        self.state = WebSocketProtocol.STATE_CLOSED
