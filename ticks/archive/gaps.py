"""`gaps.jsonl`: the ticks of an epoch that were published and never archived."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ticks.archive.layout import GAPS


class Hole(NamedTuple):
    """`missing` ticks after `after_t` (-1: from the epoch's first on) are not there, the last being `through_t`."""

    after_t: int
    through_t: int
    missing: int


def note(epoch_dir: Path, hole: Hole) -> None:
    """Add a hole, on disk when this returns."""
    with (epoch_dir / GAPS).open("a+") as file:
        torn = file.tell() and not (epoch_dir / GAPS).read_bytes().endswith(b"\n")
        file.write(("\n" if torn else "") + json.dumps(hole._asdict()) + "\n")
        file.flush()
        os.fsync(file.fileno())


def unarchived(epoch_dir: Path) -> list[Hole]:
    """The holes of an epoch, oldest first; a line that was torn by a kill is none."""
    try:
        lines = (epoch_dir / GAPS).read_text().splitlines()
    except FileNotFoundError:
        return []
    holes = []
    for line in lines:
        with suppress(ValueError):
            holes.append(Hole(**json.loads(line)))
    return holes


def forget_behind(epoch_dir: Path, t: int) -> None:
    """Drop the holes after this `t` or later ones."""
    holes = unarchived(epoch_dir)
    kept = [hole for hole in holes if hole.after_t < t]
    if kept != holes:
        unfinished = epoch_dir / f"{GAPS}.new"
        unfinished.write_text("".join(json.dumps(hole._asdict()) + "\n" for hole in kept))
        os.replace(unfinished, epoch_dir / GAPS)
