"""Random ranges read, forward and backward, while a producer closes files and an archiver seals them."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from typing import Any

from tests.integration.test_archiver import ENDLESS, ArchiverCase
from tests.support.archived import Tick, Truth
from tests.support.waiting import until

READS = 600
SEALED = 12
READ = """
import django; django.setup()
import json
from hashlib import sha256
from random import Random
from django.conf import settings
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live.hotlog import HotLog, connect
from ticks.live.store import Store
from ticks.tick import head

def told(read):
    if not isinstance(read, Batch):
        return repr(read)
    lines = sha256(b"".join(read.records)).hexdigest()
    return [read.epoch, read.prev_t, read.n, read.first_t, read.last_t, read.count, lines]

store, random = Store(settings.TICKS_ARCHIVE, HotLog(connect(settings.REDIS_URL), "main"), "main"), Random(SEED)
while True:
    present = store.head()
    if present is None or present.tip.t < 2:
        continue
    at = Cursor(present.tip.epoch, random.randrange(1, present.tip.t))
    max_bytes = random.choice([1, 5000, 1 << 18])
    after, before = store.after(at, max_bytes), store.before(at, max_bytes=max_bytes)
    ts = head(after.records[0]).ts if isinstance(after, Batch) else 0.0
    found = [store.seek(ts), store.seek_before(ts)]
    print(json.dumps([at.t, told(after), told(before), ts, [one and [one.epoch, one.t] for one in found]]), flush=True)
"""


class ReadersTest(ArchiverCase):
    def test_every_read_is_a_part_of_what_was_written(self) -> None:
        seed = random.randrange(1 << 32)
        producer = self.producer(ENDLESS)
        reader = self.processes.program(READ.replace("SEED", str(seed)))
        archiver = self.archiver()
        until(
            lambda: len(self.files("*.zst")) >= SEALED and reader.said.count("\n") >= READS,
            f"{SEALED} files are sealed and {READS} ranges read: {reader.said[-2000:]}",
        )
        self.assertIsNone(reader.process.poll(), reader.said)
        reader.kill()
        self.assertEqual((archiver.stop(), archiver.said), (0, ""))
        self.assertEqual(producer.stop(), 0, producer.said)
        truth = Truth(self.archive / "main")
        places = {tick.t: i for i, tick in enumerate(truth.ticks)}
        self.assertEqual([*places], [*range(1, len(truth.ticks) + 1)])
        for line in reader.said.splitlines(keepends=True):
            if line.endswith("\n"):
                self.assert_true(truth.ticks, places, *json.loads(line), f"seed {seed}")

    def assert_true(
        self,
        ticks: list[Tick],
        places: dict[int, int],
        t: int,
        after: Any,
        before: Any,
        ts: float,
        found: Any,
        why: str,
    ) -> None:
        at = places[t] + 1
        count = after[5]
        self.assertEqual(after, told(ticks[at : at + count]), why)
        self.assertEqual(before, told(ticks[at - before[5] : at]), why)
        first = next(i for i in range(len(ticks)) if ticks[i].ts >= ts)
        last = next((tick for tick in reversed(ticks) if tick.ts < ts), None)
        expected = [[ticks[first].epoch, ticks[first].prev_t], [last.epoch, last.t] if last is not None else None]
        self.assertEqual(found, expected, why)


def told(ticks: list[Tick]) -> list[Any]:
    first, last = ticks[0], ticks[-1]
    lines = sha256(b"".join(tick.line for tick in ticks)).hexdigest()
    return [first.epoch, first.prev_t, first.n, first.t, last.t, len(ticks), lines]
