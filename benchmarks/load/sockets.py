"""The two dialects of the WebSocket; a peer's messages are read by the same."""

from __future__ import annotations

import json
import re
import zlib
from functools import lru_cache

from benchmarks.load.messages import KEPT, TICK, Message, Other, Ticks, listed

NUMBERS = tuple(re.compile(rb'"%s":(-?\d+)' % name) for name in (b"prev_t", b"first_t", b"last_t"))
TICKS = b'{"type":"ticks"'
HEAD_BYTES = 200


def read_plain(payload: bytes) -> Message:
    """A record, or an object without `t`."""
    found = TICK.match(payload)
    if found is not None:
        return Ticks(None, [int(found[1])], [float(found[2])])
    fields = json.loads(payload)
    return Other(next(iter(fields)), fields)


@lru_cache(KEPT)
def read_v1(payload: bytes) -> Message:
    """A message of `ticks.v1`. Raises `ValueError` for ticks that are not those that it announces."""
    text = zlib.decompress(payload, 31) if payload.startswith(b"\x1f\x8b") else payload
    if not text.startswith(TICKS):
        fields = json.loads(text)
        return Other(fields["type"], fields)
    prev_t, first_t, last_t = (int(found[1]) for number in NUMBERS if (found := number.search(text, 0, HEAD_BYTES)))
    ticks = listed(text, prev_t)
    if not (prev_t < first_t == ticks.t[0] and ticks.t[-1] == last_t):
        raise ValueError(f"{text[:HEAD_BYTES]!r} announces other ticks than {ticks.t}")
    return ticks
