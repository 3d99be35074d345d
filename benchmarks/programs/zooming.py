"""Series of 4 fields in 800 points, anywhere in a stream: URL TIMES SECONDS…. URL is that of the stream in the API.

0 seconds stand for all. One in four ends with the newest tick, as a live view does. Prints of each range how many
milliseconds each took, and the share of a core that this took itself.
"""

from __future__ import annotations

import json
import random
import re
import sys

from benchmarks.client import Client

FIELDS, POINTS = 4, 800
HAS_VALUES = re.compile(rb'"mean":\[(?:null,)*-?\d')

client, times, ranges = Client(sys.argv[1]), int(sys.argv[2]), [float(seconds) for seconds in sys.argv[3:]]
start, last = (client.json(f"ticks/?limit=1&order={order}")["ticks"][0]["ts"] for order in ("asc", "desc"))
end = last + 1e-3
numbers = [field["path"] for field in client.json("fields/")["fields"] if field["type"] == "number"]


def ask(seconds: float, *, live: bool) -> float:
    to_ts = end if live else random.uniform(start + seconds, end)
    fields = ",".join(random.sample(numbers, min(FIELDS, len(numbers))))
    answer = client.get(f"series/?fields={fields}&from_ts={to_ts - seconds!r}&to_ts={to_ts!r}&points={POINTS}")
    assert HAS_VALUES.search(answer.body), answer.body[:200]
    return answer.ms


ask(end - start, live=True)  # the first time, modules are loaded and the database opened
took = [[ask(seconds or end - start, live=i % 4 == 0) for i in range(times)] for seconds in ranges]
print(json.dumps({"fields": len(numbers), "ms": took, "share": client.share}))
