"""A reader of the archive written from its description alone: zstd, lines, JSON, and nothing of the product's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import zstandard

T = TypeVar("T")


class Tick(NamedTuple):
    """A line, and its place: the `t` and the number of those before it, with what gaps.jsonl says of them."""

    epoch: str
    prev_t: int
    n: int
    t: int
    ts: float
    line: bytes


class Truth:
    """All ticks of a stream that stand in closed or sealed files, to be asked for as a reader is."""

    def __init__(self, stream_dir: Path) -> None:
        self.ticks = _settled(lambda: list(_placed(stream_dir)))

    def after(self, epoch: str, t: int) -> list[Tick]:
        return [tick for tick in self.ticks if tick.epoch == epoch and tick.t > t]

    def before(self, epoch: str, t: int) -> list[Tick]:
        return [tick for tick in self.ticks if tick.epoch == epoch and tick.t < t]

    def since(self, ts: float) -> Tick | None:
        """The first that was made then or later."""
        return next((tick for tick in self.ticks if tick.ts >= ts), None)

    def made_before(self, ts: float) -> Tick | None:
        """The last that was."""
        return next((tick for tick in reversed(self.ticks) if tick.ts < ts), None)


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
    for path, lines in _read(stream_dir):
        yield from ((path.parent.name, json.loads(line)) for line in lines)


def _placed(stream_dir: Path) -> Iterator[Tick]:
    epoch, last_t, n, noted = "", 0, 0, list[dict[str, int]]()
    for path, lines in _read(stream_dir):
        if path.name == "active.jsonl":
            continue
        if path.parent.name != epoch:
            epoch, last_t, n = path.parent.name, -1, 0
            noted = _holes(path.parent)
        for line in lines:
            tick = json.loads(line)
            holes = [hole for hole in noted if last_t <= hole["after_t"] and hole["through_t"] < tick["t"]]
            prev_t = max([min(0, tick["t"] - 1) if n == 0 else last_t, *(hole["through_t"] for hole in holes)])
            n += 1 + sum(hole["missing"] for hole in holes)
            yield Tick(epoch, prev_t, n, tick["t"], tick["ts"], line)
            last_t = tick["t"]


def _read(stream_dir: Path) -> Iterator[tuple[Path, list[bytes]]]:
    """A sealed file wins over the closed ones that it was made of."""
    last = ("", -1)
    for path in files_of(stream_dir):
        epoch, lines = path.parent.name, lines_of(path)
        if lines and (epoch, json.loads(lines[0])["t"]) > last:
            yield path, lines
            last = (epoch, json.loads(lines[-1])["t"])


def _holes(epoch_dir: Path) -> list[dict[str, int]]:
    noted = epoch_dir / "gaps.jsonl"
    return [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []


def _order(path: Path) -> tuple[str, bool]:
    """The active file is an epoch's last."""
    return path.name.partition(".")[0].replace("active", "z"), path.suffix != ".zst"
