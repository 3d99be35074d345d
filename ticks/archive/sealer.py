"""Seals: lines in, the bytes of a sealed segment out. Pure."""

from __future__ import annotations

import hashlib

import zstandard

from ticks.archive import seekable, segment
from ticks.archive.frame import Frame, end_of_frame, frame_of

LEVEL, FAST_LEVEL = 8, 3
_OF_TICKS = {"min_match": 6, "search_log": 3}
"""At `LEVEL`. Ticks repeat whole keys: to look for longer matches in fewer places takes 0.8 of the time that levels 8
and 9 take by themselves, and leaves 1.02 of their bytes."""


class Sealer:
    """Makes one sealed segment. Feed it lines, then finish."""

    def __init__(self, stream: str, epoch: str, prev_t: int, n: int, *, level: int = LEVEL) -> None:
        """`prev_t` and `n` are those of the first tick."""
        self._stream, self._epoch, self._level = stream, epoch, level
        self._prev_t, self._n = prev_t, n
        self._compressor = compressor(level)
        self._digest = hashlib.sha256()
        self._frames: list[Frame] = []
        self._rest = b""
        self._offset = 0

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the lines, cut anywhere; gives the frames that they complete.

        Raises `ValueError` where a line is no tick, or not behind the one before.
        """
        self._digest.update(data)
        self._rest += data
        made = []
        start = 0
        while end := end_of_frame(self._rest, start):
            made.append(self._frame(self._rest[start:end]))
            start = end
        self._rest = self._rest[start:]
        return b"".join(made)

    def finish(self) -> bytes:
        """The last frame, and what stands behind. Raises `ValueError` where there is nothing, or half a line."""
        last = self._frame(self._rest) if self._rest else b""
        if not self._frames:
            raise ValueError("there is nothing to seal")
        sha256 = self._digest.hexdigest()
        return last + segment.ending(self._stream, self._epoch, self._level, sha256, self._frames)

    def _frame(self, lines: bytes) -> bytes:
        prev_t, n = self._prev_t, self._n
        if self._frames:
            before = self._frames[-1]
            prev_t, n = before.last_t, before.n + before.count
        packed = self._compressor.compress(lines)
        self._frames.append(frame_of(lines, prev_t, n, self._offset, len(packed), seekable.checksum_of(packed)))
        self._offset += len(packed)
        return packed


def compressor(level: int) -> zstandard.ZstdCompressor:
    """With what zstd takes for large inputs: what it has for those of a frame's size is slower, and packs less."""
    own = _OF_TICKS if level == LEVEL else {}
    parameters = zstandard.ZstdCompressionParameters.from_level(
        level, write_checksum=True, write_content_size=True, **own
    )
    return zstandard.ZstdCompressor(compression_params=parameters)
