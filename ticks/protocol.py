"""What is said on `/ws/stream`, without I/O.

A frame is text (`str`) or binary (`bytes`). `Plain` and `TicksV1` are the two dialects; both turn what a
subscriber is owed (`Batch`, `Gap`) into frames. Those of a batch are made once and kept with it: as frames, or
as bytes that are ready for the socket.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Protocol

from isal import isal_zlib

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.framing import framed, framed_text

SUBPROTOCOL = "ticks.v1"
GZIP_FROM = 1024
"""Messages of so many bytes or more are sent as binary frames of one gzip member."""
GZIP_LEVEL = 1
"""isal's: four times as fast as zlib's, and a little smaller."""

Frame = str | bytes


class Close(IntEnum):
    """Close codes of the server."""

    TOO_LARGE = 1009
    BROKEN = 1011
    RESTART = 1012
    BAD_REQUEST = 4400
    SIGN_IN = 4401
    NOT_ALLOWED = 4403
    NO_SUCH_STREAM = 4404
    TOO_SLOW = 4408
    TOO_MANY = 4429


class Dialect(Protocol):
    """How one kind of client is spoken to. `frames` and `ready` are the same messages of a batch."""

    frames: Form[Sequence[Frame]]
    ready: Form[bytes]
    """As WebSocket frames, one after the other, to be written to the socket as they are."""

    def hello(self, facts: Mapping[str, Any], latest: bytes | None) -> Sequence[Frame]:
        """`latest`: the line of the newest tick."""

    def gap(self, gap: Gap) -> Sequence[Frame]: ...
    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]: ...
    def error(self, code: str, detail: str, cursor: Cursor | None = None) -> Sequence[Frame]: ...


class Plain:
    """One text message a tick, the record itself; nothing else but gaps, and why a connection is refused or ended."""

    frames: Form[Sequence[Frame]] = Form("plain", lambda batch: [line.decode() for line in batch.records])
    ready = Form("plain, ready", lambda batch: framed_text(batch.records))

    def hello(self, facts: Mapping[str, Any], latest: bytes | None) -> Sequence[Frame]:
        return ()

    def gap(self, gap: Gap) -> Sequence[Frame]:
        return (_dump({"gap": gap_fields(gap)}),)

    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return ()

    def error(self, code: str, detail: str, cursor: Cursor | None = None) -> Sequence[Frame]:
        return (_dump({"error": _error_fields(code, detail, cursor)}),)


class TicksV1:
    """The subprotocol `ticks.v1`: objects with a `type`, gzip binary frames from 1024 bytes on."""

    frames: Form[Sequence[Frame]] = Form("ticks.v1", lambda batch: (frame(ticks_message(batch)),))
    ready = Form("ticks.v1, ready", lambda batch: framed(frame(ticks_message(batch))))

    def hello(self, facts: Mapping[str, Any], latest: bytes | None) -> Sequence[Frame]:
        told = _dump({"type": "hello", **facts}).encode()
        return (frame(b'%b,"latest":%b}' % (told[:-1], latest or b"null")),)

    def gap(self, gap: Gap) -> Sequence[Frame]:
        return (_frame({"type": "gap", **gap_fields(gap)}),)

    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return (_frame({"type": "heartbeat", **facts}),)

    def error(self, code: str, detail: str, cursor: Cursor | None = None) -> Sequence[Frame]:
        return (_frame({"type": "error", **_error_fields(code, detail, cursor)}),)


PLAIN, TICKS_V1 = Plain(), TicksV1()


def frame(message: bytes) -> Frame:
    """Text below `GZIP_FROM` bytes; from there one gzip member."""
    if len(message) < GZIP_FROM:
        return message.decode()
    return gzipped(message)


def gzipped(message: bytes) -> bytes:
    """One gzip member."""
    packed: bytes = isal_zlib.compress(message, GZIP_LEVEL, 31)
    return packed


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


def _error_fields(code: str, detail: str, cursor: Cursor | None) -> dict[str, Any]:
    fields = {"code": code, "detail": detail}
    return fields if cursor is None else {**fields, "cursor": cursor_fields(cursor)}


def _frame(message: Mapping[str, Any]) -> Frame:
    return frame(_dump(message).encode())


def _dump(message: Mapping[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
