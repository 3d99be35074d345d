"""Ticks with known fields, closed into files as a producer would, and what NumPy finds in them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from tests.archive.cases import ArchiveCase
from tests.archive.killing import Killed, killing
from tests.support.cases import EPOCH
from tests.support.lines import encode
from ticks.archive import gaps, index
from ticks.archive.active import ActiveFile
from ticks.archive.archiver import Archiver
from ticks.archive.layout import closed_name
from ticks.archive.rollups.buckets import Buckets
from ticks.archive.rollups.kept import Kept
from ticks.archive.rollups.roller import Roller
from ticks.archive.survey import Facts
from ticks.models import Segment

Floats = NDArray[np.float64]
START = 1_700_000_000.0
POINTS = (
    *((Kept, "append"), (Kept, "_roll"), (Kept, "skip_to"), (ActiveFile, "roll"), (index, "index_epoch")),
    *((index, "replace"), (gaps, "note"), (Roller, "roll"), (Roller, "finish")),
)
"""Where an archiver is killed: before each of these, or right after."""
FIELDS = ["value", "deep.er", "flags.0", "flags.1", "agents.length", "on"]


class Tick(NamedTuple):
    epoch: str
    t: int
    ts: float
    record: dict[str, Any]


class RollupCase(ArchiveCase):
    """`self.ticks`: all that was closed."""

    def setUp(self) -> None:
        super().setUp()
        self.ticks: list[Tick] = []
        self.stop = threading.Event()
        self.archiver = Archiver(self.archive, self.stop)

    def close_ticks(self, first_t: int, clock: Sequence[float], epoch: str = EPOCH) -> None:
        """A closed file of ticks that were made at these times, indexed by its writer."""
        folder = self.archive / "main" / epoch
        folder.mkdir(parents=True, exist_ok=True)
        made = [Tick(epoch, first_t + i, ts, record_of(first_t + i)) for i, ts in enumerate(clock)]
        data = b"".join(encode(tick.record, tick.t, tick.ts) + b"\n" for tick in made)
        (folder / closed_name(first_t)).write_bytes(data)
        index.index_known(self.archive, "main", epoch, {first_t: facts_of(made, len(data))})
        self.ticks += made

    def history(self, random: Random) -> Iterator[None]:
        """In an empty archive: a closed file at a time, of any rate, by a clock that steps back, in some epochs."""
        Segment.objects.all().delete()
        RollupCase.setUp(self)
        t, ts, epoch = 1, START + random.uniform(0, 5000), EPOCH
        for part in range(14):
            rate = random.choice([0.2, 1.0, 1.9, 5.0, 40.0])
            clock = []
            for _ in range(random.randint(1, 120)):
                ts += random.expovariate(rate)
                if random.random() < 0.01:
                    ts -= random.uniform(0, 30)
                clock.append(round(ts, 6))
            self.close_ticks(t, clock, epoch)
            t += len(clock) + random.choice([0, 0, 5])
            if random.random() < 0.1:
                t, epoch = 1, f"0mwpx6cq{part:02}aaa"
            yield

    def turn_and_kill(self, random: Random) -> bool:
        """Whether it was killed: not every point is come to."""
        owner, name = random.choice(POINTS)
        try:
            with killing(owner, name, random.randint(1, 6), after=random.random() < 0.5):
                self.archiver.turn()
        except Killed:
            self.archiver = Archiver(self.archive, self.stop)
            return True
        return False

    def assert_series(self, found: Buckets, ticks: Sequence[Tick] | None = None) -> None:
        """What was found is what NumPy finds in the ticks."""
        grid = found.grid
        among = self.ticks if ticks is None else ticks
        for path, column in found.columns.items():
            told = [(tick.ts, value) for tick in among if (value := value_of(tick.record, path)) is not None]
            clock = np.array([ts for ts, _ in told])
            values = np.array([value for _, value in told])
            at = np.floor_divide(clock - grid.start, grid.width)
            for bucket in range(grid.size):
                here = values[at == bucket]
                self.assertEqual(column.numbers[bucket], len(here), (path, bucket, grid))
                if len(here):
                    self.assertEqual((column.least[bucket], column.most[bucket]), (here.min(), here.max()))
                    np.testing.assert_allclose(column.means()[bucket], here.mean(), rtol=1e-12, atol=1e-9)


def facts_of(ticks: Sequence[Tick], size: int) -> Facts:
    clock = [tick.ts for tick in ticks]
    return Facts(ticks[0].t, ticks[-1].t, len(ticks), min(clock), max(clock), size)


def record_of(t: int) -> dict[str, Any]:
    """All kinds of values; not every tick has each field."""
    record: dict[str, Any] = {"value": t * 7 % 101 - 50, "deep": {"er": 0.1 * (t % 17), "text": "ab"}}
    record["flags"] = [t % 3 == 0, t % 5 == 0]
    record["agents"] = [{"x": 1}] * (t % 4)
    if t % 2:
        record["on"] = t % 4 == 1
    return record


def value_of(record: dict[str, Any], path: str) -> float | None:
    """Written apart from the product's, for the fields of `record_of` alone."""
    flags = record["flags"]
    values = {
        "value": record["value"],
        "deep.er": record["deep"]["er"],
        "flags.0": float(flags[0]),
        "flags.1": float(flags[1]),
        "agents.length": len(record["agents"]),
        "on": float(record["on"]) if "on" in record else None,
    }
    return values[path]


def rows_of(data: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in data.splitlines()]
