"""All connections in one epoll loop."""

from __future__ import annotations

import fcntl
import random
import select
import socket
import termios
import time
from array import array
from collections import deque
from collections.abc import Callable

from benchmarks.load import wire
from benchmarks.load.dialects import DIALECTS
from benchmarks.load.reference import Reference
from benchmarks.load.subscriber import Log, Subscriber

BUFFER_BYTES = 256 << 10
TURN_S = 0.05
AT_ONCE = 32
"""So many connect at a time."""
BACKOFF_S = (0.1, 1.0)
NARROW_BYTES = 16 << 10
"""The receive buffer of who never reads, so that it is soon full."""
GONE = select.EPOLLHUP | select.EPOLLERR


class Loop:
    """Connects `count` subscribers, takes what they get, and connects again those that are cut off if `again`."""

    def __init__(
        self,
        url: str,
        dialect: str,
        count: int,
        *,
        hello: bool = True,
        again: bool = False,
        unread: bool = False,
        awake_s: float = 0.0,
    ) -> None:
        """`dialect` is one of `DIALECTS`; `hello`: whether the server begins with one where the dialect has it.

        For `awake_s` after something came it does not sleep: to wake it for each of many subscribers would cost the
        server more than its sends, which distant readers do not.
        """
        self._awake_s, self._awake_until = awake_s, 0.0
        self.where, self._again, self._unread = wire.where(url), again, unread
        self._dialect = spoken = DIALECTS[dialect]
        self._is_greeted = spoken.greets and hello
        self.reference, self.log = Reference(), Log()
        self.subscribers = [Subscriber(i, spoken, self.reference, self.log) for i in range(count)]
        self.connect_s: list[float] = []
        """How long each connection took, to the hello where there is one."""
        self.closed: list[float] = []
        """When each was cut off, UNIX seconds; and when each of those that connected again got its first tick."""
        self.back: list[float] = []
        self._away: set[int] = set()
        self._waiting = deque(self.subscribers)
        self._connecting: set[int] = set()
        self._due: list[tuple[float, Subscriber]] = []
        self._by_fd: dict[int, Subscriber] = {}
        self._poll = select.epoll()
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)

    @property
    def complete(self) -> bool:
        """Whether all are connected."""
        return not (self._waiting or self._connecting or self._due)

    def unread_bytes(self) -> list[int]:
        """What waits for each that is connected."""
        found, size = list[int](), array("i", [0])
        for fd in self._by_fd:
            fcntl.ioctl(fd, termios.FIONREAD, size)
            found.append(size[0])
        return found

    def run(self, until: Callable[[], bool]) -> None:
        """Until that is so, which is asked every `TURN_S` or oftener."""
        while not until():
            self._connect()
            deadline = time.monotonic() + TURN_S
            while (now := time.monotonic()) < deadline:
                events = self._poll.poll(0 if now < self._awake_until else TURN_S)
                for fd, event in events:
                    self._handle(self._by_fd[fd], event)
                if events:
                    self._awake_until = time.monotonic() + self._awake_s

    def close(self) -> None:
        for subscriber in self._by_fd.values():
            if subscriber.socket is not None:
                subscriber.socket.close()
        self._poll.close()

    def _connect(self) -> None:
        now = time.monotonic()
        self._waiting.extend(subscriber for at, subscriber in self._due if at <= now)
        self._due = [(at, subscriber) for at, subscriber in self._due if at > now]
        while self._waiting and len(self._connecting) < AT_ONCE:
            self._open(self._waiting.popleft())

    def _open(self, subscriber: Subscriber) -> None:
        made = subscriber.socket = socket.socket()
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._unread:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW_BYTES)
        subscriber.began = time.monotonic()
        self._connecting.add(subscriber.number)
        self._by_fd[made.fileno()] = subscriber
        made.connect_ex((self.where.host, self.where.port))
        self._poll.register(made, select.EPOLLOUT)

    def _handle(self, subscriber: Subscriber, event: int) -> None:
        made = subscriber.socket
        assert made is not None
        try:
            if event & select.EPOLLOUT and not event & GONE:
                subscriber.opened = self._dialect.asks
                self._ask(subscriber)
                self._poll.modify(made, select.EPOLLIN)
                return
            size = made.recv_into(self._buffer)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        at = time.time()
        if not size:
            self._lose(subscriber, at)
            return
        data = self._view[:size]
        if not subscriber.opened and not (data := self._finish_opening(subscriber, data)):
            return
        answer = subscriber.take(data, at)
        if subscriber.number in self._connecting or subscriber.number in self._away:
            self._note(subscriber, at)
        if answer:
            made.send(answer)
        if self._dialect.asks and subscriber.is_between:
            self._ask(subscriber)

    def _ask(self, subscriber: Subscriber) -> None:
        assert subscriber.socket is not None
        subscriber.socket.sendall(self._dialect.request(self.where, self._path(subscriber)))

    def _path(self, subscriber: Subscriber) -> str:
        path, cursor = self.where.path, subscriber.cursor
        if cursor is None or not subscriber.epoch or not (self._again or self._dialect.asks):
            return path
        return f"{path.partition('?')[0]}?{self._dialect.resume}={cursor}&epoch={subscriber.epoch}"

    def _finish_opening(self, subscriber: Subscriber, data: memoryview) -> memoryview:
        """What comes after the answer that opens it."""
        subscriber.rest += data
        answer, ended, rest = subscriber.rest.partition(wire.HEAD_END)
        if not ended:
            return self._view[:0]
        if not answer.startswith(self._dialect.opens):
            raise ConnectionError(f"refused: {answer.decode('latin1')}")
        subscriber.opened, subscriber.rest = True, b""
        if not self._is_greeted:
            self._opened(subscriber)
        return memoryview(rest)

    def _note(self, subscriber: Subscriber, at: float) -> None:
        """It may have been greeted just now, or have got its first tick again."""
        if subscriber.greeted and subscriber.number in self._connecting:
            self._opened(subscriber)
        if subscriber.number in self._away and subscriber.position is not None:
            self._away.discard(subscriber.number)
            self.back.append(at)

    def _opened(self, subscriber: Subscriber) -> None:
        self._connecting.discard(subscriber.number)
        self.connect_s.append(time.monotonic() - subscriber.began)
        if self._unread and subscriber.socket is not None:
            self._poll.modify(subscriber.socket, 0)

    def _lose(self, subscriber: Subscriber, at: float) -> None:
        made = subscriber.socket
        assert made is not None
        self._poll.unregister(made)
        del self._by_fd[made.fileno()]
        made.close()
        self._connecting.discard(subscriber.number)
        if not subscriber.opened and not self._again:
            raise ConnectionError(f"subscriber {subscriber.number} was refused")
        if subscriber.number not in self._away:
            self.closed.append(at)
        if self._again:
            self._away.add(subscriber.number)
            subscriber.restart()
            self._due.append((time.monotonic() + random.uniform(*BACKOFF_S), subscriber))
