"""A reader of the archive written from its description alone: zstd, lines, JSON, and nothing of the product's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import zstandard

T = TypeVar("T")


def ticks_of(stream_dir: Path) -> list[tuple[str, int]]:
    """Every tick of a stream as (epoch, t), in the order of the files."""
    return _settled(lambda: [(epoch, tick["t"]) for epoch, tick in _records_of(stream_dir)])


def records_of(stream_dir: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every tick of a stream, with its epoch."""
    return _settled(lambda: list(_records_of(stream_dir)))


def files_of(stream_dir: Path) -> list[Path]:
    """Those that hold ticks, in the order of these; a sealed file stands before closed ones that it was made of."""
    found = [path for path in stream_dir.glob("*/[0-9a]*.jsonl*") if path.suffix != ".tmp"]
    return sorted(found, key=lambda path: (path.parent.name, *_order(path)))


def lines_of(path: Path) -> list[bytes]:
    """Those of one file, sealed or not; a line without its end is still being written."""
    with path.open("rb") as file:
        if path.suffix == ".zst":
            data = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()
        else:
            data = file.read()
    return data.rpartition(b"\n")[0].splitlines()


def _settled(read: Callable[[], T]) -> T:
    while True:
        try:
            return read()
        except FileNotFoundError:
            continue  # a file was closed, or sealed, and has another name now


def _records_of(stream_dir: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A sealed file wins over the closed ones that it was made of."""
    last = ("", -1)
    for path in files_of(stream_dir):
        epoch, ticks = path.parent.name, [json.loads(line) for line in lines_of(path)]
        if ticks and (epoch, ticks[0]["t"]) > last:
            yield from ((epoch, tick) for tick in ticks)
            last = (epoch, ticks[-1]["t"])


def _order(path: Path) -> tuple[str, bool]:
    """The active file is an epoch's last."""
    return path.name.partition(".")[0].replace("active", "z"), path.suffix != ".zst"
