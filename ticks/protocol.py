"""What is said on `/ws/stream`, without I/O: the query of a connection, and the frames sent to it.

A frame is text (`str`) or binary (`bytes`). `Plain` and `TicksV1` are the two dialects; both turn what a
subscriber is owed (`Batch`, `Gap`) into frames that are made once a batch and kept with it.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol
from urllib.parse import parse_qsl

from ticks.batch import Batch
from ticks.cursor import EPOCH, STREAM, Cursor, Gap
from ticks.tick import MAX_T

SUBPROTOCOL = "ticks.v1"
GZIP_FROM = 1024
"""Messages of so many bytes or more are sent as binary frames of one gzip member."""
PARAMETERS = ("stream", "from_t", "epoch", "from_ts")

Frame = str | bytes


class Close(IntEnum):
    """Close codes of the server."""

    BROKEN = 1011
    BAD_REQUEST = 4400
    SIGN_IN = 4401
    NOT_ALLOWED = 4403
    NO_SUCH_STREAM = 4404


class BadRequest(ValueError):
    """A query that cannot be served; the message names the parameter and what is allowed."""


@dataclass(frozen=True, slots=True)
class Query:
    """Where a reader wants to begin: at the newest tick where all but `stream` is None.

    `from_t` −1 is the oldest that is kept; `from_ts` is UNIX seconds, or seconds ago where negative.
    """

    stream: str = "main"
    from_t: int | None = None
    epoch: str | None = None
    from_ts: float | None = None


def parse_query(query: str) -> Query:
    """Read the query string of a connection; raises `BadRequest`."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in PARAMETERS:
            raise BadRequest(f"unknown parameter {name!r}: allowed are {', '.join(PARAMETERS)}")
        if name in given:
            raise BadRequest(f"{name} is given twice")
        given[name] = value
    stream = given.get("stream", "main")
    if not STREAM.fullmatch(stream):
        raise BadRequest(f"stream={stream!r} is no stream's name: a-z, 0-9, '_', '.', '-', at most 64")
    epoch = given.get("epoch")
    if epoch is not None and not EPOCH.fullmatch(epoch):
        raise BadRequest(f"epoch={epoch!r} is no epoch's name: 13 characters a-z, 0-9")
    if "from_t" in given and "from_ts" in given:
        raise BadRequest("from_t and from_ts exclude each other")
    if epoch is not None and "from_t" not in given:
        raise BadRequest("epoch needs from_t beside it")
    return Query(stream, _from_t(given.get("from_t")), epoch, _from_ts(given.get("from_ts")))


def _from_t(value: str | None) -> int | None:
    if value is None:
        return None
    if value == "-1" or (value.isascii() and value.isdigit() and len(value) <= 16 and int(value) <= MAX_T):
        return int(value)
    raise BadRequest(f"from_t={value!r} is neither -1 (all that is kept) nor a whole number up to {MAX_T}")


def _from_ts(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise BadRequest(f"from_ts={value!r} is no number of seconds (UNIX time, or negative: seconds ago)")
    return seconds


class Dialect(Protocol):
    """How one kind of client is spoken to."""

    def hello(self, hello: Mapping[str, Any]) -> Sequence[Frame]: ...
    def ticks(self, batch: Batch) -> Sequence[Frame]: ...
    def gap(self, gap: Gap) -> Sequence[Frame]: ...
    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]: ...
    def error(self, code: str, detail: str) -> Sequence[Frame]: ...


class Plain:
    """One text message a tick, the record itself; nothing else but gaps, and why a connection is refused."""

    def hello(self, hello: Mapping[str, Any]) -> Sequence[Frame]:
        return ()

    def ticks(self, batch: Batch) -> Sequence[Frame]:
        return batch.form("plain", lambda batch: [line.decode() for line in batch.records])

    def gap(self, gap: Gap) -> Sequence[Frame]:
        return (_dump({"gap": gap_fields(gap)}),)

    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return ()

    def error(self, code: str, detail: str) -> Sequence[Frame]:
        return (_dump({"error": {"code": code, "detail": detail}}),)


class TicksV1:
    """The subprotocol `ticks.v1`: objects with a `type`, gzip binary frames from 1024 bytes on."""

    def hello(self, hello: Mapping[str, Any]) -> Sequence[Frame]:
        return (_frame({"type": "hello", **hello}),)

    def ticks(self, batch: Batch) -> Sequence[Frame]:
        made = batch.form("ticks.v1", lambda batch: frame(ticks_message(batch)))
        return (made,)

    def gap(self, gap: Gap) -> Sequence[Frame]:
        return (_frame({"type": "gap", **gap_fields(gap)}),)

    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return (_frame({"type": "heartbeat", **facts}),)

    def error(self, code: str, detail: str) -> Sequence[Frame]:
        return (_frame({"type": "error", "code": code, "detail": detail}),)


def frame(message: bytes) -> Frame:
    """Text below `GZIP_FROM` bytes; from there one gzip member."""
    if len(message) < GZIP_FROM:
        return message.decode()
    return gzip.compress(message, compresslevel=1, mtime=0)


def ticks_message(batch: Batch) -> bytes:
    """The `ticks` message of a batch, its records as they are."""
    return b'{"type":"ticks","prev_t":%d,"first_t":%d,"last_t":%d,"ticks":[%s]}' % (
        batch.prev_t,
        batch.first_t,
        batch.last_t,
        b",".join(batch.records),
    )


def gap_fields(gap: Gap) -> dict[str, Any]:
    fields = {"after_t": gap.after_t, "next_t": gap.next_t, "count": gap.count, "reason": gap.reason}
    return fields if gap.epoch is None else {**fields, "epoch": gap.epoch}


def cursor_fields(cursor: Cursor) -> dict[str, Any]:
    return {"epoch": cursor.epoch, "t": cursor.t}


def _frame(message: Mapping[str, Any]) -> Frame:
    return frame(_dump(message).encode())


def _dump(message: Mapping[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
