"""Closed files as a producer leaves them, made as fast as can be. Django must be set up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from ticks.archive.layout import closed_name
from ticks.producer.filing import CLOSE_BYTES, CLOSE_S
from ticks.tick import draft, line

YOUNG_S, LONGER = 7200.0, 30
"""Files that were closed by their age are longer where they are older than so: they are sealed soon, and cost less."""


class Source(Protocol):
    def sample(self) -> dict[str, Any]: ...


def closed_files(folder: Path, source: Source, ticks: int, start: float, interval: float) -> Iterator[Path]:
    """Write so many ticks, the first made at `start` (UNIX seconds); gives each file once it is closed."""
    folder.mkdir(parents=True, exist_ok=True)
    t = 0
    while t < ticks:
        first_t, size, lines = t + 1, 0, list[bytes]()
        close_s = CLOSE_S if (ticks - t) * interval <= YOUNG_S else CLOSE_S * LONGER
        end = min(ticks, t + max(1, round(close_s / interval)))
        while t < end and size < CLOSE_BYTES:
            ts = start + t * interval
            t += 1
            lines.append(line(draft(source.sample(), ts, ts), t))
            size += len(lines[-1]) + 1
        unfinished = folder / "unfinished"
        unfinished.write_bytes(b"\n".join([*lines, b""]))
        yield unfinished.rename(folder / closed_name(first_t))
