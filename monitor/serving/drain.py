"""The end of a web worker, in order: nobody new is let in, everybody is told, and who does not go is put out."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from monitor.serving.goodbyes import say_in_turn
from monitor.serving.websocket import Socket

if TYPE_CHECKING:
    from monitor.serving.server import PatientServer

REQUESTS_S = 5.0
"""For the answers that are under way; what is still being streamed then is cut."""
SPREAD_S = 5.0
ANSWER_S = 1.0
"""For the last one's answer to its goodbye."""
CUT_S = 0.5
"""For what was already written of an answer that is cut."""
APPLICATIONS_S = 0.3
"""To end by themselves, and again after they were cancelled."""
LIMIT_S = 6.8
"""Of all of it, whatever a thread of an application still does."""
SECOND_S = 1.0
LOOK_S = 0.02


async def drain(server: PatientServer) -> None:
    """Return when nothing is left that could be lost. One more signal, a second later, ends the process at once."""
    _heed(signal.SIG_IGN)  # systemd tells all processes of a service, and `runmonitor` its workers besides
    asyncio.get_running_loop().call_later(SECOND_S, _heed, signal.SIG_DFL)
    _end_by(LIMIT_S)
    server.is_draining = True
    for port in server.ports:
        port.stopListening()  # closes this process's copy alone: others accept on
    for channel in list(server.channels):
        channel.end()
    await asyncio.gather(_end_sockets(server), server.parting.begin(SPREAD_S), _end_requests(server))
    await _end_applications(server)


async def _end_sockets(server: PatientServer) -> None:
    sockets = [connection for connection in server.connections if isinstance(connection, Socket)]
    await say_in_turn([socket.say_goodbye for socket in sockets], SPREAD_S)
    gone = await _within(ANSWER_S, lambda: not any(_is_connected(socket) for socket in sockets))
    if not gone:
        for socket in filter(_is_connected, sockets):
            socket.abort()


async def _end_requests(server: PatientServer) -> None:
    if await _within(REQUESTS_S, lambda: not server.channels):
        return
    for channel in list(server.channels):
        channel.cut()
    if not await _within(CUT_S, lambda: not server.channels):
        for channel in list(server.channels):
            channel.abort()


async def _end_applications(server: PatientServer) -> None:
    """They learn from the end of their connection, which is the better way out, or are cancelled."""
    for cancel in (False, True):
        running = [
            instance
            for details in server.connections.values()
            if (instance := details.get("application_instance")) and not instance.done()
        ]
        if not running:
            return
        if cancel:
            for instance in running:
                instance.cancel()
        await asyncio.wait(running, timeout=APPLICATIONS_S)


def _heed(handler: signal.Handlers) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def _is_connected(socket: Socket) -> bool:
    return not socket.transport.disconnected


async def _within(limit_s: float, is_done: Callable[[], bool]) -> bool:
    clock = asyncio.get_running_loop().time
    deadline = clock() + limit_s
    while not is_done():
        if clock() >= deadline:
            return False
        await asyncio.sleep(LOOK_S)
    return True


def _end_by(limit_s: float) -> None:
    """The interpreter waits for all threads at its end, and a request's thread may take its time."""
    last = threading.Timer(limit_s, os._exit, (0,))
    last.daemon = True
    last.start()
