"""Ticks taken apart: the values at their leaves, and the dotted paths that lead there. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import orjson

T, TS = "t", "ts"

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG = b"0" * 19
"""An integer of so many digits may have more than 64 bits."""
_RUNS = re.compile(r"([0-9]+)")


class Damaged(ValueError):
    """A line is no tick."""


BROKEN = (Damaged, RecursionError, orjson.JSONEncodeError)
"""A line can be nested deeper than any tick is."""


def paths_of(lines: Iterable[bytes]) -> list[str]:
    """Those of all leaves in these ticks but `t` and `ts`, ordered."""
    found = set[str]()
    for line in lines:
        with suppress(*BROKEN):
            found.update([path for key, value in parse(line).items() for path, _ in leaves(value, key)])
    return ordered(found - {T, TS})


def ordered(paths: Iterable[str]) -> list[str]:
    """What lies in the same stands together, and runs of digits count as numbers: `a.2.x`, `a.10.x`, `b`."""
    return sorted(set(paths), key=lambda path: ([_natural(part) for part in path.split(".")], path))


def _natural(part: str) -> list[tuple[int, str]]:
    """Texts and digits take turns, and of digits the shorter are less."""
    runs = (run.lstrip("0") if at % 2 else run for at, run in enumerate(_RUNS.split(part)))
    return [(len(run) if at % 2 else 0, run) for at, run in enumerate(runs)]


def parse(line: bytes) -> dict[str, Any]:
    """A record; where it may have a number that is not held exactly, with each number as it is written.

    Raises `Damaged`.
    """
    record: Any = None
    with suppress(orjson.JSONDecodeError):  # such as for a number beyond all floats
        record = orjson.loads(line) if _LONG not in line.translate(_DIGITS) else None
    if record is None:
        record = _parse_exactly(line)
    if type(record) is not dict:
        raise Damaged
    return record


def _parse_exactly(line: bytes) -> Any:
    try:
        record = json.loads(line, parse_int=_as_is, parse_float=_as_is, parse_constant=_no_number)
        orjson.dumps(record)
    except (ValueError, TypeError, RecursionError):
        raise Damaged from None
    return record


def _as_is(number: str) -> orjson.Fragment:
    return orjson.Fragment(number.encode())


def _no_number(name: str) -> None:
    raise ValueError(name)


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if value and type(value) is dict:
        for key, one in value.items():
            yield from leaves(one, f"{path}.{key}")
    elif value and type(value) is list:
        for key, one in indexed(value):
            yield from leaves(one, f"{path}.{key}")
    else:
        yield path, value


def indexed(items: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    return zip(map(str, range(len(items))), items, strict=True)
