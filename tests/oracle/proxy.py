"""A proxy between subscribers and the server that cuts every connection after a random number of bytes."""

from __future__ import annotations

import asyncio
import random

from tests.oracle.crowd import Crowd

LEAST_BYTES, MOST_BYTES = 2**5, 2**19
"""From within the handshake to some seconds of a stream; each size as likely as its double. The greatest message
and the greatest answer that a subscriber asks for have room in it: they would never come through otherwise."""


class CuttingProxy:
    """Listens on `port`; `cuts` counts those that were cut in the middle, until `calm`."""

    def __init__(self, crowd: Crowd, target_port: int, seed: int) -> None:
        self._crowd, self._target_port = crowd, target_port
        self._random = random.Random(seed)
        self._calm = False
        self._open: set[asyncio.Task[None]] = set()
        self.cuts = 0
        self._server = crowd.run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def calm(self) -> None:
        """Cut no more."""
        self._calm = True

    def end(self) -> None:
        self._crowd.run(self._close())

    async def _close(self) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            to_client.transport.abort()
            return
        upward = asyncio.create_task(_forward(from_client, to_server))
        try:
            await self._forward_some(from_server, to_client)
        except OSError:
            pass
        finally:
            upward.cancel()
            self._open.discard(task)
            to_client.transport.abort()
            to_server.transport.abort()

    async def _forward_some(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        left = int(LEAST_BYTES * (MOST_BYTES / LEAST_BYTES) ** self._random.random())
        while data := await source.read(65536):
            if len(data) > left and not self._calm:
                sink.write(data[:left])
                await asyncio.sleep(0)  # so much goes out first
                self.cuts += 1
                return
            left -= len(data)
            sink.write(data)
            await sink.drain()


async def _forward(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.close()
    except OSError:
        return
