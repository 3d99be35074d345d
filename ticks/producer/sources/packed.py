"""Files that may be packed, by zstd or gzip: what they hold, piece by piece, and where they are damaged."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import zstandard

from ticks.producer.sources.kinds import SourceError

PLAIN_BYTES = 64 << 10
PACKED_BYTES = 1 << 10
"""Read at once; zstd can put 32 MiB into so little."""


class Unpacking(Protocol):
    """What undoes one frame or member."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


class Packed:
    """One file on disk; how it is packed is told by how it begins, not by its name."""

    def __init__(self, path: Path) -> None:
        """Raises `ValueError` for what is no file or can't be opened."""
        self.path = path
        self.read = 0
        """How many of its bytes were read so far."""
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise ValueError(f"{path} is not a file; what comes out of a pipe is for the source stdin")
            with path.open("rb") as file:
                self._unpacking = _recognised(file.read(4))
        except OSError as error:
            raise ValueError(f"{path} can't be opened: {error.strerror}") from None
        self.size = found.st_size

    def pieces(self) -> Iterator[bytes]:
        """From the beginning. Raises `SourceError` at damage, after all that comes before it."""
        self.read = 0
        try:
            yield from self._raw() if self._unpacking is None else _unpacked(self._raw(), self._unpacking)
        except EOFError:
            raise SourceError(f"{self.path} is cut off: it ends in the middle of what was packed") from None
        except (zlib.error, zstandard.ZstdError) as error:
            raise SourceError(f"{self.path} is damaged before byte {self.read}: {error}") from None
        except OSError as error:
            raise SourceError(f"{self.path} can't be read: {error.strerror}") from None

    def _raw(self) -> Iterator[bytes]:
        size = PLAIN_BYTES if self._unpacking is None else PACKED_BYTES
        with self.path.open("rb") as file:
            while piece := file.read(size):
                self.read += len(piece)
                yield piece


def _recognised(magic: bytes) -> Callable[[], Unpacking] | None:
    """The zstd magic is that of a frame, or one of the sixteen of a frame to be skipped."""
    number = int.from_bytes(magic, "little")
    if number == 0xFD2FB528 or number & 0xFFFFFFF0 == 0x184D2A50:
        return lambda: zstandard.ZstdDecompressor().decompressobj()
    if magic[:2] == b"\x1f\x8b":
        return lambda: zlib.decompressobj(wbits=31)
    return None


def _unpacked(pieces: Iterator[bytes], begin: Callable[[], Unpacking]) -> Iterator[bytes]:
    """Frame after frame. Readers that go on across frames would not tell a cut off one from a whole one."""
    frame, begun = begin(), False
    for piece in pieces:
        while piece:
            yield frame.decompress(piece)
            begun, piece = not frame.eof, frame.unused_data if frame.eof else b""
            if frame.eof:
                frame = begin()
    if begun:
        raise EOFError
