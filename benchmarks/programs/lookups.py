"""Ticks and pages anywhere in a stream of the home's archive: STREAM TIMES.

Prints of each kind how many milliseconds each took and where it was, from 0 for the oldest tick to 1.
"""

import json
import random
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.conf import settings
from django.db.models import Max, Min

from monitor import memory
from ticks.archive import index, reader
from ticks.archive.backward import before
from ticks.tick import head

PAGE = 100
stream, times = sys.argv[1], int(sys.argv[2])
archive, rows = settings.TICKS_ARCHIVE, index.segments(stream)
bounds = rows.aggregate(first_t=Min("first_t"), last_t=Max("last_t"), min_ts=Min("min_ts"), max_ts=Max("max_ts"))
epoch = rows.values_list("epoch", flat=True)[0]
first_t, span = bounds["first_t"], bounds["last_t"] - bounds["first_t"]


def by_t(where: float) -> None:
    t = first_t + int(where * span)
    batch = reader.after(archive, stream, epoch, t - 1)
    assert batch is not None
    assert head(batch.records[0]).t == t


def by_ts(where: float) -> None:
    ts = bounds["min_ts"] + where * (bounds["max_ts"] - bounds["min_ts"])
    cursor = reader.seek(archive, stream, ts)
    assert cursor is not None
    batch = reader.after(archive, stream, cursor.epoch, cursor.t)
    assert batch is not None
    assert head(batch.records[0]).ts >= ts


def forward(where: float) -> None:
    t, page = first_t - 1 + int(where * (span + 1 - PAGE)), list[bytes]()
    while len(page) < PAGE:
        batch = reader.after(archive, stream, epoch, t)
        assert batch is not None
        page += batch.records
        t = batch.last_t


def backward(where: float) -> None:
    t, page = first_t + PAGE + int(where * (span + 1 - PAGE)), list[bytes]()
    while len(page) < PAGE:
        batch = before(archive, stream, epoch, t, max_ticks=PAGE - len(page))
        assert batch is not None
        page[:0] = batch.records
        t = batch.first_t


def took(read: Callable[[float], None]) -> list[tuple[float, float]]:
    found = []
    for _ in range(times):
        where = random.random()
        began = time.perf_counter()
        read(where)
        found.append(((time.perf_counter() - began) * 1000, where))
    return found


for kind in (by_t, by_ts, forward, backward):
    kind(0.5)  # the first time, modules are loaded and the database opened
memory.freeze()
print(json.dumps({kind.__name__: took(kind) for kind in (by_t, by_ts, forward, backward)}))
