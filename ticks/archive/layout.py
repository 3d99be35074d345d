"""Where the files of the archive are: `<archive>/<stream>/<epoch>/`."""

from __future__ import annotations

import re
from pathlib import Path

from ticks.cursor import EPOCH

ACTIVE = "active.jsonl"
GAPS = "gaps.jsonl"
CLOSED = re.compile(r"\d{20}\.jsonl")


def epochs(stream_dir: Path) -> list[str]:
    """The epochs that have a directory, oldest first."""
    if not stream_dir.is_dir():
        return []
    return sorted(entry.name for entry in stream_dir.iterdir() if entry.is_dir() and EPOCH.fullmatch(entry.name))


def closed_name(first_t: int) -> str:
    return f"{first_t:020d}.jsonl"


def closed_files(epoch_dir: Path) -> list[Path]:
    """The closed files of an epoch, oldest first; none where nothing was ever written."""
    if not epoch_dir.is_dir():
        return []
    return sorted(entry for entry in epoch_dir.iterdir() if CLOSED.fullmatch(entry.name))
