"""Sources for `runproducer`: the simulation with numbers enough for 12 charts. Django must be set up."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from random import Random
from typing import Any

from benchmarks.shapes import Walk
from ticks.producer.sources.simulation import Simulation

RATE = 1000
NUMBERS = {
    "pressure": (0.0, 16.0),
    "flow": (0.0, 900.0),
    "torque": (-40.0, 40.0),
    "drive_rpm": (0.0, 6000.0),
    "supply_volts": (210.0, 250.0),
    "coil_amps": (0.0, 32.0),
    "oil_celsius": (20.0, 110.0),
    "drawn_watts": (0.0, 7000.0),
    "load_percent": (0.0, 100.0),
}
"""Each has a chart of its own, as have the three of the simulation."""
STEP = 0.01
"""Of a tick, as a share of what lies between the limits."""


def thousand() -> Iterator[dict[str, Any]]:
    """1000 ticks a second."""
    return _paced(RATE)


def second() -> Iterator[dict[str, Any]]:
    """A tick a second."""
    return _paced(1)


def _paced(rate: float) -> Iterator[dict[str, Any]]:
    simulation, random = Simulation(), Random(0)
    walks = {name: Walk(random, low, high, STEP * (high - low)) for name, (low, high) in NUMBERS.items()}
    began = time.monotonic()
    for number in itertools.count():
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        yield {**{name: round(walk.next(), 3) for name, walk in walks.items()}, **simulation.sample()}
