"""Seal real samples of this machine: TICKS INTERVAL. Prints their bytes, and how many are stored."""

import json
import sys
import time

import django

django.setup()

from ticks.archive.sealer import Sealer
from ticks.cursor import new_epoch
from ticks.producer.sources.host import HostSource
from ticks.tick import draft, line

ticks, interval = int(float(sys.argv[1])), float(sys.argv[2])
source, lines = HostSource(), list[bytes]()
for t in range(1, ticks + 1):
    time.sleep(interval)
    now = time.time()
    lines.append(line(draft(source.sample(), now, now), t))
data = b"\n".join([*lines, b""])
sealer = Sealer("host", new_epoch(time.time()), 0, 1)
print(json.dumps({"raw": len(data), "stored": len(sealer.feed(data)) + len(sealer.finish())}))
