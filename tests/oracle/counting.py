"""A proxy between browsers and the server that counts WebSockets."""

from __future__ import annotations

import asyncio

from tests.oracle.crowd import Crowd

REQUEST = b"GET /ws/stream"


class CountingProxy:
    """Listens on `port`. `total`: so many WebSockets were asked for; `open` of them are there now; `most` at once."""

    def __init__(self, crowd: Crowd, target_port: int) -> None:
        self._crowd, self._target_port = crowd, target_port
        self._tasks: set[asyncio.Task[None]] = set()
        self.total = self.open = self.most = 0
        self._server = crowd.run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def end(self) -> None:
        self._crowd.run(self._close())

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        is_socket = False
        try:
            head = await from_client.readuntil(b"\r\n\r\n")
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target_port)
            to_server.write(head)
            is_socket = head.startswith(REQUEST)
            self._count(is_socket)
            ways = [asyncio.create_task(_forward(from_client, to_server))]
            ways.append(asyncio.create_task(_forward(from_server, to_client)))
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                to_server.transport.abort()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= is_socket
            self._tasks.discard(task)
            to_client.transport.abort()

    def _count(self, is_socket: bool) -> None:
        self.total += is_socket
        self.open += is_socket
        self.most = max(self.most, self.open)


async def _forward(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    except OSError:
        return
