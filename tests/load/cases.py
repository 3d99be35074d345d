"""Frames, events and answers as a server sends them, and what subscribers make of them."""

from __future__ import annotations

import gzip
import itertools
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.load import wire
from benchmarks.load.loop import Loop
from benchmarks.load.results import Window, results

LATE_S = 0.25
URL = "ws://127.0.0.1:1/ws/stream"
EPOCH = "0123456789abc"


def record(t: int) -> bytes:
    """It was made at the second `t`."""
    return b'{"t":%d,"ts":%d.5,"agents":[%s]}' % (t, t, b"1," * 300 + b"1")


def plain(*ts: int) -> bytes:
    return b"".join(wire.frame(wire.TEXT, record(t)) for t in ts)


def v1(prev_t: int, *ts: int) -> bytes:
    head = b'{"type":"ticks","prev_t":%d,"first_t":%d,"last_t":%d,"ticks":[' % (prev_t, ts[0], ts[-1])
    message = head + b",".join(map(record, ts)) + b"]}"
    return wire.frame(wire.BINARY, gzip.compress(message, mtime=0))


def told(kind: bytes, rest: bytes) -> bytes:
    """A message of `ticks.v1` without ticks."""
    return wire.frame(wire.TEXT, b'{"type":"%s",%s}' % (kind, rest))


def hello(t: int) -> bytes:
    return told(b"hello", b'"cursor":{"epoch":"e","t":%d}' % t)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def sse(*ts: int, ids: Sequence[int] = ()) -> bytes:
    """With other ids than those of the ticks, if given."""
    pairs = zip(ids or ts, ts, strict=True)
    return chunk(b"".join(b"id: %b:%d\ndata: %b\n\n" % (EPOCH.encode(), at, record(t)) for at, t in pairs))


def greeting(t: int) -> bytes:
    """The first event."""
    said = b'event: hello\nid: %b:%d\ndata: {"type":"hello","cursor":{"epoch":"%b","t":%d}}\n\n'
    return chunk(b"retry: 700\n" + said % (EPOCH.encode(), t, EPOCH.encode(), t))


def nchan(*ts: int) -> bytes:
    return b"".join(b"id: 1700000000:%d\ndata: %b\n\n" % (t - 1, record(t)) for t in ts)


def lines(*ts: int) -> bytes:
    return b"".join(record(t) + b"\n" for t in ts)


def deflated(text: bytes) -> bytes:
    """A chunk of it, to be read by itself."""
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return chunk(made.compress(text) + made.flush(zlib.Z_FULL_FLUSH))


def answer(*ts: int, **more: object) -> bytes:
    """One to a poll."""
    ticks = [json.loads(record(t)) for t in ts]
    last = {"t": ts[-1], "data": ticks[-1], "next_t": ts[-1]} if ts else {"status": "timeout", "next_t": 1}
    body = json.dumps({**last, "ticks": ticks, "epoch": EPOCH, "gaps": [], **more}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nServer: x\r\n\r\n%b" % (len(body), body)


class Crowd:
    """Subscribers without a network; each piece comes `LATE_S` after the second that it is given with."""

    def __init__(self, dialect: str, count: int) -> None:
        self.loop = Loop(URL, dialect, count)

    def take(self, number: int, second: int, *pieces: bytes) -> bytes:
        """All answers."""
        subscriber = self.loop.subscribers[number]
        return b"".join(subscriber.take(memoryview(piece), second + 0.5 + LATE_S) for piece in pieces)

    def results(self, begin: float = 0.0, end: float = 1e9) -> dict[str, Any]:
        return results(self.loop, Window(begin, end))


def cut(data: bytes, places: Iterable[int]) -> Sequence[bytes]:
    """In pieces, at these places where they are within it."""
    bounds = [0, *sorted({place % len(data) for place in places} - {0}), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(bounds)]
