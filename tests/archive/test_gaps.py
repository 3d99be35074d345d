"""`gaps.jsonl`: what was published and never archived."""

from __future__ import annotations

from pathlib import Path

from ticks.archive.gaps import Hole, note, unarchived
from ticks.archive.layout import GAPS


def test_an_epoch_without_the_file_has_no_holes(tmp_path: Path) -> None:
    assert unarchived(tmp_path) == []


def test_holes_are_read_in_the_order_in_which_they_were_noted(tmp_path: Path) -> None:
    holes = [Hole(3, 7, 4), Hole(10, 11, 1), Hole(2**53 - 9, 2**53 - 1, 8)]
    for hole in holes:
        note(tmp_path, hole)
    assert unarchived(tmp_path) == holes


def test_a_hole_is_one_line_of_json(tmp_path: Path) -> None:
    note(tmp_path, Hole(3, 7, 4))
    assert (tmp_path / GAPS).read_text() == '{"after_t": 3, "through_t": 7, "missing": 4}\n'


def test_a_torn_last_line_is_passed_over_and_hides_nothing_that_is_noted_later(tmp_path: Path) -> None:
    note(tmp_path, Hole(3, 7, 4))
    with (tmp_path / GAPS).open("a") as file:
        file.write('{"after_t": 10, "thr')
    assert unarchived(tmp_path) == [Hole(3, 7, 4)]
    note(tmp_path, Hole(20, 21, 1))
    assert unarchived(tmp_path) == [Hole(3, 7, 4), Hole(20, 21, 1)]
