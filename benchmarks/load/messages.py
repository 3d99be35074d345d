"""What a message of a server says, whatever it came in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

TICK = re.compile(rb'\{"t":(\d+),"ts":(-?\d+(?:\.\d+)?)')
KEPT = 64
"""Messages that differ from those of others are often the same for some."""


class Ticks(NamedTuple):
    """The ticks of a message; `prev_t` is None where it names none, and `epoch` empty."""

    prev_t: int | None
    t: list[int]
    ts: list[float]
    epoch: str = ""


class Other(NamedTuple):
    """Any other message."""

    kind: str
    fields: dict[str, Any]


Message = Ticks | Other
Read = Callable[[bytes], Message]


def listed(text: bytes, prev_t: int | None = None, epoch: str = "") -> Ticks:
    """Those of one text. Raises `ValueError` where they do not rise."""
    ticks = TICK.findall(text)
    t = [int(number) for number, _ in ticks]
    if not all(map(int.__lt__, t, t[1:])):
        raise ValueError(f"{t} do not rise")
    return Ticks(prev_t, t, [float(ts) for _, ts in ticks], epoch)
