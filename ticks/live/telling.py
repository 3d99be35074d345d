"""Says every two seconds how a stream stands in this process, where all can read it."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress

import redis

from ticks.live.standings import Standing, Standings
from ticks.live.threads import in_telling_thread

EVERY_S = 2.0


class Telling:
    """Of one stream; while Redis can't be reached nothing is said."""

    def __init__(self, standings: Standings, standing: Callable[[], Standing]) -> None:
        """`standing` is asked on the event loop."""
        self._standings, self._standing = standings, standing
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._key = f"{self._name}:{secrets.token_hex(4)}"

    async def run(self) -> None:
        """For ever."""
        while True:
            said = {"worker": self._name, **self._standing()}
            with suppress(redis.RedisError):
                await in_telling_thread(self._standings.tell, self._key, said)
            await asyncio.sleep(EVERY_S)
