"""A sealed segment: zstd frames of lines, then what is known of them, then the seek table. Pure.

The frames are independent, and any zstd reads them. What is known stands in a skippable frame behind them:
a leading one makes some readers fail.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from ticks.archive import seekable
from ticks.archive.frame import Frame
from ticks.archive.seekable import Entry, NotSeekable

FORMAT = "tick-monitor-segment"
VERSION = 1

_CHECKED = re.compile(rb'(\{.*),"crc32":(\d+)\}', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sealed file says of itself."""

    stream: str
    epoch: str
    level: int
    """Of zstd, at which it was packed."""
    sha256: str
    """Of all lines, as `zstdcat` gives them."""
    frames: tuple[Frame, ...]


def ending(stream: str, epoch: str, level: int, sha256: str, frames: Sequence[Frame]) -> bytes:
    """What stands behind the frames of a sealed file."""
    known = {
        "format": FORMAT,
        "version": VERSION,
        "stream": stream,
        "epoch": epoch,
        "level": level,
        "prev_t": frames[0].prev_t,
        "n": frames[0].n,
        "count": sum(frame.count for frame in frames),
        "first_t": frames[0].first_t,
        "last_t": frames[-1].last_t,
        "min_ts": min(frame.min_ts for frame in frames),
        "max_ts": max(frame.max_ts for frame in frames),
        "bytes": sum(frame.raw for frame in frames),
        "sha256": sha256,
        "frames": [[frame.first_t, frame.last_t, frame.count, frame.min_ts, frame.max_ts] for frame in frames],
    }
    entries = [Entry(frame.size, frame.raw, frame.checksum) for frame in frames]
    text = json.dumps(known, separators=(",", ":")).encode()[:-1]
    facts = seekable.skippable(b'%s,"crc32":%d}' % (text, _crc32(text, entries)))
    return facts + seekable.table([*entries, Entry(len(facts), 0, seekable.EMPTY_CHECKSUM)])


def parse(known: bytes, entries: Sequence[Entry]) -> Facts:
    """Of the skippable frame and the seek table. Raises `NotSeekable` where they are not a segment's."""
    checked = _CHECKED.fullmatch(seekable.content(known))
    if checked is None or _crc32(checked[1], entries[:-1]) != int(checked[2]):
        raise NotSeekable("what is known of the segment, or the seek table, has a wrong checksum")
    told = json.loads(checked[1] + b"}")
    if told["format"] != FORMAT or told["version"] != VERSION:
        raise NotSeekable(f"format {told['format']} {told['version']} is not {FORMAT} {VERSION}")
    return Facts(told["stream"], told["epoch"], told["level"], told["sha256"], _frames(told, entries))


def _crc32(text: bytes, entries: Sequence[Entry]) -> int:
    """Of what is known, to the comma before its checksum, and of the frames' entries in the seek table."""
    return crc32(seekable.pack(entries), crc32(text))


def _frames(told: dict[str, Any], entries: Sequence[Entry]) -> tuple[Frame, ...]:
    prev_t, n, offset = told["prev_t"], told["n"], 0
    frames = []
    for (first_t, last_t, count, min_ts, max_ts), entry in zip(told["frames"], entries, strict=False):
        frames.append(Frame(prev_t, n, first_t, last_t, count, min_ts, max_ts, offset, *entry))
        prev_t, n, offset = last_t, n + count, offset + entry.size
    return tuple(frames)
