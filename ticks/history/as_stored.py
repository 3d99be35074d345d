"""Ticks as zstd frames of lines: those that are sealed are given as they are stored. Blocking."""

from __future__ import annotations

import zstandard

from ticks.archive import reader
from ticks.archive.frame import Frame
from ticks.archive.reader import Stored
from ticks.cursor import Cursor
from ticks.history.bounds import Bounds, place
from ticks.history.exporting import Ticks
from ticks.live.store import Store

PIECE_BYTES = 1 << 20
"""Of frames that are read at once."""
PACK_BYTES = 256 << 10
"""Of lines that become a frame."""
LEVEL = 3


class AsStored(Ticks):
    """One zstd frame after the other, and nothing between them: gaps are not told of."""

    def __init__(self, store: Store, bounds: Bounds) -> None:
        super().__init__(store, bounds)
        self._store = store
        self._zstd = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        self._ahead: Stored | None = None

    def piece(self) -> bytes:
        """Some frames; perhaps none, also where it is not over. Raises `redis.RedisError`."""
        stored, self._ahead = self._ahead or self._stored(), None
        if stored is not None:
            self._whole.went(stored.cursor)
            return stored.frames
        text = self._text()
        return self._zstd.compress(text) if text else b""

    def _text(self) -> bytes:
        """The lines of what comes next, up to where it is sealed."""
        lines, size = list[bytes](), 0
        for step in self._whole.steps():
            if step.text:
                lines += [step.text, b"\n"]
                size += len(step.text)
            self._ahead = self._stored()
            if size >= PACK_BYTES or self._ahead is not None:
                break
        return b"".join(lines)

    def _stored(self) -> Stored | None:
        at, bounds = self._whole.cursor, self._whole.bounds

        def is_wanted(frame: Frame) -> bool:
            return _holds(bounds, at.epoch, frame)

        if self.is_over or not at.epoch:
            return None
        return reader.stored_after(self._store.archive, self._store.stream, at.epoch, at.t, is_wanted, PIECE_BYTES)


def _holds(bounds: Bounds, epoch: str, frame: Frame) -> bool:
    """Whether all of it is asked for."""
    if bounds.after is not None and place(bounds.after) >= (epoch, frame.first_t):
        return False
    if bounds.before is not None and place(Cursor(epoch, frame.last_t)) >= place(bounds.before):
        return False
    return bounds.from_ts <= frame.min_ts and frame.max_ts < bounds.to_ts
