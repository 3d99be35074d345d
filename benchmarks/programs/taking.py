"""Take long answers one after the other over one connection, for SECONDS at least: HOW SECONDS URL….

HOW is `bytes`, which counts those; `lines` counts lines too, and `zstd` unpacks what comes and counts those. Prints
how many answers there were, their seconds, bytes and lines, and the share of a core that this took itself.
"""

from __future__ import annotations

import json
import sys
import time

import zstandard

from benchmarks.client import AT_ONCE, Client, Taken


def unpacked(url: str) -> Taken:
    began, size, lines = time.perf_counter(), 0, 0
    with zstandard.ZstdDecompressor().stream_reader(client.pieces(url), read_across_frames=True) as text:
        while piece := text.read(AT_ONCE):
            size += len(piece)
            lines += piece.count(b"\n")
    return Taken(time.perf_counter() - began, size, lines)


how, least_s, urls = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
client = Client(urls[0])
took, began = list[Taken](), time.monotonic()
while not took or time.monotonic() < began + least_s:
    took += [unpacked(url) if how == "zstd" else client.take(url, count=how == "lines") for url in urls]
seconds, size, lines = (sum(each) for each in zip(*took, strict=True))
told = {"answers": len(took), "seconds": seconds, "bytes": size, "lines": lines, "share": client.share}
print(json.dumps(told))
