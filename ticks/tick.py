"""A tick: one JSON object with `t` and `ts` first, kept as the bytes of its line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_T = 2**53 - 1
"""The largest `t`: the last integer that JavaScript counts exactly."""
MAX_BYTES = 1 << 20
"""The largest tick, in bytes of its line without the newline."""
MAX_DEPTH = 64
"""How deep objects and arrays may be nested, the record itself being 1."""

HEAD = re.compile(rb'\{"t":(\d{1,16}),"ts":(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)[,}]')


class TickError(ValueError):
    """A record that cannot be a tick; the message says why."""


class Head(NamedTuple):
    """What every tick begins with: its number and the UNIX time in seconds at which it was made."""

    t: int
    ts: float


def encode(record: Mapping[str, Any], t: int, ts: float) -> bytes:
    """The line of a tick, without its newline.

    `t` and `ts` (UNIX seconds, kept to the microsecond) replace keys of that name in the record.

    Raises `TickError` for what JSON has no form for (NaN, bytes, a lone surrogate), for a `t` outside
    0…`MAX_T`, a `ts` that is not finite, more than `MAX_BYTES` or nesting deeper than `MAX_DEPTH`.
    """
    if not isinstance(record, Mapping):
        raise TickError(f"a tick is an object, not {type(record).__name__}")
    if not 0 <= t <= MAX_T:
        raise TickError(f"t={t} is outside 0…{MAX_T}")
    ts = _time(ts)
    body = {key: value for key, value in record.items() if key not in ("t", "ts")}
    try:
        text = json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        encoded = text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise TickError(f"not JSON: {error}") from None
    if encoded.count(b"{") + encoded.count(b"[") > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise TickError(f"nested deeper than {MAX_DEPTH}")
    line = b'{"t":%d,"ts":%s%s%s' % (t, repr(round(ts, 6)).encode(), b"," if body else b"", encoded[1:])
    if len(line) > MAX_BYTES:
        raise TickError(f"{len(line)} bytes are more than {MAX_BYTES}")
    return line


def head(line: bytes) -> Head:
    """`t` and `ts` of a tick's line, without parsing the rest; `TickError` where it begins otherwise."""
    match = HEAD.match(line)
    if match is None:
        raise TickError(f"no tick begins with {line[:40]!r}")
    return Head(int(match[1]), float(match[2]))


def _time(ts: object) -> float:
    try:
        seconds = float(ts)  # type: ignore[arg-type]  # what it can't take, it says
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if isinstance(ts, str) or not math.isfinite(seconds):
        raise TickError(f"ts={ts!r} is no time in seconds")
    return seconds


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [child for parent in level for child in _nested(parent)]
    return deepest


def _nested(value: object) -> list[object]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [child for child in children if isinstance(child, dict | list | tuple)]
