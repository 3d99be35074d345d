"""Series of 4 fields in 800 points, anywhere in a stream of the home's archive: STREAM TIMES SECONDS….

0 seconds stand for all. One in four ends with the newest tick, as a live view does. Prints of each range how many
milliseconds each took, and how many rows and ticks it read a point.
"""

import json
import random
import sys
import time

import django

django.setup()

from django.conf import settings
from django.db.models import Max, Min

from monitor import memory
from ticks.archive import index
from ticks.archive.rollups.series import series
from ticks.models import Field

FIELDS, POINTS = 4, 800
stream, times, ranges = sys.argv[1], int(sys.argv[2]), [float(seconds) for seconds in sys.argv[3:]]
bounds = index.segments(stream).aggregate(start=Min("min_ts"), end=Max("max_ts"))
start, end = bounds["start"], bounds["end"] + 1e-3
paths = list(Field.objects.filter(stream=stream, kind=Field.Kind.NUMBER).values_list("path", flat=True))


def ask(seconds: float, *, live: bool) -> tuple[float, float]:
    to_ts = end if live else random.uniform(start + seconds, end)
    fields = random.sample(paths, min(FIELDS, len(paths)))
    began = time.perf_counter()
    found, _ = series(settings.TICKS_ARCHIVE, stream, fields, to_ts - seconds, to_ts, POINTS)
    took = time.perf_counter() - began
    assert any(any(column.numbers) for column in found.columns.values())
    return took * 1000, found.read / POINTS


ask(end - start, live=True)  # the first time, modules are loaded and the database opened
memory.freeze()
told = {seconds: [ask(seconds or end - start, live=i % 4 == 0) for i in range(times)] for seconds in ranges}
print(json.dumps({"fields": len(paths), "took": [told[seconds] for seconds in ranges]}))
