"""Sealed files are read as they are, or `Damaged` is raised."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.archive.making import EPOCH, STREAM, flipped, joined, sealed_bytes, small_frames, ticks
from ticks.archive import sealed
from ticks.archive.opened import Damaged, opened
from ticks.archive.sealer import LEVEL

LINES = ticks(*range(5, 30, 2))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with small_frames():
        (tmp_path / "one.jsonl.zst").write_bytes(sealed_bytes(LINES, prev_t=3, n=4))
    return tmp_path / "one.jsonl.zst"


def read(path: Path) -> bytes:
    with opened(path) as file:
        return b"".join(sealed.lines(file, frame) for frame in sealed.facts(file).frames)


def test_a_file_says_what_it_is_and_gives_its_lines(path: Path) -> None:
    with opened(path) as file:
        facts = sealed.facts(file)
    first, *_, last = facts.frames
    assert (facts.stream, facts.epoch, facts.level) == (STREAM, EPOCH, LEVEL)
    assert (first.prev_t, first.n, first.first_t, last.last_t) == (3, 4, 5, 29)
    assert last.n + last.count == 4 + len(LINES)
    assert read(path) == joined(LINES)


def test_every_truncation_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(Damaged, match=path.name):
            read(path)


def test_no_flipped_bit_gives_other_lines(path: Path) -> None:
    whole = path.read_bytes()
    for bit in range(0, 8 * len(whole), 3):
        path.write_bytes(flipped(whole, bit))
        try:
            assert read(path) == joined(LINES)
        except Damaged:
            continue


def test_a_file_that_was_sealed_anew_is_read_anew(path: Path) -> None:
    assert read(path) == joined(LINES)
    other = path.with_name("other")
    other.write_bytes(sealed_bytes(ticks(1, 2)))
    with opened(path) as file:
        os.rename(other, path)
        assert len(sealed.facts(file).frames) > 1
        assert sealed.lines(file, sealed.facts(file).frames[0]) == joined(LINES[:1])
    assert read(path) == joined(ticks(1, 2))


def test_a_disk_that_fails_is_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError("no sense")

    monkeypatch.setattr(os, "pread", fail)
    with pytest.raises(Damaged, match="no sense"):
        read(path)
