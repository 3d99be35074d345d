"""The producer's own log is what it wrote; a subscriber's checksum is the same."""

from __future__ import annotations

import json
import shutil
from typing import Any
from unittest import TestCase

from tests.oracle.cases import OracleCase
from tests.oracle.history import checksum
from tests.oracle.log import FIELD
from tests.support.archived import records_of


def of_field(tick: dict[str, Any]) -> dict[str, Any]:
    return {name: tick[name] for name in ("t", "ts", FIELD)}


class LogTest(OracleCase):
    def test_a_producer_notes_what_it_wrote_and_goes_on_in_the_next_epoch(self) -> None:
        archive = self.home / "archive" / "main"
        stood: list[tuple[str, int, int, int]] = []
        for _ in range(2):
            producer = self.produce()
            self.wait_until_written(20)
            self.assertEqual(producer.stop(), 0, producer.said)
            stood += [(of, tick["t"], checksum(tick), checksum(of_field(tick))) for of, tick in records_of(archive)]
            for epoch in archive.glob("0*"):
                shutil.rmtree(epoch)
        noted = [line.split() for line in self.log.path.read_text().splitlines()]
        self.assertEqual([(epoch, *map(int, numbers)) for epoch, *numbers in noted], stood)
        log = self.log.refresh()
        self.assertEqual(log.epochs, sorted({epoch for epoch, *_ in stood}))
        self.assertEqual([log.find(of, t, crc) for of, t, crc, _ in stood], list(range(len(stood))))
        self.assertEqual([log.find(of, t, crc) for of, t, _, crc in stood], list(range(len(stood))))
        self.assertIsNone(log.find(stood[0][0], stood[0][1], stood[1][2]))


class ChecksumTest(TestCase):
    def test_it_is_of_the_content_and_not_of_the_form(self) -> None:
        tick = {"t": 1, "ts": 1.5, "value": [1, 2.25, {"a": "ü"}]}
        self.assertEqual(checksum(json.loads(json.dumps(dict(reversed(tick.items())), indent=1))), checksum(tick))
        self.assertNotEqual(checksum({**tick, "ts": 1.6}), checksum(tick))


def test_a_tick_made_at_a_whole_second_is_the_same_in_every_language() -> None:
    assert checksum({"t": 1, "ts": 5.0}) == checksum({"ts": 5, "t": 1}) != checksum({"t": 1, "ts": 6})
