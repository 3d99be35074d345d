"""A server that does what a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import TestCase

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.receiving.messages import text
from ticks.client import Follower, follow

Part = Callable[[ServerConnection], None]
GENEROUS_S = 60.0
AT_ONCE_S = 9.0
"""Less than any time-out of the client's."""
LONG_S = (1000.0,)


class Scripted:
    """A server of `ticks.v1` that plays one part on each connection, the last one again and again."""

    def __init__(self, *parts: Part) -> None:
        self._parts = list(parts)
        self.queries: list[str] = []
        self.headers: list[Any] = []
        self.heard: list[Any] = []
        self._server = serve(self._play, "127.0.0.1", 0, subprotocols=[Subprotocol("ticks.v1")], compression=None)
        self.url = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def end(self) -> None:
        self._server.shutdown()
        self._thread.join()

    def _play(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.queries.append(connection.request.path.partition("?")[2])
        self.headers.append(connection.request.headers)
        part = self._parts.pop(0) if len(self._parts) > 1 else self._parts[0]
        try:
            part(connection)
            for message in connection:
                self.heard.append(json.loads(message))
        except ConnectionClosed:
            return


def says(*messages: dict[str, Any]) -> Part:
    """All this, and then nothing."""
    return lambda connection: [connection.send(text(message)) for message in messages] and None


def closes(code: int, *messages: dict[str, Any]) -> Part:
    def part(connection: ServerConnection) -> None:
        says(*messages)(connection)
        connection.close(code)

    return part


class ScriptedCase(TestCase):
    def server(self, *parts: Part) -> Scripted:
        made = Scripted(*parts)
        self.addCleanup(made.end)
        return made

    def follow(self, url: str, **options: Any) -> Follower:
        made = follow(url, **options)
        self.addCleanup(made.close)
        return made


@contextmanager
def ends_soon(action: Callable[[], Any]) -> Iterator[threading.Thread]:
    """What blocks in a thread of its own must end by what is done meanwhile."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    yield thread
    thread.join(AT_ONCE_S)
    assert not thread.is_alive(), "it is still blocked"
