"""Index, roll up and seal ticks with 20 numbers, on one processor: TICKS. Prints what that took.

They come in lots, as the archiver does in a hurry what waits longer.
"""

import itertools
import json
import os
import sys
import threading
import time

import django

django.setup()

from django.conf import settings

from benchmarks.closing import closed_files
from benchmarks.shapes import SOURCES
from ticks.archive import index
from ticks.archive.archiver import Archiver
from ticks.archive.sealer import LEVEL
from ticks.archive.sealing import facts_of
from ticks.cursor import new_epoch
from ticks.models import Field

STREAM, INTERVAL, LOT = "wide", 0.001, 18
count = int(sys.argv[1])
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
archive = settings.TICKS_ARCHIVE
first_ts = time.time() - count * INTERVAL
folder = archive / STREAM / new_epoch(first_ts)
files = closed_files(folder, SOURCES[STREAM](), count, first_ts, INTERVAL)
archiver, wall, cpu = Archiver(archive, threading.Event()), 0.0, 0.0
while lot := list(itertools.islice(files, LOT)):
    for path in lot:
        os.utime(path, (0, 0))  # old enough to be sealed whatever follows
    before, used = time.perf_counter(), time.process_time()
    archiver.turn()
    wall, cpu = wall + time.perf_counter() - before, cpu + time.process_time() - used

rows = list(index.segments(STREAM))
sealed = [row for row in rows if row.path.endswith(".zst")]
told = {
    "wall": wall,
    "cpu": cpu,
    "ticks": sum(row.count for row in sealed),
    "unsealed": sum(row.count for row in rows if row not in sealed),
    "hurried": sum(facts_of(archive / row.path).level < LEVEL for row in sealed),
    "fields": Field.objects.filter(stream=STREAM).exclude(kind=Field.Kind.TEXT).count(),
    "bytes": sum(row.bytes for row in sealed),
    "files": len(sealed),
}
print(json.dumps(told))
