"""A home with 1,000,000 sealed ticks: made once, and kept beside the other archives of the bench."""

from __future__ import annotations

import json
import os
import shutil
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
        shutil.copytree(self.folder, home, dirs_exist_ok=True)


def past(scale: float) -> Past:
    """Fewer at a smaller scale."""
    ticks = int(TICKS * min(1.0, scale))
    folder = data.root() / f"sealed-{ticks}"
    if data.stamp_of(folder) != data.stamp():
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, ticks)
    return Past(folder, ticks)


def _make(folder: Path, ticks: int) -> None:
    """Under another name until it is complete."""
    data.remove_unfinished(folder.parent)
    unfinished = folder.parent / f"unfinished-{os.getpid()}"
    print(f"  making {folder}, once: {ticks:,} ticks", flush=True)
    try:
        unfinished.mkdir()
        manage(unfinished, "", "migrate", "-v", "0")
        data.fill(unfinished, STREAM, ticks, INTERVAL, time.time() - AGE_S)
        _seal_rest(unfinished)
        (unfinished / data.STAMP).write_text(json.dumps(data.stamp()))
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _seal_rest(home: Path) -> None:
    closed = f"archive/{STREAM}/*/*.jsonl"
    for file in home.glob(closed):
        os.utime(file, (time.time() - AGE_S,) * 2)
    manage(home, "", "runarchiver", "--once")
    assert not list(home.glob(closed)), "not all is sealed"
