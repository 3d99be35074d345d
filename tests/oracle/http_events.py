"""The parser of event streams, as the HTML Standard has it (section 9.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LINE_END = re.compile(rb"\r\n|\n|\r")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Block(NamedTuple):
    """What stood before an empty line: an event where it has `data`."""

    name: str
    data: str | None
    last_id: str
    """The one that the client comes back with from now on."""
    names_id: bool
    comments: tuple[str, ...]
    retry_ms: int | None


class EventParser:
    """Of one answer."""

    _retry_ms: int | None

    def __init__(self) -> None:
        self._left = b""
        self._has_begun = self._was_return = False
        self._last_id = ""
        self._clear()

    @property
    def is_between_events(self) -> bool:
        return not self._left and not self._lines

    def feed(self, data: bytes) -> Iterator[Block]:
        if self._was_return:
            data = data.removeprefix(b"\n")
        self._was_return = data.endswith(b"\r")
        *lines, self._left = LINE_END.split(self._left + data)
        for line in lines:
            if not self._has_begun:
                line, self._has_begun = line.removeprefix(BYTE_ORDER_MARK), True
            if line.startswith(b":") and not self._lines:
                yield Block("message", None, self._last_id, False, (line[1:].decode().removeprefix(" "),), None)
            elif line:
                self._lines += 1
                self._take(line.decode())
            elif self._lines:
                yield self._dispatched()

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            self._comments.append(value)
        elif name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._last_id, self._names_id = value, True
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry_ms = int(value)

    def _dispatched(self) -> Block:
        data = "\n".join(self._data) if any(self._data) else None
        name = self._name or "message"
        block = Block(name, data, self._last_id, self._names_id, tuple(self._comments), self._retry_ms)
        self._clear()
        return block

    def _clear(self) -> None:
        self._name = ""
        self._data: list[str] = []
        self._comments: list[str] = []
        self._names_id = False
        self._retry_ms = None
        self._lines = 0
