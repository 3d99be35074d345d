"""Ask for an address again and again: URL CLIENTS COUNT. Each client asks COUNT times over a connection of its own.

Prints how long each answer took, in ms, sorted, and the share of a core that this took itself.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

where = urlsplit(sys.argv[1])
clients, count = map(int, sys.argv[2:4])
took = list[float]()


def client() -> None:
    connection = HTTPConnection(where.netloc)
    for _ in range(count):
        began = time.perf_counter()
        connection.request("GET", where.path)
        answer = connection.getresponse()
        body = answer.read()
        took.append((time.perf_counter() - began) * 1000)
        assert (answer.status, answer.will_close, bool(json.loads(body))) == (200, False, True), body


threads = [threading.Thread(target=client) for _ in range(clients)]
began, used = time.monotonic(), time.process_time()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(took) == clients * count
print(json.dumps({"ms": sorted(took), "share": (time.process_time() - used) / (time.monotonic() - began)}))
