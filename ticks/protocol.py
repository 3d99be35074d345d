"""What is said on `/ws/stream`, without I/O.

A frame is text (`str`) or binary (`bytes`). `Plain` and `TicksV1` are its two dialects, as `Sse` and `Ndjson` are
those of `/stream`; all turn what a subscriber is owed (`Batch`, `Gap`) into frames. Those of a batch are made once
and kept with it: as frames, or as bytes that are ready for the socket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Any, Protocol

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.framing import framed, framed_text
from ticks.packing import JSON, Frame, Packing, dump
from ticks.selection import ALL, Selection

SUBPROTOCOL = "ticks.v1"


class Close(IntEnum):
    """Close codes of the server."""

    GOING_AWAY = 1001
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

    greets: bool
    """Whether it has a hello."""
    selection: Selection
    frames: Form[Sequence[Frame]]
    ready: Form[bytes]
    """As they are written to the socket, one after the other."""

    def wire(self, frames: Sequence[Frame]) -> bytes:
        """Frames as they are written to the socket."""

    def hello(self, facts: Mapping[str, Any], latest: bytes | None) -> Sequence[Frame]:
        """`latest`: the line of the newest tick."""

    def gap(self, gap: Gap) -> Sequence[Frame]: ...
    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]: ...
    def error(self, code: str, detail: str, cursor: Cursor | None = None) -> Sequence[Frame]: ...
    def say(self, type: str, facts: Mapping[str, Any]) -> Sequence[Frame]:
        """An answer to what the client said."""


class Plain:
    """One text message a tick, the record itself; nothing else but gaps, and why a connection is refused or ended."""

    greets = False

    def __init__(self, selection: Selection = ALL) -> None:
        self.selection = selection
        name, kind = f"plain {selection}".strip(), (selection != ALL, selection.fields is not None)
        self.frames: Form[Sequence[Frame]] = Form(name, self._frames, *kind)
        self.ready: Form[bytes] = Form(f"{name}, ready", self._ready, *kind)

    def hello(self, facts: Mapping[str, Any], latest: bytes | None) -> Sequence[Frame]:
        return ()

    def gap(self, gap: Gap) -> Sequence[Frame]:
        return (dump({"gap": gap_fields(gap)}).decode(),)

    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return ()

    def error(self, code: str, detail: str, cursor: Cursor | None = None) -> Sequence[Frame]:
        return (dump({"error": error_fields(code, detail, cursor)}).decode(),)

    def say(self, type: str, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return ()

    def wire(self, frames: Sequence[Frame]) -> bytes:
        return b"".join(map(framed, frames))

    def _frames(self, batch: Batch) -> Sequence[Frame]:
        return [line.decode() for line in self.selection.records(batch)]

    def _ready(self, batch: Batch) -> bytes:
        return framed_text(self.selection.records(batch))


class TicksV1:
    """The subprotocol `ticks.v1`: messages with a `type`, packed in one way or the other."""

    greets = True

    def __init__(self, selection: Selection = ALL, packing: Packing = JSON) -> None:
        self.selection = selection
        self.packing = packing
        ways = f"ticks.v1 {packing.format} {packing.compression}"
        is_parsed = selection.fields is not None or packing.format == "msgpack"
        name, kind = f"{ways} {selection}".strip(), (selection != ALL, is_parsed)
        self.frames: Form[Sequence[Frame]] = Form(name, self._frames, *kind)
        self.ready: Form[bytes] = Form(f"{name}, ready", self._ready, *kind)

    def hello(self, facts: Mapping[str, Any], latest: bytes | None) -> Sequence[Frame]:
        line = self.selection.line(latest) if latest is not None else None
        return (self.packing.message({"type": "hello", **facts}, latest=line),)

    def gap(self, gap: Gap) -> Sequence[Frame]:
        return self.say("gap", gap_fields(gap))

    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return self.say("heartbeat", facts)

    def error(self, code: str, detail: str, cursor: Cursor | None = None) -> Sequence[Frame]:
        return self.say("error", error_fields(code, detail, cursor))

    def say(self, type: str, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return (self.packing.message({"type": type, **facts}),)

    def wire(self, frames: Sequence[Frame]) -> bytes:
        return b"".join(map(framed, frames))

    def _frames(self, batch: Batch) -> Sequence[Frame]:
        return (self.packing.ticks(batch, self.selection),)

    def _ready(self, batch: Batch) -> bytes:
        return framed(self.packing.ticks(batch, self.selection))


PLAIN, TICKS_V1 = Plain(), TicksV1()


@lru_cache(maxsize=256)
def plain(selection: Selection) -> Plain:
    return Plain(selection) if selection != ALL else PLAIN


@lru_cache(maxsize=256)
def ticks_v1(selection: Selection, packing: Packing) -> TicksV1:
    """The same object for the same arguments, mostly: subscribers are gathered by it."""
    return TicksV1(selection, packing) if (selection, packing) != (ALL, JSON) else TICKS_V1


def gap_fields(gap: Gap) -> dict[str, Any]:
    fields = {"after_t": gap.after_t, "next_t": gap.next_t, "count": gap.count, "reason": gap.reason}
    return fields if gap.epoch is None else {**fields, "epoch": gap.epoch}


def cursor_fields(cursor: Cursor) -> dict[str, Any]:
    return {"epoch": cursor.epoch, "t": cursor.t}


def error_fields(code: str, detail: str, cursor: Cursor | None = None) -> dict[str, Any]:
    fields = {"code": code, "detail": detail}
    return fields if cursor is None else {**fields, "cursor": cursor_fields(cursor)}
