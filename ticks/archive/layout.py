"""Where the files of the archive are: `<archive>/<stream>/<epoch>/`."""

from __future__ import annotations

import re
from pathlib import Path

from ticks.cursor import EPOCH

ACTIVE = "active.jsonl"
GAPS = "gaps.jsonl"
CLOSED = re.compile(r"\d{20}\.jsonl")
IMMUTABLE = re.compile(r"\d{20}\.jsonl(\.zst)?")


def epochs(stream_dir: Path) -> list[str]:
    """The epochs that have a directory, oldest first."""
    if not stream_dir.is_dir():
        return []
    return sorted(entry.name for entry in stream_dir.iterdir() if entry.is_dir() and EPOCH.fullmatch(entry.name))


def closed_name(first_t: int) -> str:
    return f"{first_t:020d}.jsonl"


def sealed_name(first_t: int) -> str:
    return f"{first_t:020d}.jsonl.zst"


def is_sealed(path: Path) -> bool:
    return path.suffix == ".zst"


def first_t_of(path: Path) -> int:
    """By the name of a closed or sealed file."""
    return int(path.name[:20])


def closed_files(epoch_dir: Path) -> list[Path]:
    """The closed files of an epoch, oldest first; none where nothing was ever written."""
    return [path for path in immutable_files(epoch_dir) if CLOSED.fullmatch(path.name)]


def immutable_files(epoch_dir: Path) -> list[Path]:
    """The closed and sealed files of an epoch, oldest first, a sealed one before the closed ones that it covers."""
    if not epoch_dir.is_dir():
        return []
    found = [entry for entry in epoch_dir.iterdir() if IMMUTABLE.fullmatch(entry.name)]
    return sorted(found, key=lambda path: (first_t_of(path), not is_sealed(path)))


def begins_between(epoch_dir: Path, after_t: int, next_t: int) -> bool:
    """Whether there is an immutable file whose first tick lies between."""
    return any(after_t < first_t_of(path) < next_t for path in immutable_files(epoch_dir))
