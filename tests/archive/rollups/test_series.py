"""Series against NumPy, whatever is rolled up, sealed, damaged or neither."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from random import Random
from typing import Any
from unittest.mock import patch

from tests.archive.making import small_frames
from tests.archive.rollups.cases import FIELDS, START, RollupCase
from tests.support.cases import NEXT_EPOCH
from ticks.archive import files, index
from ticks.archive.rollups import kept
from ticks.archive.rollups.series import series
from ticks.archive.sealing import seal


class SeriesTest(RollupCase):
    def setUp(self) -> None:
        super().setUp()
        stack = ExitStack()
        stack.enter_context(small_frames(2000))
        stack.enter_context(patch.object(kept, "FRAME_BYTES", 3000))
        self.addCleanup(stack.close)

    def assert_all_series(self, random: Random, times: int = 5) -> None:
        first, last = min(tick.ts for tick in self.ticks), max(tick.ts for tick in self.ticks)
        for _ in range(times):
            from_ts, to_ts = sorted(random.uniform(first - 50, last + 50) for _ in range(2))
            points = random.choice([1, 5, 40, 300])
            found, _cursor = series(self.archive, "main", FIELDS, from_ts, to_ts + 0.1, points)
            self.assertLessEqual(found.grid.size, points)
            self.assertLessEqual(found.grid.start, from_ts)
            self.assertGreaterEqual(found.grid.end, to_ts - 1e-6)
            self.assert_series(found)

    def test_at_every_stage_of_a_random_history_they_are_what_numpy_finds(self) -> None:
        kills = 0
        for seed in range(6):
            with self.subTest(seed=seed):
                kills += self.run_history(Random(seed))
        self.assertTrue(kills)

    def run_history(self, random: Random) -> int:
        """How often the archiver was killed."""
        kills = 0
        for _ in self.history(random):
            if random.random() < 0.4:
                kills += self.turn_and_kill(random)
            elif random.random() < 0.7:
                self.archiver.turn()
            self.assert_all_series(random, 2)
        self.archiver.turn()
        self.assert_all_series(random)
        return kills

    def test_what_a_damaged_row_covered_is_read_from_the_ticks(self) -> None:
        self.close_ticks(1, [START + i / 5 for i in range(3000)])
        self.close_ticks(1, [START + 1000], NEXT_EPOCH)
        self.archiver.turn()
        random = Random(1)
        damaged = sorted(self.archive.glob("main@*/*/*.zst"))
        self.assertGreaterEqual(len(damaged), 5)
        for path in damaged:
            data = bytearray(path.read_bytes())
            for at in random.sample(range(len(data)), max(1, len(data) // 1000)):
                data[at] ^= 1 << random.randrange(8)
            path.write_bytes(data)
            self.assert_all_series(random, 3)
        for path in damaged:
            path.unlink()
            self.assert_all_series(random, 2)

    def test_no_more_is_read_than_ten_times_the_points(self) -> None:
        self.close_ticks(1, [START + i / 50 for i in range(40_000)])
        self.close_ticks(1, [START + 800 + i for i in range(8000)], NEXT_EPOCH)
        self.archiver.turn()
        random = Random(2)
        for _ in range(40):
            from_ts, points = START + random.uniform(0, 8000), random.choice([20, 100, 800])
            found, _ = series(self.archive, "main", ["value"], from_ts, from_ts + random.uniform(1, 8000), points)
            self.assertLessEqual(found.read, 10 * points + 20, found.grid)
            self.assertTrue(found.read)

    def test_a_tick_0_is_counted_once(self) -> None:
        for first_t in range(0, 1000, 100):
            self.close_ticks(first_t, [START + (first_t + i) / 5 for i in range(100)])
        self.archiver.turn()
        self.assertTrue(list(self.archive.glob("main@10/*/0*")))
        self.assert_all_series(Random(3))
        found, _ = series(self.archive, "main", FIELDS, START, START + 200, 200)
        self.assert_series(found)

    def test_what_is_sealed_while_it_is_read_is_counted_once(self) -> None:
        for first_t in range(1, 1000, 20):
            self.close_ticks(first_t, [START + first_t + i for i in range(20)])
        rows, reads = list(index.segments("main")), count(1)

        def and_seal(*args: Any) -> Any:
            if next(reads) == 30:
                seal(self.archive, rows[:45])
            return lines(*args)

        lines = files.lines
        with patch.object(files, "lines", and_seal):
            found, _ = series(self.archive, "main", FIELDS, START, START + 1000, 1000)
        self.assertGreater(next(reads), 31)
        self.assert_series(found)
