"""What a client of `ticks.v1` asks for: its messages, checked. Pure."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ticks.pacing import MAX_SPEED, MIN_SPEED
from ticks.query import BadRequest, paths, place, selection
from ticks.selection import MAX_DOWNSAMPLE, Selection
from ticks.tick import MAX_T


class BadMessage(ValueError):
    """A message that says nothing; names the key, its value and what is allowed."""


class UnknownMessage(BadMessage):
    """Its `type` is none of ours."""


class Place(NamedTuple):
    """Where to begin; see `Query`."""

    from_t: int | None = None
    epoch: str | None = None
    from_ts: float | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    t: int
    epoch: str | None


@dataclass(frozen=True, slots=True)
class Ping:
    t0: int | float


@dataclass(frozen=True, slots=True)
class Subscribe:
    selection: Selection
    place: Place | None
    """None: where it is."""


@dataclass(frozen=True, slots=True)
class Replay:
    place: Place
    speed: float


class Pause(NamedTuple):
    pass


class Resume(NamedTuple):
    pass


Asked = Ack | Ping | Subscribe | Replay | Pause | Resume


def read(message: Any) -> Asked:
    """What a message asks for. Raises `BadMessage`."""
    if not isinstance(message, Mapping) or not isinstance(message.get("type"), str):
        raise BadMessage("a message is an object with a type")
    known = _KINDS.get(message["type"])
    if known is None:
        raise UnknownMessage(f"type={message['type'][:80]!r} is none of {', '.join(_KINDS)}")
    keys, make = known
    for key in message:
        if key not in ("type", *keys):
            raise BadMessage(f"{message['type']} has no {str(key)[:80]!r}: allowed are {', '.join(keys) or 'none'}")
    try:
        return make(message)
    except BadRequest as error:
        raise BadMessage(str(error)) from None


def _ack(message: Mapping[str, Any]) -> Ack:
    t, epoch = _whole(message, "t", 0, MAX_T), _text(message, "epoch")
    if t is None:
        raise BadMessage("ack needs t")
    place(t, epoch, None)
    return Ack(t, epoch)


def _ping(message: Mapping[str, Any]) -> Ping:
    t0 = _number(message, "t0")
    if t0 is None:
        raise BadMessage("ping needs t0")
    return Ping(t0)


def _subscribe(message: Mapping[str, Any]) -> Subscribe:
    selected = selection(_fields(message), _whole(message, "downsample", 1, MAX_DOWNSAMPLE))
    where = _place(message)
    return Subscribe(selected, where if where != Place() else None)


def _replay(message: Mapping[str, Any]) -> Replay:
    where, speed = _place(message), _number(message, "speed")
    if where == Place():
        raise BadMessage("replay needs from_t or from_ts")
    if speed is not None and not MIN_SPEED <= speed <= MAX_SPEED:
        raise BadMessage(f"speed={speed} is no number from {MIN_SPEED:g} to {MAX_SPEED:g}")
    return Replay(where, 1.0 if speed is None else float(speed))


def _place(message: Mapping[str, Any]) -> Place:
    from_ts = _number(message, "from_ts")
    from_t = _whole(message, "from_t", -1, MAX_T)
    return Place(*place(from_t, _text(message, "epoch"), None if from_ts is None else float(from_ts)))


def _fields(message: Mapping[str, Any]) -> Sequence[str] | None:
    """A list of paths, or the text of one as in a query."""
    fields = message.get("fields")
    if isinstance(fields, str):
        return paths(fields)
    if fields is None or (isinstance(fields, list) and all(isinstance(one, str) for one in fields)):
        return fields
    raise BadMessage("fields is neither a list of dotted paths, nor a text of them as in a query, nor null")


def _whole(message: Mapping[str, Any], key: str, least: int, most: int) -> int | None:
    value = message.get(key)
    if value is None or (type(value) is int and least <= value <= most):
        return value
    raise BadMessage(f"{key}={_shown(value)} is no whole number from {least} to {most}")


def _number(message: Mapping[str, Any], key: str) -> int | float | None:
    value = message.get(key)
    if value is None or (type(value) in (int, float) and math.isfinite(value)):
        return value
    raise BadMessage(f"{key}={_shown(value)} is no number")


def _text(message: Mapping[str, Any], key: str) -> str | None:
    value = message.get(key)
    if value is None or isinstance(value, str):
        return value
    raise BadMessage(f"{key}={_shown(value)} is no text")


def _shown(value: Any) -> str:
    return reprlib.repr(value)[:80]


_KINDS: Mapping[str, tuple[Sequence[str], Callable[[Mapping[str, Any]], Asked]]] = {
    "ack": (("t", "epoch"), _ack),
    "ping": (("t0",), _ping),
    "subscribe": (("fields", "downsample", "from_t", "epoch", "from_ts"), _subscribe),
    "pause": ((), lambda message: Pause()),
    "resume": ((), lambda message: Resume()),
    "replay": (("from_t", "epoch", "from_ts", "speed"), _replay),
}
MESSAGES: Mapping[str, Sequence[str]] = {type: keys for type, (keys, _) in _KINDS.items()}
"""What a client may say, and the keys that it may have."""
