"""The bench of the dashboard finds what a chart shows wrongly."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from benchmarks.dashboard.drawn import Archived, reaches, wrong

WIDTH, EACH, POINTS = 0.5, 5, 20
BEGIN = 1_760_000_000.0
TICKS = [
    {"t": 1 + n, "ts": BEGIN + (n + 0.5) * WIDTH / EACH, "v": (n * 7) % 11, "a": [1]} for n in range(POINTS * EACH)
]
SPAN = {"from": BEGIN, "to": BEGIN + POINTS * WIDTH}


def archived(folder: Path, ticks: list[dict[str, Any]]) -> Archived:
    epoch = folder / "epoch"
    epoch.mkdir(exist_ok=True)
    (epoch / "active.jsonl").write_text("".join(json.dumps(tick) + "\n" for tick in ticks))
    return Archived(folder, BEGIN, ["v", "a.length"])


def chart() -> dict[str, Any]:
    """What is to be drawn of these ticks."""
    rows = [TICKS[row * EACH : (row + 1) * EACH] for row in range(POINTS)]
    lines = [[[tick["v"] for tick in row] for row in rows], [[1] * EACH] * POINTS]
    return {
        "x": [BEGIN + (row + 0.5) * WIDTH for row in range(POINTS)],
        "fields": ["v", "a.length"],
        "count": [[len(values) for values in line] for line in lines],
        "min": [[min(values) for values in line] for line in lines],
        "max": [[max(values) for values in line] for line in lines],
    }


def test_a_chart_of_every_tick_is_right(tmp_path: Path) -> None:
    assert wrong(chart(), archived(tmp_path, TICKS)) == 0


def test_a_tick_that_is_not_drawn_is_found(tmp_path: Path) -> None:
    drawn = chart()
    drawn["count"][0][5] -= 1
    assert wrong(drawn, archived(tmp_path, TICKS)) == 1


def test_a_tick_that_is_drawn_twice_is_found(tmp_path: Path) -> None:
    fewer = [tick for tick in TICKS if tick["t"] != 7 * EACH + 3]
    assert wrong(chart(), archived(tmp_path, fewer)) >= 2


def test_a_point_of_which_the_archive_knows_nothing_is_found(tmp_path: Path) -> None:
    fewer = [tick for tick in TICKS if not 5 * EACH < tick["t"] <= 6 * EACH]
    assert wrong(chart(), archived(tmp_path, fewer)) == 2


@pytest.mark.parametrize("end", ["min", "max"])
def test_an_end_of_a_band_that_no_tick_has_is_found(tmp_path: Path, end: str) -> None:
    drawn = deepcopy(chart())
    drawn[end][0][5] += 1
    assert wrong(drawn, archived(tmp_path, TICKS)) == 1


def test_a_point_that_is_left_out_is_found_by_its_ticks(tmp_path: Path) -> None:
    drawn = chart()
    drawn["x"].pop(5)
    for name in ("count", "min", "max"):
        drawn[name] = [line[:5] + line[6:] for line in drawn[name]]
    assert wrong(drawn, archived(tmp_path, TICKS)) == 2 * EACH


def test_a_chart_reaches_from_one_end_of_its_time_to_the_other(tmp_path: Path) -> None:
    stored, drawn = archived(tmp_path, TICKS), chart()
    assert reaches(drawn, SPAN, stored)
    assert not reaches({**drawn, "x": drawn["x"][:-4]}, SPAN, stored)
    assert not reaches({**drawn, "x": drawn["x"][4:]}, SPAN, stored)
    assert not reaches({**drawn, "x": []}, SPAN, stored)
