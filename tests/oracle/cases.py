"""Real processes, a producer with a log of its own, and subscribers of every mode whose histories are judged."""

from __future__ import annotations

from collections.abc import Iterable
from unittest import TestCase

import pytest

from tests.oracle.ground import ground
from tests.oracle.modes import of_all_modes
from tests.oracle.readers import ALL_KEPT, Reader, opener
from tests.support.processes import Running
from tests.support.waiting import until

RATE, SIZE = 100.0, 200


@pytest.mark.integration
class OracleCase(TestCase):
    """`self.valkey`, `self.processes`, `self.log` and `self.crowd`: a `Ground`."""

    maxDiff = None

    def setUp(self) -> None:
        self.ground = self.enterContext(ground())
        self.home, self.valkey, self.processes = self.ground.home, self.ground.valkey, self.ground.processes
        self.log, self.crowd = self.ground.log, self.ground.crowd

    def produce(self, rate: float = RATE, size: int = SIZE, most: int = 0) -> Running:
        return self.ground.produce(rate, size, most)

    def send_away(self) -> None:
        """Each subscriber is cut off and stays away, until `bring_back`."""
        for reader in self.crowd.readers:
            self.crowd.call(reader.stall)
            self.crowd.call(reader.cut)

    def bring_back(self) -> None:
        for reader in self.crowd.readers:
            self.crowd.call(reader.go_on)

    def watch(
        self, first: int | None = ALL_KEPT, port: int | None = None, leave_out: Iterable[type[Reader]] = ()
    ) -> None:
        """A subscriber of every mode, each of which has something; `first` is where the first of them begins."""
        self.crowd.add(*of_all_modes(opener(port or self.processes.port), first, leave_out))
        self.crowd.wait_for(50)

    def wait_until_written(self, count: int) -> None:
        """Until the producer has noted so many more."""
        goal = len(self.log.refresh()) + count
        until(lambda: len(self.log.refresh()) >= goal, f"{count} ticks more are written")

    def end_well(
        self, producer: Running, reasons: Iterable[str] = (), told: str = "", codes: Iterable[int] = ()
    ) -> None:
        """The producer ends, each subscriber receives the last tick, and nothing is wrong with any.

        `told` says what happened, where something fails.
        """
        self.assertEqual(producer.stop(), 0, producer.said)
        self.crowd.wait_for_end_of(self.log)
        self.assertEqual(self.crowd.judge(self.log, reasons, codes), {}, told)
