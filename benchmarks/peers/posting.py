"""How messages get to a peer: each way takes one at a time, in order, and does not wait for an answer to it."""

from __future__ import annotations

import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol

ANSWER = re.compile(rb"HTTP/1\.1 (\d)")
TEXT, BINARY = b"text/plain", b"application/octet-stream"
"""Nchan sends the latter as binary frames."""
BUFFER_BYTES = 1 << 20


def told_to_end() -> Callable[[], bool]:
    """Whether there was a SIGTERM since, or the process that started this one is gone."""
    parent, told = os.getppid(), list[int]()
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    return lambda: bool(told) or os.getppid() != parent


class Way(Protocol):
    def send(self, message: bytes) -> None: ...
    def refused(self) -> int:
        """How many messages were not taken."""


class Post:
    """To Nchan, one request after the other on one connection; a thread reads the answers."""

    def __init__(self, port: int, content_type: bytes = TEXT) -> None:
        self._type, self._sent, self._taken, self._answered = content_type, 0, 0, 0
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, message: bytes) -> None:
        self._sent += 1
        head = b"POST /publish HTTP/1.1\r\nHost: nchan\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
        self._socket.sendall(head % (self._type, len(message)) + message)

    def refused(self) -> int:
        deadline = time.monotonic() + 10
        while self._answered < self._sent and time.monotonic() < deadline:
            time.sleep(0.01)
        return self._sent - self._taken

    def _read(self) -> None:
        rest = b""
        while data := self._socket.recv(BUFFER_BYTES):
            *answers, rest = (rest + data).split(b"last message id")
            for answer in answers:
                found = ANSWER.search(answer)
                self._answered += 1
                self._taken += found is not None and found[1] == b"2"


class Lines:
    """To a unix socket, a line each."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)

    def send(self, message: bytes) -> None:
        self._socket.sendall(message + b"\n")

    def refused(self) -> int:
        return 0
