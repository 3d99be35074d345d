"""The stream as server-sent events, one a tick (HTML Standard, section 9.2). Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.framing import chunk
from ticks.packing import Frame, Packing, dump
from ticks.protocol import gap_fields
from ticks.selection import ALL, Selection
from ticks.tick import head

MEDIA_TYPE = "text/event-stream"
BACK_MS = 500, 2500
"""Within this time a client comes back, each after another one: after a restart not all do at once."""
_TEXT = Packing("json", "none")


class Sse:
    """`id` is the cursor of who has the event; comments have none, and so leave the browser's alone.

    Behind a comment there is no empty line: some clients take that for the end of an event with nothing in it.
    """

    greets = True

    def __init__(self, selection: Selection = ALL) -> None:
        self.selection = selection
        name, kind = f"sse {selection}".strip(), (selection != ALL, selection.fields is not None)
        self.frames: Form[Sequence[Frame]] = Form(name, self._frames, *kind)
        self.ready: Form[bytes] = Form(f"{name}, ready", self._ready, *kind)

    def hello(self, facts: Mapping[str, Any], latest: bytes | None) -> Sequence[Frame]:
        line = self.selection.line(latest) if latest is not None else None
        at = facts["cursor"]
        back = b"retry: %d\n" % random.randint(*BACK_MS)
        told = str(_TEXT.message(facts, latest=line)).encode()
        return (back + _event("hello", Cursor(at["epoch"], at["t"]) if at else None, told),)

    def gap(self, gap: Gap) -> Sequence[Frame]:
        """Who has been told of it goes on behind it."""
        return (_event("gap", gap.cursor, dump(gap_fields(gap))),)

    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return (b": heartbeat %b\n" % dump(facts),)

    def error(self, code: str, detail: str, cursor: Cursor | None = None) -> Sequence[Frame]:
        """A comment: an event named `error` would be taken for the browser's own."""
        return (f": {code}: {' '.join(detail.split())}\n".encode(),)

    def say(self, type: str, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return ()

    def wire(self, frames: Sequence[Frame]) -> bytes:
        return chunk(b"".join(frame for frame in frames if isinstance(frame, bytes)))

    def _frames(self, batch: Batch) -> Sequence[Frame]:
        text = self._text(batch)
        return (text,) if text else ()

    def _ready(self, batch: Batch) -> bytes:
        return chunk(self._text(batch))

    def _text(self, batch: Batch) -> bytes:
        lines = self.selection.records(batch)
        epoch = batch.epoch.encode()
        return b"".join([b"id: %b:%d\ndata: %b\n\n" % (epoch, head(line).t, line) for line in lines])


@lru_cache(maxsize=256)
def sse(selection: Selection) -> Sse:
    """The same object for the same selection, mostly: subscribers are gathered by it."""
    return Sse(selection)


def _event(name: str, cursor: Cursor | None, data: bytes) -> bytes:
    at = f"id: {cursor.epoch}:{cursor.t}\n".encode() if cursor is not None else b""
    return b"event: %b\n%bdata: %b\n\n" % (name.encode(), at, data)
