"""Heartbeats of a stream: one timer for all subscribers, who hear them in turn rather than all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ticks.protocol import Dialect

TURNS = 15

Facts = Callable[[], Mapping[str, Any]]


class Hearer(Protocol):
    def beat(self, data: bytes) -> None: ...


class Beats:
    """Every hearer hears one each `period_s`."""

    def __init__(self, period_s: float, facts: Facts) -> None:
        self._period_s = period_s
        self._facts = facts
        self._turns: list[dict[Hearer, Dialect]] = [{} for _ in range(TURNS)]
        self._next = 0

    def add(self, hearer: Hearer, dialect: Dialect) -> None:
        """From now on it hears them, unless its dialect has none."""
        if dialect.heartbeat(self._facts()):
            self._turns[self._next % TURNS][hearer] = dialect
            self._next += 1

    def discard(self, hearer: Hearer) -> None:
        for turn in self._turns:
            turn.pop(hearer, None)

    async def run(self) -> None:
        """One turn after the other, for ever."""
        clock = asyncio.get_running_loop().time
        began, number = clock(), 0
        while True:
            number += 1
            await asyncio.sleep(began + number * self._period_s / TURNS - clock())
            self._take_turn(self._turns[number % TURNS])

    def _take_turn(self, turn: dict[Hearer, Dialect]) -> None:
        if not turn:
            return
        facts = self._facts()
        made = {dialect: dialect.wire(dialect.heartbeat(facts)) for dialect in set(turn.values())}
        for hearer, dialect in list(turn.items()):
            hearer.beat(made[dialect])
