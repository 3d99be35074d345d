"""Who is to be told that the server stops: answers without an end, and those that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PAUSE_S = 0.02
"""Between two of them, or less where there are many: who is told comes back elsewhere, and not all at once."""


class Parting:
    """See `ticks.direct.Goodbyes`."""

    def __init__(self) -> None:
        self._goodbyes: dict[Callable[[], None], None] = {}
        self._has_begun = False

    def add(self, goodbye: Callable[[], None]) -> None:
        if self._has_begun:
            goodbye()
        else:
            self._goodbyes[goodbye] = None

    def discard(self, goodbye: Callable[[], None]) -> None:
        self._goodbyes.pop(goodbye, None)

    async def begin(self, spread_s: float) -> None:
        """Tell one after the other, all of them within so many seconds."""
        self._has_begun = True
        clock = asyncio.get_running_loop().time
        start, number = clock(), 0
        pause = min(PAUSE_S, spread_s / len(self._goodbyes)) if self._goodbyes else 0.0
        while self._goodbyes:
            goodbye = next(iter(self._goodbyes))
            del self._goodbyes[goodbye]
            goodbye()
            number += 1
            early = start + number * pause - clock()
            if early > 0 and self._goodbyes:
                await asyncio.sleep(early)
