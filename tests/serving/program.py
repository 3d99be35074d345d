"""A web worker's server with an application of the tests' own: `python -m tests.serving.program --fd N`"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import psutil
from daphne.server import reactor

from monitor.serving import kernel, vigil
from monitor.serving.channel import Channel
from monitor.serving.request import Request
from monitor.serving.server import PatientServer
from monitor.serving.websocket import Socket
from tests.serving.streams import STREAMS, tapped
from ticks.direct import Stalled, offered

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
FRAME = b"\x82\x7f" + (1 << 20).to_bytes(8, "big") + bytes(1 << 20)
events: Counter[str] = Counter()
servers: list[PatientServer] = []


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    name = scope["path"].strip("/")
    options = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
    events[f"{name} began"] += 1
    try:
        if scope["type"] == "websocket":
            await receive()
            if name != "hesitate":
                await send({"type": "websocket.accept"})
            await SOCKETS[name](scope, receive, send, options)
        elif name in STREAMS:
            await STREAMS[name](scope, receive, send, options, events)
        else:
            await REQUESTS[name](receive, send, options)
    except asyncio.CancelledError:
        events[f"{name} cancelled"] += 1
        raise
    finally:
        events[f"{name} ended"] += 1


async def echo(scope: dict[str, Any], receive: Receive, send: Send, options: dict[str, str]) -> None:
    """Answers each message with itself, until it is left."""
    while (message := await receive())["type"] == "websocket.receive":
        await send({**message, "type": "websocket.send"})
    events["echo left"] += 1


async def leave(scope: dict[str, Any], receive: Receive, send: Send, options: dict[str, str]) -> None:
    """Returns with the connection open, as no application should."""


async def stay(scope: dict[str, Any], receive: Receive, send: Send, options: dict[str, str]) -> None:
    """Never looks at what comes, not even at the end."""
    await asyncio.sleep(1000)


async def flood(scope: dict[str, Any], receive: Receive, send: Send, options: dict[str, str]) -> None:
    """Writes directly whatever its peer takes, then says why it stops; a last word by `send`."""
    direct = offered(scope)
    assert direct is not None
    try:
        for number in range(int(options["frames"])):
            if not direct.write(FRAME):
                await direct.writable()
            events["frames"] = number + 1
        await receive()
    except Stalled:
        events["stalled"] += 1
        await send({"type": "websocket.send", "text": "stalled"})
        await send({"type": "websocket.close", "code": 4408})


async def flood_by_send(scope: dict[str, Any], receive: Receive, send: Send, options: dict[str, str]) -> None:
    """The same without the way around `send`."""
    try:
        for _ in range(int(options["frames"])):
            await send({"type": "websocket.send", "bytes": FRAME[10:]})
        await receive()
    except OSError:
        events["stalled"] += 1
        await send({"type": "websocket.send", "text": "stalled"})
        await send({"type": "websocket.close", "code": 4408})


async def mixed(scope: dict[str, Any], receive: Receive, send: Send, options: dict[str, str]) -> None:
    """Numbered frames by turns: directly, through the tap, pings of the server in between, and by `send`.

    The last are small: `send` waits for room, and who congests the connection is to be one that does not.
    """
    direct: Any = offered(scope)
    for number in range(int(options["frames"])):
        payload = number.to_bytes(4, "big") * 10_000
        frame = b"\x82\x7e" + len(payload).to_bytes(2, "big") + payload
        if number % 4 == 0:
            await send({"type": "websocket.send", "bytes": payload[:4]})
        elif number % 4 == 1:
            direct.sendPing(number.to_bytes(4, "big"))
            direct.write(frame)
        elif number % 4 == 2:
            events["congested"] += not direct.write(frame)
        else:
            tapped(direct, frame, events)
        if number % 50 == 0:
            await direct.writable()
    await send({"type": "websocket.close", "code": 4000})
    events["written after the close"] += direct.write(b"\x82\x01x") + direct.tap.send(b"\x82\x01x")
    await receive()


async def endless(receive: Receive, send: Send, options: dict[str, str]) -> None:
    """A streamed answer without a pause or an end, that ends when its reader does."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    left = asyncio.ensure_future(_left(receive))
    while not left.done():
        await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
        events["endless pieces"] += 1


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def pieces(receive: Receive, send: Send, options: dict[str, str]) -> None:
    """A streamed answer of so many pieces of 100 KB."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number in range(int(options["count"])):
        await send({"type": "http.response.body", "body": b"%06d" % number * 16_000, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def breaks(receive: Receive, send: Send, options: dict[str, str]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"begun", "more_body": True})
    raise ValueError("on purpose")


async def large(receive: Receive, send: Send, options: dict[str, str]) -> None:
    await _answer(send, bytes(20 << 20))


async def slow(receive: Receive, send: Send, options: dict[str, str]) -> None:
    await asyncio.sleep(float(options["seconds"]))
    await _answer(send, b"done")


async def thread(receive: Receive, send: Send, options: dict[str, str]) -> None:
    """Keeps a thread busy that nothing can stop."""
    await asyncio.to_thread(time.sleep, float(options["seconds"]))
    await _answer(send, b"done")


async def stumble(receive: Receive, send: Send, options: dict[str, str]) -> None:
    """Leaves an error behind that is Twisted's to tell."""

    def raises() -> None:
        raise ValueError("stumbled on purpose")

    reactor.callLater(0, raises)
    await _answer(send, b"done")


async def facts(receive: Receive, send: Send, options: dict[str, str]) -> None:
    """What goes on in this process."""
    (server,) = servers
    sockets = [connection for connection in server.connections if isinstance(connection, Socket)]
    alive = Counter(type(thing).__name__ for thing in gc.get_objects() if isinstance(thing, Channel | Request))
    told = {
        "rss": psutil.Process().memory_info().rss,
        "sockets": len(sockets),
        "channels": len(server.channels),
        "queued": [
            kernel.unread(connection.transport.socket)
            for connection in sockets
            if not connection.transport.disconnected
        ],
        "links": [
            kernel.link(connection.transport.socket) for connection in sockets if not connection.transport.disconnected
        ],
        "sent": [connection.bytes_sent for connection in sockets],
        "round_trips": [connection.round_trip_s for connection in sockets],
        "events": events,
        "alive": alive,
        "tasks": len(asyncio.all_tasks()),
    }
    await _answer(send, json.dumps(told).encode())


async def _answer(send: Send, body: bytes) -> None:
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": body})


SOCKETS = {
    "echo": echo,
    "leave": leave,
    "stay": stay,
    "hesitate": stay,
    "flood": flood,
    "flood_by_send": flood_by_send,
    "mixed": mixed,
}
REQUESTS = {
    "endless": endless,
    "pieces": pieces,
    "breaks": breaks,
    "large": large,
    "slow": slow,
    "thread": thread,
    "stumble": stumble,
    "facts": facts,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--fd", type=int)
    where.add_argument("--port", type=int, help="on all addresses")
    parser.add_argument("seconds", nargs="*", help="such as STALL_S=3, for a clock that a test can wait for")
    arguments = parser.parse_args()
    for text in arguments.seconds:
        name, value = text.split("=")
        assert hasattr(vigil, name), name
        setattr(vigil, name, float(value))
    gc.disable()  # what is freed is freed because nothing refers to it
    listener = None if arguments.port is None else socket.create_server(("0.0.0.0", arguments.port))
    servers.append(PatientServer(application, listener.detach() if listener else arguments.fd))
    reactor.callWhenRunning(print, "ready", flush=True)
    servers[0].run()
    print("events", json.dumps(events), flush=True)


if __name__ == "__main__":
    main()
