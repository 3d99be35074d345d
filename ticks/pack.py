"""How the records of a batch travel: as a gzip member, which its producer makes once for all who read it. Pure.

Between two records stand a comma and a newline. So it is the inside of a JSON array, and what was deflated goes into
the frames of all web processes as it is; and as no record has a newline, it comes apart again without being parsed.
"""

from __future__ import annotations

from collections.abc import Sequence

import zstandard

from ticks.gzipped import Segment, member, size_of, ungzipped

SEPARATOR = b",\n"
_ZSTD = b"\x28\xb5\x2f\xfd"


def pack(records: Sequence[bytes]) -> bytes:
    """Of at least one."""
    return member((Segment.of(SEPARATOR.join(records)),))


def unpack(packed: bytes) -> list[bytes]:
    return ungzipped(packed).split(SEPARATOR)


def text_of(packed: bytes) -> bytes:
    """The records with newlines between them."""
    return ungzipped(packed).replace(SEPARATOR, b"\n")


def bytes_of(packs: Sequence[bytes], count: int) -> int:
    """Of all `count` records in these, with a byte for each line end; nothing is unpacked for that."""
    return sum(map(size_of, packs)) - count + len(SEPARATOR) * len(packs)


def renewed(packed: bytes) -> bytes:
    """What may be in a hot log from before this way of packing: lines in a zstd frame."""
    if packed.startswith(_ZSTD):
        return pack(zstandard.ZstdDecompressor().decompress(packed).split(b"\n"))
    return packed
