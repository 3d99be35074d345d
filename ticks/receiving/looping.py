"""The connection of a task on an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed

from ticks.receiving.actions import Connect, Drop, Message, Nothing, Outcome, Pause, Performed, Receive, Send
from ticks.receiving.connecting import CLOSED, Hearing, Target, closed, not_opened, opened


class Heard(ClientConnection):
    def __init__(self, protocol: ClientProtocol, **settings: Any) -> None:
        self.hearing = Hearing(protocol)
        super().__init__(protocol, **settings)


class Looping:
    """Performs actions; once `close` was called each is over at once. One that is cancelled may be repeated."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._closing = asyncio.Event()
        self._socket: Heard | None = None

    async def perform(self, action: Performed) -> Outcome:
        if isinstance(action, Receive):
            return await self._receive(action.until)
        if isinstance(action, Connect):
            return await self._open(action.query)
        if isinstance(action, Send):
            await self._send(action.text)
        elif isinstance(action, Pause):
            await self._unless_closed(asyncio.sleep(action.seconds))
        elif isinstance(action, Drop):
            await self.drop()
        return None

    async def close(self) -> None:
        """From any task; who waits in `perform` is woken."""
        self._closing.set()
        await self.drop()

    async def drop(self) -> None:
        connection, self._socket = self._socket, None
        if connection is not None:
            await connection.close()

    async def _open(self, query: str) -> Outcome:
        await self.drop()  # of an attempt that was interrupted when it had just succeeded
        try:
            await self._unless_closed(self._attempt(query))
        except Exception as error:
            return not_opened(error)
        return opened(self._socket.subprotocol) if self._socket is not None else CLOSED

    async def _attempt(self, query: str) -> None:
        made = await connect(f"{self._target.url}?{query}", create_connection=Heard, **self._target.options())
        assert isinstance(made, Heard)
        self._socket = made

    async def _unless_closed(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it, or as much of it as is done when this is closed."""
        working, closing = asyncio.ensure_future(work), asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait((working, closing), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            working.cancel()
            closing.cancel()

    async def _receive(self, until: float) -> Outcome:
        connection = self._socket
        if connection is None:
            return CLOSED
        try:
            async with asyncio.timeout(until - time.monotonic()):
                return Message(await connection.recv())
        except TimeoutError:
            return Nothing(connection.hearing.at)
        except ConnectionClosed as error:
            return closed(error)

    async def _send(self, text: str) -> None:
        connection = self._socket
        try:
            if connection is not None:
                await connection.send(text)
        except ConnectionClosed:
            return  # the next `Receive` says so
