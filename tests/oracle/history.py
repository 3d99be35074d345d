"""What a subscriber notes down, in the order in which it happened; nothing in here is interpreted."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson


def checksum(tick: Any) -> int:
    """Of a tick as it was parsed, whatever the order of its keys; JavaScript makes no difference between 1.0 and 1."""
    same = {**tick, "ts": float(tick["ts"])} if "ts" in tick else tick
    return zlib.crc32(orjson.dumps(same, option=orjson.OPT_SORT_KEYS))


class Cursor(NamedTuple):
    """Where a subscriber stands. `epoch` is None as long as nobody told it: plain mode names none."""

    epoch: str | None
    t: int


class Opened(NamedTuple):
    """A connection was asked for, with this cursor; None is the start that its query names."""

    cursor: Cursor | None


class Hello(NamedTuple):
    """The server said where it begins; None: the stream has no tick yet."""

    cursor: Cursor | None


class Tick(NamedTuple):
    epoch: str | None
    t: int
    crc: int


@dataclass(frozen=True)
class Gap:
    after_t: int
    next_t: int
    count: int
    reason: str
    epoch: str | None = None


class Broken(NamedTuple):
    """A rule of the protocol that the server did not keep."""

    what: str


class Closed(NamedTuple):
    """A connection ended: with the server's close code and its last error message, or without either."""

    code: int | None
    error: str = ""


Event = Opened | Hello | Tick | Gap | Broken | Closed
History = list[Event]
