"""Pages of 100 ticks, anywhere in a stream: URL TIMES. URL is that of the stream in the API.

Prints of each kind of page how many milliseconds each took, and the share of a core that this took itself.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Mapping

from benchmarks.client import Answer, Client

PAGE, FIELDS = 100, 3
TICK_BEGINS = b'{"t":'

client, times = Client(sys.argv[1]), int(sys.argv[2])
kept = client.json("")["epochs"][-1]
epoch, oldest_t, newest_t = kept["epoch"], kept["oldest_t"], kept["newest_t"]
first_ts, last_ts = (client.json(f"ticks/?limit=1&order={order}")["ticks"][0]["ts"] for order in ("asc", "desc"))
numbers = [field["path"] for field in client.json("fields/")["fields"] if field["type"] == "number"]


def anywhere() -> int:
    """The tick before a page."""
    return random.randint(oldest_t - 1, newest_t - PAGE)


def moment(where: float) -> float:
    """With no page across an end of what is kept."""
    margin = (last_ts - first_ts) * PAGE / (newest_t - oldest_t + 1)
    return first_ts + margin + where * (last_ts - first_ts - 2 * margin)


def checked(answer: Answer) -> Answer:
    found = answer.body.count(TICK_BEGINS)
    assert found == PAGE, f"{found} ticks: {answer.body[:200]!r}"
    return answer


def after() -> float:
    t = anywhere()
    answer = checked(client.get(f"ticks/?after={epoch}:{t}"))
    assert b'"ticks":[{"t":%d,' % (t + 1) in answer.body
    return answer.ms


def from_ts() -> float:
    return checked(client.get(f"ticks/?from_ts={moment(random.random())!r}")).ms


def newest_first() -> float:
    t = anywhere() + PAGE + 1
    answer = checked(client.get(f"ticks/?order=desc&before={epoch}:{t}"))
    assert b'"ticks":[{"t":%d,' % (t - 1) in answer.body
    return answer.ms


def before_ts() -> float:
    return checked(client.get(f"ticks/?order=desc&to_ts={moment(random.random())!r}")).ms


def some_fields() -> float:
    fields = ",".join(random.sample(numbers, FIELDS))
    return checked(client.get(f"ticks/?after={epoch}:{anywhere()}&fields={fields}")).ms


def table() -> float:
    answer = client.get(f"ticks/?after={epoch}:{anywhere()}&format=csv")
    assert answer.body.count(b"\n") == 1 + PAGE, answer.body[:200]
    return answer.ms


def beside(rel: str) -> Callable[[], float]:
    """The page after or before one that was asked for just now."""

    def ask() -> float:
        t = random.randint(oldest_t - 1 + PAGE, newest_t - 2 * PAGE)
        here = client.get(f"ticks/?after={epoch}:{t}")
        if rel == "previous":
            here = checked(client.get(here.links["next"]))
        return checked(client.get(here.links[rel])).ms

    return ask


kinds: Mapping[str, Callable[[], float]] = {
    "by after": after,
    "by from_ts": from_ts,
    "the next": beside("next"),
    "the previous": beside("previous"),
    "newest first, by before": newest_first,
    "newest first, by to_ts": before_ts,
    "3 fields": some_fields,
    "CSV": table,
}
for ask in kinds.values():
    ask()  # the first time, modules are loaded and the database opened
print(json.dumps({"ms": {kind: [ask() for _ in range(times)] for kind, ask in kinds.items()}, "share": client.share}))
