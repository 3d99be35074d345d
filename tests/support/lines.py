"""Lines of ticks, as a writer makes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticks.tick import draft, line


def encode(record: Mapping[str, Any], t: int, ts: float) -> bytes:
    """The line of a record that was made at `ts` and is given this `t`."""
    return line(draft(record, ts, ts), t)
