"""Records with numbers of their own: kept while they increase, and the epochs that they begin."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archive.test_active import archived
from tests.producer.test_writer import EPOCH, START
from ticks.cursor import Cursor
from ticks.producer import writer as module
from ticks.producer.writer import Entry, Writer
from ticks.tick import MAX_T, TickError


def test_a_records_own_number_is_kept_while_it_increases(tmp_path: Path) -> None:
    with closing(Writer(tmp_path, Cursor(EPOCH, -1, 0))) as writer:
        assert [writer.write({"t": t}) for t in (0, 1, 5, 1000, MAX_T)] == [0, 1, 5, 1000, MAX_T]
        owed = writer.owed(Cursor(EPOCH, -1, 0))
    assert owed is not None
    assert (owed.prev_t, owed.n, owed.first_t, owed.count) == (-1, 1, 0, 5)
    assert archived(tmp_path) == [0, 1, 5, 1000, MAX_T]


def test_the_same_number_again_is_refused(tmp_path: Path) -> None:
    with closing(Writer(tmp_path, START)) as writer:
        writer.write({"t": 5})
        with pytest.raises(TickError, match="t=5 was the record's before"):
            writer.write({"t": 5})
        assert writer.write({}) == 6


@pytest.mark.parametrize(("first", "then"), [(5, 4), (5, 0), (7, 1)])
def test_a_source_that_starts_over_begins_a_new_epoch(tmp_path: Path, first: int, then: int) -> None:
    old = Writer(tmp_path / EPOCH, START)
    old.write({"t": first})
    assert old.write({"t": then}) == then
    new = old.successor
    assert new is not None
    assert new.epoch > old.epoch
    assert (old.tip, new.tip) == (Cursor(EPOCH, first, 1), Cursor(new.epoch, then, 1))
    assert old.write({}) == then + 1  # by whoever still holds the old one
    for writer in (old, new):
        writer.close()
    assert archived(tmp_path / EPOCH) == [first]
    assert archived(tmp_path / new.epoch) == [then, then + 1]


def test_a_source_that_runs_again_with_the_number_it_ended_with_starts_over(tmp_path: Path) -> None:
    old = Writer(tmp_path / EPOCH, Cursor(EPOCH, 1, 1))
    assert old.write({"t": 1}) == 1
    assert old.successor is not None
    old.successor.close()
    old.close()


def test_after_the_largest_number_a_new_epoch_begins(tmp_path: Path) -> None:
    old = Writer(tmp_path / EPOCH, START)
    old.write({"t": MAX_T})
    assert old.write({}) == 1
    assert old.successor is not None
    old.successor.close()
    old.close()


def test_a_source_in_disorder_does_not_begin_epochs_without_end(tmp_path: Path) -> None:
    writer = Writer(tmp_path / EPOCH, START)
    begun = []
    for at in range(121):
        writer.write({"t": 1000 - at % 2})
        if writer.successor is not None:
            begun.append(writer)
            writer = writer.successor
    with pytest.raises(TickError, match="t=999 comes after t=1000, and 60 epochs were begun within a minute"):
        writer.write({"t": 999})
    assert len(begun) == 60
    assert writer.write({}) == 1001
    for one in [*begun, writer]:
        one.close()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.none() | st.integers(0, 6), min_size=1, max_size=8), max_size=8))
def test_any_numbers_in_any_groups_make_increasing_epochs(groups: list[list[int | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder, patch.object(module, "MAX_TURNS", 1000):
        first = writer = Writer(Path(folder) / EPOCH, Cursor(EPOCH, -1, 0))
        said = []
        for group in groups:
            entries = [Entry({} if t is None else {"t": t}) for t in group]
            writer = writer.put(*entries)
            said += [(own, entry.t) for own, entry in zip(group, entries, strict=True)]
        expected: list[list[int]] = [[]]
        for own, given_t in said:
            last = expected[-1][-1] if expected[-1] else -1
            if own is not None and own == last:
                assert given_t is None
                continue
            t = max(last, 0) + 1 if own is None else own
            if t < last:
                expected.append([])
            expected[-1].append(t)
            assert given_t == t
        found = []
        each: Writer | None = first
        while each is not None:
            each.close()
            found.append(archived(Path(folder) / each.epoch))
            assert each.tip.n == len(found[-1])
            each = each.successor
        assert found == expected
