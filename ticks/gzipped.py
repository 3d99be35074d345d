"""gzip members (RFC 1952), put together of segments that were deflated each by itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from isal import isal_zlib

LEVEL = 1
"""isal's: four times as fast as zlib's, and a little smaller."""
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"
"""Of a member without a name and a time, made for speed."""
_LAST_BLOCK = b"\x03\x00"
_END_BYTES = len(_LAST_BLOCK) + 8
_BITS = 16 + isal_zlib.MAX_WBITS


class Segment(bytes):
    """Deflated text that begins and ends with a whole byte; of that text, the checksum and how long it is."""

    crc: int
    size: int

    @classmethod
    def of(cls, text: bytes) -> Self:
        deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        return cls._made(deflate.compress(text) + deflate.flush(isal_zlib.Z_FULL_FLUSH), text)

    @classmethod
    def stored(cls, text: bytes) -> Self:
        """As it is: of less than 64 KiB."""
        size, inverse = len(text).to_bytes(2, "little"), (len(text) ^ 0xFFFF).to_bytes(2, "little")
        return cls._made(b"\x00" + size + inverse + text, text)

    @classmethod
    def within(cls, member: bytes) -> Self:
        """The only one of a member that `member` made."""
        made = cls(member[len(HEADER) : -_END_BYTES])
        made.crc, made.size = int.from_bytes(member[-8:-4], "little"), size_of(member)
        return made

    @classmethod
    def _made(cls, data: bytes, text: bytes) -> Self:
        made = cls(data)
        made.crc, made.size = isal_zlib.crc32(text), len(text)
        return made


class Sum:
    """What the end of a member says of all that was in it."""

    __slots__ = ("_crc", "_size")

    def __init__(self) -> None:
        self._crc = self._size = 0

    def add(self, data: bytes) -> None:
        """A segment; what is none does not count."""
        if isinstance(data, Segment):
            self._crc = isal_zlib.crc32_combine(self._crc, data.crc, data.size)
            self._size += data.size

    def end(self) -> bytes:
        return _LAST_BLOCK + self._crc.to_bytes(4, "little") + (self._size & 0xFFFFFFFF).to_bytes(4, "little")


def member(segments: Iterable[Segment]) -> bytes:
    """One of these, whose texts follow each other."""
    parts, sum = [HEADER], Sum()
    for segment in segments:
        parts.append(segment)
        sum.add(segment)
    return b"".join((*parts, sum.end()))


def gzipped(text: bytes) -> bytes:
    """One member of one text."""
    packed: bytes = isal_zlib.compress(text, LEVEL, _BITS)
    return packed


def ungzipped(member: bytes) -> bytes:
    """The text of one member, which is ours: no larger than it says."""
    text: bytes = isal_zlib.decompress(member, _BITS, max(1, size_of(member)))
    return text


def size_of(member: bytes) -> int:
    """Bytes of its text."""
    return int.from_bytes(member[-4:], "little")
