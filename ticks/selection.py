"""Which part of a stream a subscriber wants: some fields of its ticks, and every so many-th of them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ticks.batch import Batch
from ticks.tick import head

MAX_FIELDS = 100
MAX_PATH = 400
"""Characters of a field's path."""
MAX_DOWNSAMPLE = 1_000_000

_MISSING: Any = object()
_LONG_NUMBER = re.compile(rb"\d{19}")
"""In a line that has one, there may be an integer of more than 64 bits."""


@dataclass(frozen=True, slots=True)
class Selection:
    """`fields`: dotted paths, sorted, None for all. `downsample`: a tick is in when `t // downsample` is a new one."""

    fields: tuple[str, ...] | None = None
    downsample: int = 1

    def __str__(self) -> str:
        """The same for selections that are the same; empty where everything is selected."""
        if self == ALL:
            return ""
        return f"1/{self.downsample} of {'all' if self.fields is None else self.fields!r}"

    def records(self, batch: Batch) -> Sequence[bytes]:
        """The lines of a batch's ticks that are selected, with the fields that are."""
        lines = batch.records if self.downsample == 1 else list(self._every(batch))
        return lines if self.fields is None else [self.line(line) for line in lines]

    def line(self, line: bytes) -> bytes:
        """A tick with the selected fields: nested as they were, missing ones left out, `t` and `ts` always in.

        Of an array of which some items are selected, the others before them are null.
        """
        if self.fields is None:
            return line
        record = loads(line)
        picked: dict[str, Any] = {"t": record["t"], "ts": record["ts"]}
        for path in self.fields:
            _pick(record, path.split("."), picked)
        return dumps(picked)

    def has(self, path: str) -> bool:
        """Whether a field is selected, by itself or with what it lies in."""
        return self.fields is None or any(path == one or path.startswith(f"{one}.") for one in self.fields)

    def _every(self, batch: Batch) -> Iterable[bytes]:
        prev = batch.prev_t // self.downsample
        for line in batch.records:
            at = head(line).t // self.downsample
            if at != prev:
                yield line
            prev = at


ALL = Selection()


def select(fields: Iterable[str] | None, downsample: int = 1) -> Selection:
    """Without fields that lie in others. Raises `ValueError` naming what is wrong and what is allowed."""
    if not 1 <= downsample <= MAX_DOWNSAMPLE:
        raise ValueError(f"downsample={downsample} is not a whole number from 1 to {MAX_DOWNSAMPLE}")
    if fields is None:
        return Selection(None, downsample)
    paths = sorted(set(fields))
    if len(paths) > MAX_FIELDS:
        raise ValueError(f"fields has {len(paths)} paths: at most {MAX_FIELDS} are allowed")
    for path in paths:
        if not path or len(path) > MAX_PATH or "" in path.split("."):
            raise ValueError(f"fields has {path[:80]!r}, which is no dotted path of 1 to {MAX_PATH} characters")
    all_in = tuple(path for path in paths if not any(path.startswith(f"{one}.") for one in paths))
    return Selection(tuple(path for path in all_in if path not in ("t", "ts")), downsample)


def loads(line: bytes) -> Any:
    """The value of a line of JSON, integers of any size as they are."""
    return json.loads(line) if _LONG_NUMBER.search(line) else orjson.loads(line)


def dumps(value: Any) -> bytes:
    """Compact JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _pick(value: Any, parts: Sequence[str], into: Any) -> Any:
    """`into` (or something new, where that is missing) with what lies at the path; missing where nothing does.

    Keys may hold dots themselves.
    """
    if not parts:
        return value
    if isinstance(value, list):
        return _pick_item(value, parts, into)
    if isinstance(value, dict):
        for end in range(1, len(parts) + 1):
            key = ".".join(parts[:end])
            if key in value:
                here = into if isinstance(into, dict) else {}
                picked = _pick(value[key], parts[end:], here.get(key, _MISSING))
                if picked is not _MISSING:
                    here[key] = picked
                    return here
    return _MISSING


def _pick_item(items: list[Any], parts: Sequence[str], into: Any) -> Any:
    """An item by its index; or, as `length`, how many there are: an object that has it, or an array as long."""
    if list(parts) == ["length"]:
        return _as_long(into, len(items)) if isinstance(into, list) else {"length": len(items)}
    at = int(parts[0]) if parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 10 else len(items)
    if at >= len(items):
        return _MISSING
    here = into if isinstance(into, list) else _as_long([], into["length"] if isinstance(into, dict) else 0)
    picked = _pick(items[at], parts[1:], here[at] if at < len(here) and here[at] is not None else _MISSING)
    if picked is _MISSING:
        return _MISSING
    _as_long(here, at + 1)[at] = picked
    return here


def _as_long(items: list[Any], length: int) -> list[Any]:
    items.extend([None] * (length - len(items)))
    return items
