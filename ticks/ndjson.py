"""The stream as lines of JSON, one a tick. Pure.

Compressed, an answer is one gzip member (RFC 1952) without an end: each batch of lines is deflated by itself and
flushed, so what is made once for a batch fits into everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ticks.batch import Batch, Form
from ticks.cursor import Cursor, Gap
from ticks.framing import chunk
from ticks.gzipped import Segment
from ticks.packing import Compression, Frame, dump
from ticks.protocol import error_fields, gap_fields
from ticks.selection import ALL, Selection

MEDIA_TYPE = "application/x-ndjson"


class Ndjson:
    """A line a tick, the record itself; `{"gap": …}` and `{"error": …}` as in plain mode, empty lines as heartbeat."""

    def __init__(
        self, selection: Selection = ALL, compression: Compression = "none", names_epoch: bool = False
    ) -> None:
        """`names_epoch`: in a line, because where the answer began there was none yet."""
        self.greets = names_epoch
        self.selection = selection
        self.compression = compression
        name = f"ndjson {compression} {selection}".strip()
        kind = (selection != ALL, selection.fields is not None)
        self.frames: Form[Sequence[Frame]] = Form(name, self._frames, *kind)
        self.ready: Form[bytes] = Form(f"{name}, ready", self._ready, *kind)

    def hello(self, facts: Mapping[str, Any], latest: bytes | None) -> Sequence[Frame]:
        """The numbering, once it has begun: told as any other that begins anew."""
        at = facts["cursor"]
        return self.gap(Gap(at["t"], at["t"] + 1, 0, "epoch", Cursor(**at), at["epoch"])) if at else ()

    def gap(self, gap: Gap) -> Sequence[Frame]:
        return self._packed(dump({"gap": gap_fields(gap)}) + b"\n")

    def heartbeat(self, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return self._packed(b"\n")

    def error(self, code: str, detail: str, cursor: Cursor | None = None) -> Sequence[Frame]:
        return self._packed(dump({"error": error_fields(code, detail, cursor)}) + b"\n")

    def say(self, type: str, facts: Mapping[str, Any]) -> Sequence[Frame]:
        return ()

    def wire(self, frames: Sequence[Frame]) -> bytes:
        """Of one frame at most, as all here are."""
        frame = frames[0] if frames else b""
        assert isinstance(frame, bytes)
        return _chunked(frame) if isinstance(frame, Segment) else chunk(frame)

    def _frames(self, batch: Batch) -> Sequence[Frame]:
        lines = self.selection.records(batch)
        return self._packed(b"\n".join(lines) + b"\n") if lines else ()

    def _ready(self, batch: Batch) -> bytes:
        return self.wire(self._frames(batch))

    def _packed(self, text: bytes) -> Sequence[bytes]:
        return (Segment.of(text) if self.compression == "gzip" else text,)


def _chunked(segment: Segment) -> Segment:
    """The same as a chunk of an answer."""
    made = Segment(chunk(segment))
    made.crc, made.size = segment.crc, segment.size
    return made


@lru_cache(maxsize=256)
def ndjson(selection: Selection, compression: Compression, names_epoch: bool = False) -> Ndjson:
    """The same object for the same arguments, mostly: subscribers are gathered by it."""
    return Ndjson(selection, compression, names_epoch)
