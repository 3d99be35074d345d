"""Frames: consecutive lines of an immutable file that are read at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ticks.tick import HEAD

FRAME_BYTES = 256 << 10
"""A frame ends with the last line that is whole within so many bytes, or with its first."""

_LAST = ord("}")


@dataclass(frozen=True, slots=True)
class Frame:
    """Whole lines, at least one. `prev_t` and `n` are those of the first tick (see `Batch`)."""

    prev_t: int
    n: int
    first_t: int
    last_t: int
    count: int
    min_ts: float
    max_ts: float
    offset: int
    """Where it begins in the file; it has `size` bytes there, and `raw` unpacked."""
    size: int
    raw: int
    checksum: int
    """The low half of XXH64 of the lines; 0 in a closed file."""


def frame_of(lines: bytes, prev_t: int, n: int, offset: int, size: int, checksum: int = 0) -> Frame:
    """Raises `ValueError` where a line is no tick, has no end, or is not behind the one before."""
    heads = _heads(lines)
    if not heads:
        raise ValueError(f"a line behind t={prev_t} is no tick")
    ts = [int(t) for t, _ in heads]
    if any(after <= before for before, after in zip([prev_t, *ts], ts, strict=False)):
        raise ValueError(f"ticks behind t={prev_t} are not in order")
    clock = [float(at) for _, at in heads]
    return Frame(prev_t, n, ts[0], ts[-1], len(ts), min(clock), max(clock), offset, size, len(lines), checksum)


def _heads(lines: bytes) -> list[tuple[bytes, bytes]]:
    """`t` and `ts` of each line as they stand there; none at all where one is no tick or has no end."""
    heads = []
    start, size = 0, len(lines)
    while start < size:
        head, end = HEAD.match(lines, start), lines.find(b"\n", start)
        if head is None or end < 0 or lines[end - 1] != _LAST:
            return []
        heads.append((head[1], head[2]))
        start = end + 1
    return heads


def end_of_frame(lines: bytes, start: int) -> int:
    """Where the frame ends that begins at `start`; 0 where the lines do not go beyond it, or none is whole."""
    if len(lines) - start <= FRAME_BYTES:
        return 0
    end = lines.rfind(b"\n", start, start + FRAME_BYTES)
    return (end if end >= 0 else lines.find(b"\n", start + FRAME_BYTES)) + 1
