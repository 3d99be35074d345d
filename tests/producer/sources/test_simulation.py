"""The simulation: seeded, alive, of the size that was promised."""

from __future__ import annotations

import itertools
import json
import math
import subprocess
import sys
from typing import Any

import pytest

from tests.support.lines import encode
from ticks.producer.sources.simulation import Simulation


def samples(count: int, agents: int = 11, seed: int = 0) -> list[dict[str, Any]]:
    simulation = Simulation(agents, seed)
    return [simulation.sample() for _ in range(count)]


def test_a_seed_gives_the_same_records_in_every_process() -> None:
    code = "import json; from tests.producer.sources.test_simulation import samples; print(json.dumps(samples(50)))"
    setup = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup(); "
    ran = subprocess.run([sys.executable, "-c", setup + code], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == samples(50)
    assert samples(50, seed=1) != samples(50)


def test_every_agent_changes_with_every_tick() -> None:
    for before, after in itertools.pairwise(samples(200)):
        for then, now in zip(before["agents"], after["agents"], strict=True):
            assert then["name"] == now["name"]
            assert (then["x"], then["y"]) != (now["x"], now["y"])
            assert now is not then


def test_what_one_agent_does_depends_on_the_others() -> None:
    alone, moved = Simulation(3), Simulation(3)
    moved._x[1] += 100_000
    alone.sample()
    moved.sample()
    assert alone.sample()["agents"][0]["vx"] != moved.sample()["agents"][0]["vx"]


@pytest.mark.parametrize(("agents", "least", "most"), [(8, 1000, 1100), (11, 1300, 1450), (38, 4400, 5000)])
def test_a_record_has_one_to_five_kilobytes(agents: int, least: int, most: int) -> None:
    sizes = [len(encode(record, 1_000_000, 1.8e9 + 0.123456)) for record in samples(500, agents)[100:]]
    assert least <= min(sizes)
    assert max(sizes) <= most


def test_numbers_have_three_decimals_at_most() -> None:
    for record in samples(500):
        numbers = [record["energy"], record["width"], record["height"]]
        numbers += [agent[key] for agent in record["agents"] for key in ("x", "y", "vx", "vy", "energy")]
        assert all(number == round(number, 3) for number in numbers)


def test_it_neither_dies_down_nor_runs_away() -> None:
    *_, record = samples(100_000, agents=4)
    assert all(math.hypot(agent["x"], agent["y"]) < 2000 for agent in record["agents"])
    assert max(abs(agent["x"]) + abs(agent["y"]) for agent in record["agents"]) > 10
    assert all(0 < agent["energy"] < 1000 for agent in record["agents"])


@pytest.mark.parametrize("agents", [1, 0, -5, 1001])
def test_a_number_of_agents_that_is_not_offered_is_refused(agents: int) -> None:
    with pytest.raises(ValueError, match=f"{agents} agents are outside 2 to 1000"):
        Simulation(agents)
