"""Whether a transport takes more: what Twisted tells a push producer, as something that can be awaited."""

from __future__ import annotations

import asyncio


class Room:
    """A push producer of a transport: between `pauseProducing` and `resumeProducing` there is no room."""

    _until: asyncio.Event | None = None
    """Made when it is needed: an idle one would cost each connection as much as all the rest here."""

    async def room(self) -> None:
        """Return when there is room, or nobody to send to any more."""
        while self._until is not None:
            await self._until.wait()

    def pauseProducing(self) -> None:
        if self._until is None:
            self._until = asyncio.Event()

    def resumeProducing(self) -> None:
        until, self._until = self._until, None
        if until is not None:
            until.set()

    def stopProducing(self) -> None:
        self.resumeProducing()
