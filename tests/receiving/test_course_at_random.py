"""A subscriber against a server that breaks in any way."""

from __future__ import annotations

import gzip
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.receiving.driver import LOST, Driver
from tests.receiving.messages import EPOCH, NEXT, gap, hello, text, ticks
from ticks.receiving.actions import Connect, Hand, Message, Nothing, Opened, Outcome, Receive
from ticks.receiving.wanted import Wanted

Log = list[tuple[str, int]]


class Server:
    """Serves a log in messages of any size, and breaks in any way; `faults` are spent one by one."""

    def __init__(self, log: Log, sizes: list[int], faults: list[str]) -> None:
        self.log, self.sizes, self.faults = log, sizes, faults
        self.at, self.place = 0, log[0]
        self.sent: list[dict[str, Any]] = []

    def open(self, query: dict[str, str]) -> Outcome:
        if self._fault("no connection"):
            return LOST
        asked = (query["epoch"], int(query["from_t"]))
        self.at = bisect_right(self.log, asked)
        self.sent = [hello(asked[1], asked[0])]
        self.place = asked
        return Opened()

    def receive(self) -> Outcome:
        if self._fault("cut"):
            return LOST
        message = self.sent.pop(0) if self.sent else self._next()
        if message is None:
            return Nothing(0.0)
        packed = gzip.compress(text(message).encode())
        if self._fault("damage"):
            packed = packed[:-9]
        return Message(packed)

    def _next(self) -> dict[str, Any] | None:
        if self.at < len(self.log) and self.log[self.at][0] == self.place[0] and self._fault("skip"):
            self._ticks()
        message = self._ticks()
        if message is not None and self._fault("twice"):
            self.sent.append(message)
        return message

    def _ticks(self) -> dict[str, Any] | None:
        if self.at == len(self.log):
            return None
        epoch, prev_t = self.place
        if self.log[self.at][0] != epoch:
            new, t = self.log[self.at]
            self.place = (new, t - 1)
            return gap(prev_t, t, 0, "epoch", epoch=new)
        size = self.sizes[self.at % len(self.sizes)]
        batch = [t for one, t in self.log[self.at : self.at + size] if one == epoch]
        self.at += len(batch)
        self.place = (epoch, batch[-1])
        return ticks(prev_t, *batch)

    def _fault(self, name: str) -> bool:
        if self.faults and self.faults[0] == name:
            self.faults.pop(0)
            return True
        return False


@st.composite
def logs(draw: st.DrawFn) -> Log:
    steps = draw(st.lists(st.integers(1, 3), min_size=1, max_size=12)), draw(st.lists(st.integers(1, 3), max_size=12))
    return [(epoch, t) for epoch, some in zip((EPOCH, NEXT), steps, strict=True) for t in summed(some)]


def summed(steps: list[int]) -> Iterator[int]:
    t = 0
    for step in steps:
        t += step
        yield t


FAULTS = st.lists(st.sampled_from(["cut", "damage", "skip", "twice", "no connection"]), max_size=8)


@settings(max_examples=400, deadline=None)
@given(log=logs(), sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4), faults=FAULTS)
def test_whatever_breaks_each_tick_is_handed_out_once_in_order(log: Log, sizes: list[int], faults: list[str]) -> None:
    server = Server(log, sizes, list(faults))
    driver = Driver(Wanted(from_t=0, epoch=EPOCH))
    got: Log = []
    while got != log:
        action, outcome = driver.action, None
        if isinstance(action, Hand):
            if isinstance(action.item, dict):
                got.append((action.cursor.epoch, action.item["t"]))
                assert got == log[: len(got)]
        elif isinstance(action, Connect):
            outcome = server.open(driver.query())
        elif isinstance(action, Receive):
            outcome = server.receive()
            if isinstance(outcome, Nothing):  # all was served and not all has come: only silence tells
                driver.now = action.until
        driver.go(outcome)
