"""What may be asked of `/poll`, `/incremental` and `/range`. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ticks.query import BadRequest, given_in, place, selection_in, stream_in, whole_in
from ticks.selection import Selection
from ticks.tick import MAX_T

_COMMON = ("stream", "epoch", "fields", "downsample", "limit", "link")
POLL = ("last_t", "timeout", *_COMMON)
INCREMENTAL = ("from_t", *_COMMON)
RANGE = ("t0", "t1", *_COMMON)
"""The parameters of each."""
MAX_PAGE = 10_000
PAGE = 1000
MAX_RANGE = 10_000_000
MAX_WAIT_S = 60.0
WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class After:
    """Up to `limit` ticks after `t` of an epoch, the present one where that is None; `t` −1: all that is kept."""

    stream: str
    epoch: str | None
    t: int
    selection: Selection
    limit: int


@dataclass(frozen=True, slots=True)
class Between:
    """The ticks of an epoch from `t0` through `t1`, through the newest where that is None."""

    stream: str
    epoch: str | None
    t0: int
    t1: int | None
    selection: Selection
    limit: int | None


def parse_poll(query: str) -> tuple[After, float]:
    """Of `/poll`, and for how many seconds it waits at most. Raises `BadRequest`."""
    given = given_in(query, POLL)
    return _after(given, "last_t"), _timeout(given)


def parse_incremental(query: str) -> After:
    """Of `/incremental`. Raises `BadRequest`."""
    return _after(given_in(query, INCREMENTAL), "from_t")


def parse_range(query: str) -> Between:
    """Of `/range`. Raises `BadRequest`."""
    given = given_in(query, RANGE)
    allowed = f"not a whole number from 0 to {MAX_T}"
    t0 = _whole(given, "t0", 0, MAX_T, allowed) or 0
    t1 = _whole(given, "t1", 0, MAX_T, allowed)
    if t1 is not None and t0 > t1:
        raise BadRequest(f"t0={t0} is behind t1={t1}: the range is from t0 through t1")
    limit = _whole(given, "limit", 1, MAX_RANGE, f"not a whole number from 1 to {MAX_RANGE}")
    return Between(stream_in(given), _epoch(given), t0, t1, selection_in(given), limit)


def _after(given: Mapping[str, str], name: str) -> After:
    t = _whole(given, name, -1, MAX_T, f"neither -1 (all that is kept) nor a whole number up to {MAX_T}")
    limit = _whole(given, "limit", 1, MAX_PAGE, f"not a whole number from 1 to {MAX_PAGE}")
    return After(stream_in(given), _epoch(given), t or 0, selection_in(given), PAGE if limit is None else limit)


def _epoch(given: Mapping[str, str]) -> str | None:
    _, epoch, _ = place(0, given.get("epoch"), None)
    return epoch


def _whole(given: Mapping[str, str], name: str, least: int, most: int, otherwise: str) -> int | None:
    number = whole_in(given, name, otherwise)
    if number is not None and not least <= number <= most:
        raise BadRequest(f"{name}={number} is {otherwise}")
    return number


def _timeout(given: Mapping[str, str]) -> float:
    value = given.get("timeout")
    if value is None:
        return WAIT_S
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= MAX_WAIT_S:
        raise BadRequest(f"timeout={value[:80]!r} is no number of seconds from 0 to {MAX_WAIT_S:g}")
    return seconds
