"""How a producer stands, and the words for it: a line of the log, a line of a terminal, a line of JSON."""

from __future__ import annotations

import json
import time
from typing import NamedTuple, Protocol

from ticks.producer.tally import Tally

BAR = 10
"""Characters of a progress bar."""


class Writing(Protocol):
    """What a `TickWriter` says of itself."""

    stream: str

    @property
    def epoch(self) -> str: ...
    @property
    def owed(self) -> int: ...
    @property
    def raw_bytes(self) -> int: ...
    @property
    def stored_bytes(self) -> int: ...
    @property
    def unarchived(self) -> int: ...


class Status(NamedTuple):
    """At one moment; the names are those of `--json`, see docs/commands.md."""

    ts: float
    stream: str
    epoch: str
    ticks: int
    rate: float
    late_ms: dict[str, float] | None
    owed: int
    raw_bytes: int
    stored_bytes: int
    skipped: int
    unarchived: int
    progress: float | None


def look(writer: Writing, tally: Tally, progress: float | None) -> Status:
    """`progress`: how much of its source was read, from 0 to 1, where that is known."""
    late = tally.lateness()
    return Status(
        ts=round(time.time(), 6),
        stream=writer.stream,
        epoch=writer.epoch,
        ticks=tally.ticks,
        rate=round(tally.rate(), 3),
        late_ms=late.summary() if late else None,
        owed=writer.owed,
        raw_bytes=writer.raw_bytes,
        stored_bytes=writer.stored_bytes,
        skipped=tally.skips,
        unarchived=writer.unarchived,
        progress=None if progress is None else round(progress, 4),
    )


def as_json(status: Status, *, end: bool = False) -> str:
    return json.dumps({**status._asdict(), "end": True} if end else status._asdict())


def in_words(status: Status) -> str:
    late = "late p50 {p50:.1f} p99 {p99:.1f} max {max:.1f} ms".format(**status.late_ms) if status.late_ms else ""
    parts = (_ticks(status.ticks), _rate(status.rate), late, *_losses(status), *_bytes(status), _read(status))
    return f"{status.stream}: {', '.join(part for part in parts if part)}"


def in_total(status: Status, seconds: float) -> str:
    """What was done in these seconds."""
    took = f"{_ticks(status.ticks)} in {seconds:.1f} s ({_rate(status.ticks / max(seconds, 1e-3))})"
    return f"{status.stream}: ended after {', '.join((took, *_losses(status), *_bytes(status)))}"


def in_a_line(status: Status, width: int, *, plain: bool = False) -> str:
    """For a terminal of this many columns, `plain` for one that knows ASCII only.

    What does not fit is left out, no number is cut.
    """
    late = "late {p50:.1f}/{p99:.1f}/{max:.1f} ms".format(**status.late_ms) if status.late_ms else ""
    bar = "" if status.progress is None else _bar(status.progress, "#." if plain else "█░")
    all_parts = (bar, status.stream, _ticks(status.ticks), _rate(status.rate), *_losses(status), late, *_bytes(status))
    parts = [part for part in all_parts if part]
    room = max(0, width - 1)  # in the last column a terminal may begin a new line
    while len(" ".join(parts)) > room:
        parts.pop()
    spacious = "  ".join(parts)
    return spacious if len(spacious) <= room else " ".join(parts)


def _ticks(count: int) -> str:
    return f"{count:,} tick{'' if count == 1 else 's'}"


def _rate(rate: float) -> str:
    return f"{rate:,.0f}/s" if rate >= 100 else f"{rate:.1f}/s" if rate >= 1 or not rate else f"{rate:.2g}/s"


def _losses(status: Status) -> list[str]:
    told = [f"owed {status.owed:,}"]
    if status.skipped:
        told.append(f"skipped {status.skipped:,}")
    if status.unarchived:
        told.append(f"not archived {status.unarchived:,}")
    return told


def _bytes(status: Status) -> list[str]:
    return [f"raw {_size(status.raw_bytes)}", f"stored {_size(status.stored_bytes)}"]


def _read(status: Status) -> str:
    return "" if status.progress is None else f"{status.progress:.0%} read"


def _size(count: float) -> str:
    if count < 1000:
        return f"{count:.0f} B"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.95:
            return f"{count:.1f} {unit}"
    return f"{count / 1000:,.1f} TB"


def _bar(progress: float, marks: str) -> str:
    full = int(progress * BAR)
    return f"{marks[0] * full}{marks[1] * (BAR - full)} {progress:4.0%}"
