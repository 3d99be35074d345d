"""The other end of a connection, on a bare socket: it reads what and when a test says."""

from __future__ import annotations

import base64
import os
import socket
import struct
from contextlib import suppress
from typing import NamedTuple, Self

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
KEY = base64.b64encode(b"0123456789abcdef").decode()
UPGRADE = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n"


class Frame(NamedTuple):
    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int:
        assert self.opcode == CLOSE, self
        return int.from_bytes(self.payload[:2], "big")


class Peer:
    """A TCP connection to the server; `narrow` takes little that is not read."""

    def __init__(self, port: int, host: str = "127.0.0.1", narrow: bool = False) -> None:
        self.socket = socket.socket()
        if narrow:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 10)
        self.socket.settimeout(60)
        self.socket.connect((host, port))
        self._host = host
        self._unread = bytearray()

    def ask(self, target: str, headers: str = "", method: str = "GET") -> None:
        self.socket.sendall(f"{method} {target} HTTP/1.1\r\nHost: {self._host}\r\n{headers}\r\n".encode())

    def head(self) -> bytes:
        """The status line and the headers."""
        return self.line(b"\r\n\r\n")

    def answer(self) -> tuple[bytes, bytes]:
        """Head and body of an answer that says its length."""
        head = self.head()
        return head, self.take(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))

    def upgrade(self, target: str, headers: str = "") -> Self:
        self.ask(target, UPGRADE + headers)
        head = self.head()
        assert head.startswith(b"HTTP/1.1 101 "), head
        return self

    def frame(self) -> Frame:
        """The next one; raises EOFError at the end, ConnectionError where it was cut."""
        first, second = self.take(2)
        length = second & 127
        if length >= 126:
            length = int.from_bytes(self.take(2 if length == 126 else 8), "big")
        assert first & 0x70 == 0, "no extension was agreed"
        assert second & 0x80 == 0, "a server does not mask"
        return Frame(first & 15, self.take(length))

    def message(self) -> Frame:
        """The next frame that is no ping."""
        while (frame := self.frame()).opcode == PING:
            self.say(PONG, frame.payload)
        return frame

    def say(self, opcode: int, payload: bytes = b"") -> None:
        self.socket.sendall(masked(opcode, payload))

    def take(self, size: int) -> bytes:
        while len(self._unread) < size:
            self._more(max(65536, size - len(self._unread)))
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    def line(self, end: bytes = b"\r\n") -> bytes:
        while (size := self._unread.find(end)) < 0:
            self._more()
        return self.take(size + len(end)).removesuffix(end)

    def chunks(self) -> bytes:
        """A chunked body up to its end."""
        body = bytearray()
        while size := int(self.line(), 16):
            body += self.take(size + 2)[:size]
        assert self.line() == b""
        return bytes(body)

    def last(self) -> bytes:
        """The end of all that comes; the rest is not kept."""
        with suppress(EOFError):
            while True:
                self._more()
                del self._unread[:-100]
        return self.take(len(self._unread))

    def rest(self) -> bytes:
        """All up to the end."""
        try:
            while True:
                self._more()
        except EOFError:
            return self.take(len(self._unread))

    def wait_for_end(self) -> None:
        """Read until the connection is over, in order or not; raises TimeoutError."""
        with suppress(ConnectionError):
            self.rest()

    def close(self) -> None:
        self.socket.close()

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _more(self, size: int = 65536) -> None:
        data = self.socket.recv(size)
        if not data:
            raise EOFError
        self._unread += data


def masked(opcode: int, payload: bytes = b"") -> bytes:
    """A client's frame, masked with zeros where it is long, for speed."""
    mask = os.urandom(4) if len(payload) < 1000 else bytes(4)
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65536:
        length = b"\xfe" + size.to_bytes(2, "big")
    else:
        length = b"\xff" + size.to_bytes(8, "big")
    body = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)) if any(mask) else payload
    return bytes([0x80 | opcode]) + length + mask + body
