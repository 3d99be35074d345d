"""How the messages of `ticks.v1` become frames: JSON or msgpack, and gzip from a size on. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgpack
import orjson

from ticks.batch import Batch
from ticks.gzipped import Segment, gzipped, member
from ticks.pack import SEPARATOR
from ticks.selection import ALL, Selection, loads

GZIP_FROM = 1024
"""Messages of so many bytes or more are sent as binary frames of one gzip member."""
_BETWEEN, _END = Segment.stored(SEPARATOR), Segment.stored(b"]}")
_INT64, _UINT64 = -(2**63), 2**64 - 1

Frame = str | bytes
Format = Literal["json", "msgpack"]
Compression = Literal["gzip", "none"]


class Unreadable(ValueError):
    """What a client said is no message; says why."""


@dataclass(frozen=True, slots=True)
class Packing:
    """As text below `GZIP_FROM` bytes where the format is JSON; otherwise binary."""

    format: Format = "json"
    compression: Compression = "gzip"

    def message(self, message: Mapping[str, Any], **records: bytes | None) -> Frame:
        """The frame of a message; `records` are lines of JSON that come in as they are."""
        if self.format == "msgpack":
            values = {key: loads(line) if line is not None else None for key, line in records.items()}
            return self._packed({**message, **values})
        return self._framed(_with(dump(message), records))

    def ticks(self, batch: Batch, selection: Selection) -> Frame:
        """The `ticks` message of what is selected of a batch."""
        if selection == ALL and (self.format, self.compression) == ("json", "gzip") and batch.raw_bytes >= GZIP_FROM:
            segments = batch.segments
            if segments:
                return composed(batch, segments)
        records = selection.records(batch)
        if self.format == "json":
            return self._framed(ticks_message(batch, records))
        head = {"type": "ticks", "prev_t": batch.prev_t, "first_t": batch.first_t, "last_t": batch.last_t}
        stamp = {} if batch.received_ts is None else {"received_ts": round(batch.received_ts, 6)}
        return self._packed({**head, **stamp, "ticks": list(map(loads, records))})

    def read(self, said: Frame) -> Any:
        """The value of what a client said. Raises `Unreadable`."""
        try:
            if isinstance(said, str):
                return orjson.loads(said)
            if self.format == "msgpack":
                return msgpack.unpackb(said)
        except (ValueError, msgpack.UnpackException, RecursionError) as error:
            why = str(error) or type(error).__name__
            raise Unreadable(f"not {'JSON' if isinstance(said, str) else 'msgpack'}: {why}"[:200]) from None
        raise Unreadable("binary messages need format=msgpack")

    def _framed(self, message: bytes) -> Frame:
        return frame(message) if self.compression == "gzip" else message.decode()

    def _packed(self, message: Mapping[str, Any]) -> bytes:
        packed = _pack(message)
        return gzipped(packed) if self.compression == "gzip" and len(packed) >= GZIP_FROM else packed


JSON = Packing()


def frame(message: bytes) -> Frame:
    """Text below `GZIP_FROM` bytes; from there one gzip member."""
    return message.decode() if len(message) < GZIP_FROM else gzipped(message)


def composed(batch: Batch, segments: Sequence[Segment]) -> bytes:
    """The `ticks` message of a batch, as a gzip member in which its records are as they came."""
    parts = [Segment.stored(_head(batch)), segments[0]]
    for segment in segments[1:]:
        parts += (_BETWEEN, segment)
    return member((*parts, _END))


def ticks_message(batch: Batch, records: Sequence[bytes]) -> bytes:
    """The `ticks` message of these lines of a batch, as JSON."""
    return b"%b%b]}" % (_head(batch), b",".join(records))


def _head(batch: Batch) -> bytes:
    """The message up to its first record."""
    return b'{"type":"ticks","prev_t":%d,"first_t":%d,"last_t":%d%b,"ticks":[' % (
        batch.prev_t,
        batch.first_t,
        batch.last_t,
        b"" if batch.received_ts is None else b',"received_ts":%.6f' % batch.received_ts,
    )


def dump(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _with(message: bytes, records: Mapping[str, bytes | None]) -> bytes:
    """An object with more members, at least one before them."""
    parts = [b',"%b":%b' % (key.encode(), line or b"null") for key, line in records.items()]
    return b"%b%b}" % (message[:-1], b"".join(parts)) if parts else message


def _pack(value: Any) -> bytes:
    try:
        packed: bytes = msgpack.packb(value)
    except OverflowError:
        packed = msgpack.packb(_floats(value))
    return packed


def _floats(value: Any) -> Any:
    """Integers that msgpack has no form for become floats, as they do in JavaScript."""
    if isinstance(value, dict):
        return {key: _floats(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_floats(one) for one in value]
    if isinstance(value, int) and not _INT64 <= value <= _UINT64:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value
