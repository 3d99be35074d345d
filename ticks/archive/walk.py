"""What can be read of a damaged file: the frames that are whole. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import zstandard

from ticks.archive.frame import Frame, end_of_frame, frame_of
from ticks.archive.seekable import checksum_of
from ticks.tick import MAX_BYTES

MAGIC = b"\x28\xb5\x2f\xfd"
"""Begins a zstd frame."""
MAX_RAW = MAX_BYTES + 1
"""No frame holds more: some lines in `FRAME_BYTES`, or one tick. A damaged one that claims more is not believed."""
MAX_PACKED = MAX_RAW + (16 << 10)


def unpack(data: bytes) -> tuple[bytes, int]:
    """The lines of the frame that `data` begins with, and how long it is. Raises `zstandard.ZstdError`."""
    told = zstandard.get_frame_parameters(data)
    if not told.has_checksum or max(told.content_size, told.window_size) > MAX_RAW:
        raise zstandard.ZstdError("its header is none that a sealer writes")
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    lines: bytes = unpacker.decompress(data)
    if not unpacker.eof:
        raise zstandard.ZstdError("it is cut off")
    return lines, len(data) - len(unpacker.unused_data)


def walk_sealed(data: bytes) -> Iterator[Frame]:
    """The whole frames of a sealed file, found by their first bytes.

    `n` counts from 0 what is readable. Where something is missing before a frame, its `prev_t` is `first_t - 1`.
    """
    last_t, n, end = -1, 0, -1
    at = data.find(MAGIC)
    while at >= 0:
        try:
            lines, size = unpack(data[at : at + MAX_PACKED])
            frame = frame_of(lines, last_t, n, at, size, checksum_of(data[at : at + size]))
        except (zstandard.ZstdError, ValueError):
            at = data.find(MAGIC, at + 1)
            continue
        yield frame if at == end else replace(frame, prev_t=frame.first_t - 1)
        last_t, n, end = frame.last_t, n + frame.count, at + size
        at = data.find(MAGIC, end)


def walk_closed(data: bytes) -> Iterator[Frame]:
    """The lines of a closed file as frames, without those that are no ticks; `n` and `prev_t` as in a sealed one."""
    last_t, n, end = -1, 0, -1
    for frame in _cut(data):
        if frame.first_t > last_t:
            prev_t = last_t if frame.offset == end else frame.first_t - 1
            yield replace(frame, prev_t=prev_t, n=n)
            last_t, n, end = frame.last_t, n + frame.count, frame.offset + frame.size


def _cut(data: bytes) -> Iterator[Frame]:
    start = 0
    while end := end_of_frame(data, start):
        yield from _halve(data, start, end)
        start = end
    yield from _halve(data, start, data.rfind(b"\n") + 1)


def _halve(data: bytes, start: int, end: int) -> Iterator[Frame]:
    """These lines as one frame; where some are none of ticks, each half as one, and so on."""
    try:
        yield frame_of(data[start:end], -1, 0, start, end - start)
    except ValueError:
        middle = (data.rfind(b"\n", start, (start + end) // 2) + 1) or (data.find(b"\n", start, end) + 1)
        if start < middle < end:
            yield from _halve(data, start, middle)
            yield from _halve(data, middle, end)
