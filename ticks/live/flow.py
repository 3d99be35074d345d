"""The room that a subscriber's acknowledgements leave, to be waited for."""

from __future__ import annotations

import asyncio

from ticks.cursor import Cursor
from ticks.direct import STALL_S
from ticks.session import Session


class Flow:
    """What may be sent to one subscriber. Without bounds, as long as it acknowledges nothing."""

    __slots__ = ("_opened", "_session")

    def __init__(self, session: Session | None) -> None:
        self._session = session
        self._opened: asyncio.Event | None = None

    @property
    def is_bounded(self) -> bool:
        return self._session is not None and self._session.window is not None

    def has_room(self, size: int) -> bool:
        return self._session is None or self._session.window is None or self._session.window.fits(size)

    async def room(self, size: int) -> None:
        """Return when a message of so many bytes may be sent; `TimeoutError` where nothing is acknowledged any more."""
        window = self._session.window if self._session is not None else None
        while window is not None and not window.fits(size):
            before = window.bytes
            async with asyncio.timeout(STALL_S):
                while window.bytes == before:
                    self._opened = asyncio.Event()
                    await self._opened.wait()

    def sent(self, cursor: Cursor, size: int) -> None:
        """A message went out that leads to `cursor`."""
        if self._session is not None and self._session.window is not None:
            self._session.window.sent(cursor, size)

    def acknowledged(self) -> None:
        """There may be room now."""
        if self._opened is not None:
            self._opened.set()
