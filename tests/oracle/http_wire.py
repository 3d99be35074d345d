"""A connection over plain HTTP, for one request after the other; it knows whole answers from those cut short."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping

import h11

READ_BYTES = 1 << 16
BUFFER_BYTES = 1 << 12
"""Of what is taken from the kernel before it is asked for."""
CUTS = (OSError, EOFError, h11.RemoteProtocolError)
"""What a connection that ends in the middle of an answer, or before it, raises."""
WHOLE = 1000
"""The close code, so to say, of a connection that ended after a whole answer."""


class Wire:
    """Call everything on the event loop it was opened on."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.CLIENT)
        self.status = 0
        self.headers: dict[str, str] = {}
        """Of the newest answer, by names in lower case."""

    @classmethod
    async def over(cls, connected: socket.socket) -> Wire:
        return cls(*await asyncio.open_connection(sock=connected, limit=BUFFER_BYTES))

    async def ask(self, target: str, headers: Mapping[str, str]) -> None:
        """Send a GET; returns when the head of its answer has come."""
        request = h11.Request(method="GET", target=target, headers=list({"Host": "127.0.0.1", **headers}.items()))
        self._writer.write((self._http.send(request) or b"") + (self._http.send(h11.EndOfMessage()) or b""))
        answer = await self._event()
        if not isinstance(answer, h11.Response):
            raise EOFError(f"no answer but {answer!r}")
        self.status = answer.status_code
        self.headers = {name.decode(): value.decode() for name, value in answer.headers}

    async def piece(self) -> bytes | None:
        """Some of the answer; None after its end, which has come then."""
        event = await self._event()
        if isinstance(event, h11.Data):
            return bytes(event.data)
        if isinstance(event, h11.EndOfMessage):
            return None
        raise EOFError(f"no end but {event!r}")

    async def rest(self) -> bytes:
        """All of the answer that has not been read yet."""
        pieces = []
        while (piece := await self.piece()) is not None:
            pieces.append(piece)
        return b"".join(pieces)

    def may_go_on(self) -> bool:
        """Whether the next request may be sent, after a whole answer."""
        if (self._http.our_state, self._http.their_state) != (h11.DONE, h11.DONE):
            return False
        self._http.start_next_cycle()
        return True

    def abort(self) -> None:
        self._writer.transport.abort()

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(READ_BYTES))
        return event
