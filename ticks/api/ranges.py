"""Byte ranges (RFC 9110, section 14). Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

_ONE = re.compile(r"bytes[ \t]*=[ \t]*(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))[ \t]*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """Nothing of the file lies in the range."""


class Part(NamedTuple):
    """Of a file of `size` bytes those from `start` up to `end`, which is not in."""

    start: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def part_of(header: str, size: int) -> Part | None:
    """What a `Range` asks for; None where that is no range, or several, and so the whole is to be given.

    Raises `Unsatisfiable`.
    """
    asked = _ONE.fullmatch(header)
    if asked is None:
        return None
    first, last, most = asked[1], asked[2], asked[3]
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(most))
    end = min(size, int(last) + 1) if last else size
    if start >= end:
        raise Unsatisfiable
    return Part(start, end, size)
