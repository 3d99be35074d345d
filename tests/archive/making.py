"""Sealed files, and files that are damaged."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch

from tests.support.lines import encode
from ticks.archive import frame, index
from ticks.archive.layout import sealed_name
from ticks.archive.sealer import Sealer
from ticks.models import Segment

STREAM, EPOCH = "main", "0mi8x7k2a0000"


def small_frames(size: int = 100) -> AbstractContextManager[object]:
    """While it is entered, frames are made of so many bytes of lines."""
    return patch.object(frame, "FRAME_BYTES", size)


def ticks(*ts: int) -> list[bytes]:
    """Lines of 40 to 60 bytes."""
    return [encode({"text": "ab" * 10, "at": t}, t, 1000.5 + t) for t in ts]


def joined(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def sealed_bytes(lines: Sequence[bytes], prev_t: int = 0, n: int = 1) -> bytes:
    sealer = Sealer(STREAM, EPOCH, prev_t, n)
    return sealer.feed(joined(lines)) + sealer.finish()


def seal(archive: Path, row: Segment) -> Path:
    """As the archiver does with one closed file."""
    closed = archive / row.path
    path = closed.with_name(sealed_name(row.first_t))
    path.write_bytes(sealed_bytes(closed.read_bytes().splitlines(), row.prev_t, row.n))
    index.replace(archive, [row], path)
    closed.unlink()
    return path


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
