"""`websockets.broadcast`, one text message a tick: PORT SOCKET. Ticks come as lines to the unix socket SOCKET."""

from __future__ import annotations

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(port: int, socket: str) -> None:
    """Serve until killed."""

    async def stay(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with serve(stay, "127.0.0.1", port, compression=None) as server:

        async def take(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            while line := await reader.readline():
                broadcast(server.connections, line[:-1].decode())

        async with await asyncio.start_unix_server(take, socket, limit=1 << 20) as feed:
            await feed.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
