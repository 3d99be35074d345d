"""A tick: one JSON object with `t` and `ts` first, kept as the bytes of its line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

MAX_T = 2**53 - 1
"""The largest `t`: the last integer that JavaScript counts exactly."""
MAX_BYTES = 1 << 20
"""The largest tick, in bytes of its line without the newline."""
MAX_DEPTH = 64
"""How deep objects and arrays may be nested, the record itself being 1."""

HEAD = re.compile(rb'\{"t":(\d{1,16}),"ts":(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)[,}]')


_ONLY_JSON = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_NESTED = (dict, list, tuple)


class TickError(ValueError):
    """A record that cannot be a tick; the message says why."""


class Head(NamedTuple):
    """What every tick begins with: its number and the UNIX time in seconds at which it was made."""

    t: int
    ts: float


class Draft(NamedTuple):
    """A record that is encoded, all but its number."""

    t: int | None
    """The record's own number, if it has one."""
    ts: float
    rest: bytes
    """The line behind the number."""


def draft(record: Mapping[str, Any], ts: float | None, now: float) -> Draft:
    """Encode a record. It was made at `ts` (UNIX seconds, kept to the microsecond), else at its own, else `now`.

    Raises `TickError` for what JSON has no form for (NaN, bytes, a lone surrogate), for a `t` that is no
    integer in 0…`MAX_T`, a `ts` that is not finite, and nesting deeper than `MAX_DEPTH`.
    """
    if not isinstance(record, Mapping):
        raise TickError(f"a tick is an object, not {type(record).__name__}")
    if "t" not in record and "ts" not in record:
        return _draft(None, now if ts is None else ts, record)
    t = record.get("t", 1)
    if type(t) is not int or not 0 <= t <= MAX_T:
        raise TickError(f"t={t!r:.40} is no whole number from 0 to {MAX_T}")
    body = {key: value for key, value in record.items() if key not in ("t", "ts")}
    return _draft(t if "t" in record else None, record.get("ts", now) if ts is None else ts, body)


def line(draft: Draft, t: int) -> bytes:
    """The line of a tick, without its newline. Raises `TickError` where it has more than `MAX_BYTES`."""
    made = b'{"t":%d%s' % (t, draft.rest)
    if len(made) > MAX_BYTES:
        raise TickError(f"{len(made)} bytes are more than {MAX_BYTES}")
    return made


def head(line: bytes) -> Head:
    """`t` and `ts` of a tick's line, without parsing the rest; `TickError` where it begins otherwise."""
    match = HEAD.match(line)
    if match is None:
        raise TickError(f"no tick begins with {line[:40]!r}")
    return Head(int(match[1]), float(match[2]))


def _draft(t: int | None, ts: object, body: Mapping[str, Any]) -> Draft:
    encoded = _json(body)
    if encoded.count(b"{") + encoded.count(b"[") > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise TickError(f"nested deeper than {MAX_DEPTH}")
    seconds = round(_time(ts), 6)
    return Draft(t, seconds, b',"ts":%s%s%s' % (repr(seconds).encode(), b"," if body else b"", encoded[1:]))


def _json(body: Mapping[str, Any]) -> bytes:
    """By orjson, ten times as fast; what it can't do (integers over 64 bits, keys that are numbers) by `json`."""
    try:
        encoded = orjson.dumps(body, option=_ONLY_JSON)
    except TypeError:
        return _slow_json(body)
    if b"null" in encoded and _has_nan(body):  # which orjson writes as null
        raise TickError("not JSON: NaN and infinite numbers have no form")
    return encoded


def _slow_json(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(dict(body), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise TickError(f"not JSON: {error}") from None


def _time(ts: object) -> float:
    try:
        seconds = float(ts)  # type: ignore[arg-type]  # what it can't take, it says
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if isinstance(ts, str | bool) or not math.isfinite(seconds):
        raise TickError(f"ts={ts!r:.40} is no time in seconds")
    return seconds


def _has_nan(value: object) -> bool:
    level = [value]
    while level:
        if any(isinstance(one, float) and not math.isfinite(one) for one in level):
            return True
        level = [child for parent in level for child in _children(parent)]
    return False


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [child for parent in level for child in _children(parent) if isinstance(child, _NESTED)]
    return deepest


def _children(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
