"""A home with 1,000,000 sealed ticks: made once, and kept beside the other archives of the bench."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks import data
from tests.support.processes import manage

STREAM = "simulation"
TICKS, INTERVAL = 1_000_000, 0.001
AGE_S = 2 * 86400
"""So long ago they were made; what was closed then need not wait for neighbours to be sealed."""


class Past(NamedTuple):
    folder: Path
    ticks: int

    def copy_to(self, home: Path) -> None:
        """For somebody who writes there."""
        data.copy(self.folder, home)


def past(scale: float) -> Past:
    """Fewer at a smaller scale."""
    ticks = int(TICKS * min(1.0, scale))

    def make(folder: Path) -> None:
        data.fill(folder, STREAM, ticks, INTERVAL, time.time() - AGE_S)
        _seal_rest(folder)

    return Past(data.kept(data.root() / f"sealed-{ticks}", ticks, make), ticks)


def _seal_rest(home: Path) -> None:
    closed = f"archive/{STREAM}/*/*.jsonl"
    for file in home.glob(closed):
        os.utime(file, (time.time() - AGE_S,) * 2)
    manage(home, "", "runarchiver", "--once")
    assert not list(home.glob(closed)), "not all is sealed"
