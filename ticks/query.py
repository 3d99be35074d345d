"""The query of a reader, the same on every transport: which stream, where to begin, what of it and how. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl

import orjson

from ticks.cursor import EPOCH, STREAM
from ticks.packing import JSON, Compression, Format, Packing
from ticks.selection import ALL, Selection, select
from ticks.tick import MAX_T

PARAMETERS = (
    *("stream", "from_t", "epoch", "from_ts", "fields", "downsample"),
    *("batch_ms", "batch_n", "format", "compression", "slow", "link"),
)
BATCH_MS = (0, 50, 100, 250, 1000)
MAX_BATCH_N = 1000

Slow = Literal["close", "skip"]


class BadRequest(ValueError):
    """A query that cannot be served; the message names the parameter and what is allowed."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """How ticks become batches: of `ms` milliseconds or `n` ticks, whichever is first; of what comes, if both are 0."""

    ms: int = 0
    n: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """Where a reader wants to begin: at the newest tick where `from_t`, `epoch` and `from_ts` are None.

    `from_t` −1 is the oldest that is kept; `from_ts` is UNIX seconds, or seconds ago where negative. `slow`
    is what becomes of a reader who was at the newest tick and fell behind what is in memory: `skip` takes it
    back there and tells what it misses; `close` misses nothing, and only ends who takes nothing at all.
    """

    stream: str = "main"
    from_t: int | None = None
    epoch: str | None = None
    from_ts: float | None = None
    slow: Slow = "close"
    selection: Selection = ALL
    gathering: Gathering = Gathering()
    packing: Packing = JSON


def parse_query(query: str, *, plain: bool = False, parameters: Sequence[str] = PARAMETERS) -> Query:
    """Read the query string of a connection; raises `BadRequest`. `plain`: the records are sent as they are."""
    given = given_in(query, parameters)
    stream = stream_in(given)
    from_t, epoch, from_ts = place(
        whole_in(given, "from_t", f"neither -1 (all that is kept) nor a whole number up to {MAX_T}"),
        given.get("epoch"),
        _seconds(given, "from_ts"),
    )
    for name, value in (("format", "msgpack"), ("compression", "gzip")):
        if plain and given.get(name) == value:
            raise BadRequest(f"{name}={value} needs the subprotocol ticks.v1")
    return Query(
        stream,
        from_t,
        epoch,
        from_ts,
        cast(Slow, _one_of(given, "slow", get_args(Slow))),
        selection_in(given),
        _gathering(given),
        Packing(
            cast(Format, _one_of(given, "format", get_args(Format))),
            cast(Compression, _one_of(given, "compression", get_args(Compression))),
        ),
    )


def place(from_t: int | None, epoch: str | None, from_ts: float | None) -> tuple[int | None, str | None, float | None]:
    """Where to begin, checked; raises `BadRequest`. An empty epoch is none: a client may not have learnt it yet."""
    epoch = epoch or None
    if from_t is not None and not -1 <= from_t <= MAX_T:
        raise BadRequest(f"from_t={from_t} is neither -1 (all that is kept) nor a whole number up to {MAX_T}")
    if epoch is not None and not EPOCH.fullmatch(epoch):
        raise BadRequest(f"epoch={epoch[:80]!r} is no epoch's name: 13 characters a-z, 0-9")
    if from_ts is not None and not math.isfinite(from_ts):
        raise BadRequest(f"from_ts={from_ts} is no number of seconds (UNIX time, or negative: seconds ago)")
    if from_t is not None and from_ts is not None:
        raise BadRequest("from_t and from_ts exclude each other")
    if epoch is not None and from_t is None:
        raise BadRequest("epoch needs from_t beside it")
    return from_t, epoch, from_ts


def selection(fields: Sequence[str] | None, downsample: int | None) -> Selection:
    """What is selected, checked; raises `BadRequest`."""
    try:
        return select(fields, 1 if downsample is None else downsample)
    except ValueError as error:
        raise BadRequest(str(error)) from None


def given_in(query: str, parameters: Sequence[str]) -> dict[str, str]:
    """What a query string gives, by name; raises `BadRequest` where it gives anything else than these, or one twice."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in parameters:
            raise BadRequest(f"unknown parameter {name[:80]!r}: allowed are {', '.join(parameters)}")
        if name in given:
            raise BadRequest(f"{name} is given twice")
        given[name] = value
    return given


def stream_in(given: Mapping[str, str]) -> str:
    stream = given.get("stream", "main")
    if not STREAM.fullmatch(stream):
        raise BadRequest(f"stream={stream[:80]!r} is no stream's name: a-z, 0-9, '_', '.', '-', at most 64")
    return stream


def selection_in(given: Mapping[str, str]) -> Selection:
    fields = paths(given["fields"]) if "fields" in given else None
    return selection(fields, whole_in(given, "downsample", "not a whole number"))


def _gathering(given: Mapping[str, str]) -> Gathering:
    ms = int(_one_of(given, "batch_ms", [str(one) for one in BATCH_MS]))
    n = whole_in(given, "batch_n", "not a whole number")
    if n is not None and not 1 <= n <= MAX_BATCH_N:
        raise BadRequest(f"batch_n={n} is not a whole number from 1 to {MAX_BATCH_N}")
    return Gathering(ms, n or 0)


def paths(text: str) -> list[str]:
    """Those of a text, with commas between, or in a JSON list as keys may have commas; none are in an empty one."""
    if text.startswith("["):
        with suppress(orjson.JSONDecodeError):
            found = orjson.loads(text)
            if all(isinstance(path, str) for path in found):
                return cast(list[str], found)
    return text.split(",") if text else []


def _one_of(given: Mapping[str, str], name: str, allowed: Sequence[str]) -> str:
    """The first one, where the parameter is absent."""
    value = given.get(name, allowed[0])
    if value not in allowed:
        raise BadRequest(f"{name}={value[:80]!r} is none of {', '.join(allowed)}")
    return value


def whole_in(given: Mapping[str, str], name: str, otherwise: str) -> int | None:
    """A whole number, perhaps a negative one; None where the parameter is absent."""
    value = given.get(name)
    if value is None:
        return None
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 16):
        raise BadRequest(f"{name}={value[:80]!r} is {otherwise}")
    return int(value)


def _seconds(given: Mapping[str, str], name: str) -> float | None:
    try:
        return float(given[name]) if name in given else None
    except ValueError:
        raise BadRequest(
            f"{name}={given[name][:80]!r} is no number of seconds (UNIX time, or negative: seconds ago)"
        ) from None
