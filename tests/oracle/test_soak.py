"""A soak of half a minute; `script/bench soak --minutes N` takes as long as one likes."""

from __future__ import annotations

import random

import pytest

from tests.oracle.ground import ground
from tests.oracle.soak import Soak, slope

WARM_UP_S, SECONDS = 8, 18
FAR = 2000
"""So much is no longer in the ring, and is soon caught up with."""
ROOM_MB = 30
"""By which the worker may grow: a leak of each tick makes 40 and more. Answers have up to `FAR` ticks, four are made at
once, and what the most of them took together is kept, 10 MB; how soon, chance decides. A longer soak tells a slope.
"""
FEW = 10
"""Descriptors that a thread has which was begun late."""


@pytest.mark.integration
def test_subscribers_come_and_go_for_half_a_minute() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    with ground() as on:
        soak = Soak(on, seed, FAR)
        outcome = soak.run(WARM_UP_S, SECONDS)
        assert "Traceback" not in soak.worker.said, soak.worker.said
    told = f"seed {seed}, {outcome}"
    assert outcome.findings == [], told
    assert outcome.judged == outcome.came, told
    assert min(outcome.came, outcome.stalls, outcome.cuts) > 10, told
    assert outcome.mb_a_minute * outcome.minutes < ROOM_MB, told
    assert outcome.descriptors[1] <= outcome.descriptors[0] + FEW, told


def test_a_slope_is_that_of_the_line_that_fits_best() -> None:
    assert slope([(0, 5), (1, 7), (2, 9)]) == 2
    assert slope([(0, 5), (1, 9), (2, 5)]) == 0
