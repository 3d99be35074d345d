"""Fill a stream of the home's archive while an archiver works there: STREAM TICKS INTERVAL START.

The first tick is made at START (UNIX seconds). It waits for the archiver, so that this need not hurry.
"""

import os
import sys
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings

from benchmarks.closing import closed_files
from benchmarks.shapes import SOURCES
from ticks.archive.layout import closed_files as closed
from ticks.archive.layout import first_t_of
from ticks.cursor import new_epoch

SAY_S = 10.0
WAITING_BYTES = 30e6
stream, ticks, interval, start = sys.argv[1], *map(float, sys.argv[2:])
folder = settings.TICKS_ARCHIVE / stream / new_epoch(start)
began = said = time.monotonic()
parent = os.getppid()


def size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # it is sealed


for path in closed_files(folder, SOURCES[stream](), int(ticks), start, interval):
    while sum(size(path) for path in closed(folder)) > WAITING_BYTES:
        time.sleep(0.05)
    if os.getppid() != parent:
        sys.exit("The bench was killed.")
    if time.monotonic() >= said + SAY_S:
        said = time.monotonic()
        made = first_t_of(path)
        told = f"{made:,} of {int(ticks):,} ticks, {made / (said - began):,.0f}/s"
        print(f"  {stream}: {told}", file=sys.stderr, flush=True)
