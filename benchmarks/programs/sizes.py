"""How small a stream of the home's archive is: STREAM BYTES. Prints its bytes and what they became.

Some sealed files, of BYTES of lines together, are packed by zstd -12 besides: each by itself, and all as one.
"""

import json
import random
import sys

import django

django.setup()

import zstandard
from django.conf import settings

from ticks.archive import index
from ticks.archive.rollups.levels import names
from ticks.models import Segment

LEVEL, ALONE = 12, 5
stream, most = sys.argv[1], int(float(sys.argv[2]))
archive = settings.TICKS_ARCHIVE
sealed = list(index.segments(stream).filter(path__endswith=".zst").order_by("first_t"))
at = random.randrange(len(sealed))
rows, lines = list[Segment](), list[bytes]()
for row in sealed[at:] + sealed[:at]:
    if sum(map(len, lines)) >= most:
        break
    with (archive / row.path).open("rb") as file:
        lines.append(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read())
    rows.append(row)
stored = [row.stored for row in rows]


def packed(data: bytes) -> int:
    return len(zstandard.ZstdCompressor(level=LEVEL).compress(data))


told = {
    "ticks": sum(row.count for row in sealed),
    "raw": sum(row.bytes for row in sealed),
    "stored": sum(row.stored for row in sealed),
    "rollups": sum(row.stored for name in names(stream) for row in index.segments(name)),
    "alone": [kept / packed(data) for kept, data in list(zip(stored, lines, strict=True))[:ALONE]],
    "together": sum(stored) / packed(b"".join(lines)),
    "bytes": sum(map(len, lines)),
}
print(json.dumps(told))
