"""Read a range of ticks: URL TICKS TIMES. Proves that there are so many, one after the other, in each answer.

Prints how long each answer took, in seconds, and the share of a core that this took itself.
"""

from __future__ import annotations

import json
import sys
import time
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from benchmarks.load.messages import TICK

TICK_BEGINS = b'{"t":'
AT_ONCE = 1 << 20


def read(answer: HTTPResponse) -> int:
    """How many ticks there are; they are looked at while they come, and the last one with what follows it."""
    count, last_t, rest = 0, None, b""
    while piece := answer.read1(AT_ONCE):
        text = rest + piece
        place = max(0, text.rfind(TICK_BEGINS))
        whole, rest = text[:place], text[place:]
        t = [int(number) for number, _ in TICK.findall(whole)]
        if t:
            first = t[0] if last_t is None else last_t + 1
            assert t == list(range(first, first + len(t))), f"after {last_t} come {t}"
            last_t = t[-1]
            count += len(t)
    end = json.loads(b'{"ticks":[' + rest)
    assert (end["gaps"], end["more"]) == ([], False), end
    assert [tick["t"] for tick in end["ticks"]] == [(last_t or 0) + 1] == [end["next_t"] - 1], end
    return count + 1


where = urlsplit(sys.argv[1])
ticks, times = map(int, sys.argv[2:4])
connection, took = HTTPConnection(where.netloc), list[float]()
began, used = time.monotonic(), time.process_time()
for _ in range(times):
    asked = time.perf_counter()
    connection.request("GET", f"{where.path}?{where.query}")
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    assert read(answer) == ticks
    took.append(time.perf_counter() - asked)
print(json.dumps({"seconds": took, "share": (time.process_time() - used) / (time.monotonic() - began)}))
