"""The product's reader against the tests' own, over random ranges of archives in every state that sealing leaves."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.archive.killing import Killed
from tests.archive.making import joined, small_frames
from tests.support.archived import Tick, Truth
from tests.support.lines import encode
from ticks.archive import backward, index, plan, reader, recovery, sealing
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import ACTIVE, closed_name
from ticks.archive.sealer import FAST_LEVEL
from ticks.batch import Batch
from ticks.models import Segment

EPOCHS = ("0mi8x7k2a0000", "0mi8x7k2b0000", "0mi8x7k2c0000")
Group = Sequence[Segment]


def killed_in(module: object, name: str) -> Callable[[Path, Group], None]:
    def seal(archive: Path, group: Group) -> None:
        with patch.object(module, name, side_effect=Killed), pytest.raises(Killed):
            sealing.seal(archive, group)

    return seal


def killed_while_removing(archive: Path, group: Group) -> None:
    def remove(files: Sequence[Path]) -> None:
        for path in files[: len(files) // 2]:
            path.unlink()
        raise Killed

    with patch.object(sealing, "remove", remove), pytest.raises(Killed):
        sealing.seal(archive, group)


def sealed_fast(archive: Path, group: Group) -> None:
    sealing.seal(archive, group, level=FAST_LEVEL)


def sealed_again(archive: Path, group: Group) -> None:
    assert sealing.reseal(archive, sealing.seal(archive, group, level=FAST_LEVEL))


STATES: dict[str, Callable[[Path, Group], object]] = {
    "closed": lambda archive, group: None,
    "written beside": killed_in(sealing.os, "rename"),
    "named": killed_in(sealing.index, "replace"),
    "indexed": killed_in(sealing, "remove"),
    "half of them gone": killed_while_removing,
    "sealed": sealing.seal,
    "sealed fast": sealed_fast,
    "sealed again": sealed_again,
}


class Making:
    """A random archive. Clocks step back, `t` has holes by design, gaps.jsonl others."""

    def __init__(self, archive: Path, random: Random) -> None:
        self.archive, self.random = archive, random
        self._t, self._ts = -1, 1000.0

    def make(self) -> None:
        count = self.random.randint(1, len(EPOCHS))
        for epoch in EPOCHS[:count]:
            self._epoch(self.archive / "main" / epoch)
        index.index_closed(self.archive, "main")
        for epoch in EPOCHS[:count]:
            self._seal(epoch)
        self._end(self.archive / "main" / EPOCHS[count - 1])

    def _epoch(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._t = self.random.choice([-1, 0, 4])
        for number in range(self.random.randint(1, 8)):
            if self.random.random() < 0.2:
                through_t = self._t + self.random.randint(1, 5)
                missing = self.random.randint(1, through_t - self._t)
                note(folder, Hole(self._t if number else -1, through_t, missing))
                self._t = through_t
            lines = self._lines()
            (folder / closed_name(self._t_of_first)).write_bytes(joined(lines))

    def _lines(self) -> list[bytes]:
        lines, self._t_of_first = [], 0
        for _ in range(self.random.randint(1, 7)):
            self._t += self.random.choice([1, 1, 1, 3])
            self._ts += self.random.choice([1, 1, 1, 0.25, 0, -6])
            self._t_of_first = self._t_of_first if lines else self._t
            lines.append(encode({"x": "ü" * self.random.choice([0, 3, 60])}, self._t, self._ts))
        return lines

    def _seal(self, epoch: str) -> None:
        rows = list(index.segments("main", epoch))
        with patch.object(plan, "SEGMENT_BYTES", self.random.choice([1, 400, 1 << 20])):
            groups = list(plan.together(rows))
        for group in groups:
            with small_frames(self.random.choice([1, 100, 300])):
                STATES[self.random.choice([*STATES])](self.archive, group)

    def _end(self, folder: Path) -> None:
        """What no row stands for yet: closed just now, and the active file with a torn line."""
        if self.random.random() < 0.5:
            lines = self._lines()
            (folder / closed_name(self._t_of_first)).write_bytes(joined(lines))
            (folder / ACTIVE).with_suffix(".new").touch()
        else:
            (folder / ACTIVE).write_bytes(joined(self._lines()) + b'{"t":')


class RangesTest(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 2**32 - 1))
    def test_every_range_is_read_as_the_tests_own_reader_reads_it(self, seed: int) -> None:
        self.random = Random(seed)
        with self._archive() as self.archive:
            newest = index.newest("main")
            assert newest is not None
            self.truth = Truth(self.archive / "main")
            self.truth.ticks = [
                tick for tick in self.truth.ticks if (tick.epoch, tick.t) <= (newest.epoch, newest.last_t)
            ]
            self._read_ranges()
            recovery.recover(self.archive, "main")
            self.truth = Truth(self.archive / "main")
            self._read_ranges()

    @contextmanager
    def _archive(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            Making(Path(folder), self.random).make()
            yield Path(folder)

    def _read_ranges(self) -> None:
        for _ in range(12):
            tick = self.random.choice(self.truth.ticks)
            epoch, t = tick.epoch, tick.t + self.random.choice([-2, -1, 0, 1, 2])
            max_bytes = self.random.choice([1, 150, 600, 1 << 18])
            self._is_first(reader.after(self.archive, "main", epoch, t, max_bytes=max_bytes), epoch, t)
            self._is_last(backward.before(self.archive, "main", epoch, t, max_bytes=max_bytes), epoch, t)
            self._range(epoch, t, t + self.random.randint(0, 30), max_bytes)
            self._seek(tick.ts + self.random.choice([-100, -0.25, 0, 0.125, 100]))

    def _is_first(self, batch: Batch | None, epoch: str, t: int) -> None:
        expected = self.truth.after(epoch, t)
        assert (batch is None) == (not expected)
        if batch is not None:
            self._is(batch, expected[: batch.count])

    def _is_last(self, batch: Batch | None, epoch: str, t: int) -> None:
        expected = self.truth.before(epoch, t)
        assert (batch is None) == (not expected)
        if batch is not None:
            self._is(batch, expected[-batch.count :])

    def _is(self, batch: Batch, expected: Sequence[Tick]) -> None:
        first, last = expected[0], expected[-1]
        assert list(batch.records) == [tick.line for tick in expected]
        assert (batch.epoch, batch.prev_t, batch.n) == (first.epoch, first.prev_t, first.n)
        assert (batch.first_t, batch.last_t, batch.last_n) == (first.t, last.t, last.n)

    def _range(self, epoch: str, start: int, end: int, max_bytes: int) -> None:
        """The ticks from `start` to before `end`, read forward and backward."""
        expected = [tick.line for tick in self.truth.after(epoch, start - 1) if tick.t < end]
        forward: list[bytes] = []
        t = start - 1
        while (batch := reader.after(self.archive, "main", epoch, t, max_bytes=max_bytes)) and batch.first_t < end:
            forward += [line for line, tick in self._pairs(batch) if tick < end]
            t = batch.last_t
        assert forward == expected
        back: list[bytes] = []
        t = end
        while (batch := backward.before(self.archive, "main", epoch, t, max_bytes=max_bytes)) and batch.last_t >= start:
            back = [line for line, tick in self._pairs(batch) if tick >= start] + back
            t = batch.first_t
        assert back == expected

    def _pairs(self, batch: Batch) -> list[tuple[bytes, int]]:
        return [(line, int(line[5 : line.index(b",")])) for line in batch.records]

    def _seek(self, ts: float) -> None:
        for at in (ts, math.inf, -math.inf):
            first, found = self.truth.since(at), reader.seek(self.archive, "main", at)
            assert (first and (first.epoch, first.prev_t)) == (found and (found.epoch, found.t))
            last, found = self.truth.made_before(at), backward.seek_before(self.archive, "main", at)
            assert (last and (last.epoch, last.t)) == (found and (found.epoch, found.t))
