"""Ticks of the simulation, each sent to a peer as it is made, until told to end: RATE AGENTS nchan|lines|group WHERE.

WHERE is a port, or the path of a unix socket. Prints how many ticks were made and how many the peer refused.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator

import django
from channels.layers import get_channel_layer

from benchmarks.peers.posting import Lines, Post, Way, told_to_end
from ticks.schedule import Schedule
from ticks.tick import draft, line

GROUP = "naive"
over = told_to_end()


class Group:
    """To a group of Channels, a message each."""

    def __init__(self) -> None:
        self._layer, self._loop = get_channel_layer(), asyncio.new_event_loop()

    def send(self, message: bytes) -> None:
        told = {"type": "tick", "text": message.decode()}
        self._loop.run_until_complete(self._layer.group_send(GROUP, told))

    def refused(self) -> int:
        return 0


def ticks(rate: float, agents: int) -> Iterator[bytes]:
    """At the times that `runproducer` would make them."""
    django.setup()
    from ticks.producer.sources.simulation import Simulation

    source, t = Simulation(agents), 0
    schedule = Schedule(1 / rate, wall=time.time(), monotonic=time.monotonic())
    while not over():
        time.sleep(max(0.0, schedule.next(time.monotonic()).at - time.monotonic()))
        record, now = source.sample(), time.time()
        t += 1
        yield line(draft(record, now, now), t)


def way(kind: str, where: str) -> Way:
    if kind == "group":
        return Group()
    return Post(int(where)) if kind == "nchan" else Lines(where)


to, made = way(*sys.argv[3:5]), 0
for tick in ticks(float(sys.argv[1]), int(sys.argv[2])):
    to.send(tick)
    made += 1
print(made, to.refused())
