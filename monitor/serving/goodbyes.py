"""How it is said that the server stops: to sockets, answers without an end, and those that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

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
        """Tell all, and from now on each at once."""
        self._has_begun = True
        goodbyes, self._goodbyes = self._goodbyes, {}
        await say_in_turn(list(goodbyes), spread_s)


async def say_in_turn(goodbyes: Sequence[Callable[[], None]], spread_s: float) -> None:
    """One after the other, all of them within so many seconds."""
    pause = min(PAUSE_S, spread_s / len(goodbyes)) if goodbyes else 0.0
    clock = asyncio.get_running_loop().time
    start = clock()
    for number, goodbye in enumerate(goodbyes):
        early = start + number * pause - clock()
        if early > 0:
            await asyncio.sleep(early)
        goodbye()
