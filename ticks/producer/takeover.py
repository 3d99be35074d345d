"""Who gives way to whom: the producer that `runmonitor` keeps makes room for one that is started by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ticks.producer.lease import AnotherProducer
from ticks.producer.tick_writer import LAST_WORDS_S, TickWriter

LOOK_S = 0.05
WAITING_LOOK_S = 0.5
LEAVING_S = LAST_WORDS_S + 5.0
"""Who was asked to leave has so long to publish what it owes."""


def take(make: Callable[[], TickWriter]) -> TickWriter:
    """A writer of the stream; a holder that yields is asked to leave. Raises `AnotherProducer`."""
    try:
        return make()
    except AnotherProducer as other:
        if not other.makes_room():
            raise
    deadline = time.monotonic() + LEAVING_S
    while True:
        try:
            return make()
        except AnotherProducer:
            if time.monotonic() > deadline:
                raise
        time.sleep(LOOK_S)


def wait(make: Callable[[], TickWriter], stop: threading.Event, say: Callable[[str], object]) -> TickWriter | None:
    """A writer as soon as nobody else has the stream; None where it was told to stop before."""
    said = False
    while not stop.is_set():
        try:
            return make()
        except AnotherProducer as other:
            if not said:
                say(f"Waiting until the stream is free. {other}")
            said = True
        stop.wait(WAITING_LOOK_S)
    return None
