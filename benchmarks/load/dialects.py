"""What a message says, in the two dialects of the stream; a peer's messages are read by the same."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

TICK = re.compile(rb'\{"t":(\d+),"ts":(-?\d+(?:\.\d+)?)')
NUMBERS = tuple(re.compile(rb'"%s":(-?\d+)' % name) for name in (b"prev_t", b"first_t", b"last_t"))
TICKS = b'{"type":"ticks"'
HEAD_BYTES = 200
KEPT = 64
"""Messages that differ from those of others are often the same for some."""


class Ticks(NamedTuple):
    """The ticks of a message; `prev_t` is None in plain mode, which names none."""

    prev_t: int | None
    t: list[int]
    ts: list[float]


class Other(NamedTuple):
    """Any other message."""

    kind: str
    fields: dict[str, Any]


Message = Ticks | Other
Read = Callable[[bytes], Message]


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
    ticks = TICK.findall(text)
    t = [int(number) for number, _ in ticks]
    if not (prev_t < first_t == t[0] and t[-1] == last_t and all(map(int.__lt__, t, t[1:]))):
        raise ValueError(f"{text[:HEAD_BYTES]!r} announces other ticks than {t}")
    return Ticks(prev_t, t, [float(ts) for _, ts in ticks])


READERS: dict[str, Read] = {"plain": read_plain, "v1": read_v1}
SUBPROTOCOLS = {"plain": "", "v1": "ticks.v1"}
