"""The connection of a thread that waits; another one may close it."""

from __future__ import annotations

import queue
import socket
import threading
import time
from typing import Any

from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ticks.receiving.actions import Connect, Drop, Message, Nothing, Outcome, Pause, Performed, Receive, Send
from ticks.receiving.connecting import CLOSED, Hearing, Target, closed, not_opened, opened


class Heard(ClientConnection):
    def __init__(self, sock: socket.socket, protocol: ClientProtocol, **settings: Any) -> None:
        self.hearing = Hearing(protocol)
        super().__init__(sock, protocol, **settings)


class Blocking:
    """Performs actions; once `close` was called each is over at once."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._closing = threading.Event()
        self._socket: Heard | None = None
        self._attempts: queue.SimpleQueue[Heard | Exception | None] = queue.SimpleQueue()
        self._is_attempted = False

    def perform(self, action: Performed) -> Outcome:
        if isinstance(action, Receive):
            return self._receive(action.until)
        if isinstance(action, Connect):
            return self._open(action.query)
        if isinstance(action, Send):
            self._send(action.text)
        elif isinstance(action, Pause):
            self._closing.wait(action.seconds)
        elif isinstance(action, Drop):
            self.drop()
        return None

    def close(self) -> None:
        """From any thread; who waits in `perform` is woken."""
        self._closing.set()
        self._attempts.put(None)
        self.drop()

    def drop(self) -> None:
        connection, self._socket = self._socket, None
        if connection is not None:
            connection.close()

    def _open(self, query: str) -> Outcome:
        """In a thread of its own, as nothing interrupts one that looks up a name or connects."""
        if self._closing.is_set():
            return CLOSED
        if not self._is_attempted:  # else this was interrupted
            self._is_attempted = True
            threading.Thread(target=self._attempt, args=(query,), name="ticks.client", daemon=True).start()
        made = self._attempts.get()
        self._is_attempted = False
        if made is None:
            return CLOSED
        if isinstance(made, Exception):
            return not_opened(made)
        self._socket = made
        return opened(made.subprotocol)

    def _attempt(self, query: str) -> None:
        try:
            made = connect(
                f"{self._target.url}?{query}", legacy=True, create_connection=Heard, **self._target.options()
            )
        except Exception as error:
            self._attempts.put(error)
            return
        assert isinstance(made, Heard)
        self._attempts.put(made)
        if self._closing.is_set():
            made.close()

    def _receive(self, until: float) -> Outcome:
        connection = self._socket
        if connection is None:
            return CLOSED
        try:
            return Message(connection.recv(until - time.monotonic()))
        except TimeoutError:
            return Nothing(connection.hearing.at)
        except ConnectionClosed as error:
            return closed(error)

    def _send(self, text: str) -> None:
        connection = self._socket
        try:
            if connection is not None:
                connection.send(text)
        except ConnectionClosed:
            return  # the next `Receive` says so
