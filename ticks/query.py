"""The query of a reader, the same on every transport: which stream, and where to begin. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import parse_qsl

from ticks.cursor import EPOCH, STREAM
from ticks.tick import MAX_T

PARAMETERS = ("stream", "from_t", "epoch", "from_ts", "slow")

Slow = Literal["close", "skip"]


class BadRequest(ValueError):
    """A query that cannot be served; the message names the parameter and what is allowed."""


@dataclass(frozen=True, slots=True)
class Query:
    """Where a reader wants to begin: at the newest tick where all but `stream` is None.

    `from_t` −1 is the oldest that is kept; `from_ts` is UNIX seconds, or seconds ago where negative. `slow`
    is what becomes of a reader who was at the newest tick and fell behind what is in memory: `skip` takes it
    back there and tells what it misses; `close` misses nothing, and only ends who takes nothing at all.
    """

    stream: str = "main"
    from_t: int | None = None
    epoch: str | None = None
    from_ts: float | None = None
    slow: Slow = "close"


def parse_query(query: str) -> Query:
    """Read the query string of a connection; raises `BadRequest`."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in PARAMETERS:
            raise BadRequest(f"unknown parameter {name!r}: allowed are {', '.join(PARAMETERS)}")
        if name in given:
            raise BadRequest(f"{name} is given twice")
        given[name] = value
    stream = given.get("stream", "main")
    if not STREAM.fullmatch(stream):
        raise BadRequest(f"stream={stream!r} is no stream's name: a-z, 0-9, '_', '.', '-', at most 64")
    epoch = given.get("epoch")
    if epoch is not None and not EPOCH.fullmatch(epoch):
        raise BadRequest(f"epoch={epoch!r} is no epoch's name: 13 characters a-z, 0-9")
    if "from_t" in given and "from_ts" in given:
        raise BadRequest("from_t and from_ts exclude each other")
    if epoch is not None and "from_t" not in given:
        raise BadRequest("epoch needs from_t beside it")
    slow = given.get("slow", "close")
    if slow not in ("close", "skip"):
        raise BadRequest(f"slow={slow!r} is neither close nor skip")
    return Query(stream, _from_t(given.get("from_t")), epoch, _from_ts(given.get("from_ts")), cast(Slow, slow))


def _from_t(value: str | None) -> int | None:
    if value is None:
        return None
    if value == "-1" or (value.isascii() and value.isdigit() and len(value) <= 16 and int(value) <= MAX_T):
        return int(value)
    raise BadRequest(f"from_t={value!r} is neither -1 (all that is kept) nor a whole number up to {MAX_T}")


def _from_ts(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise BadRequest(f"from_ts={value!r} is no number of seconds (UNIX time, or negative: seconds ago)")
    return seconds
