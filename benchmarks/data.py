"""Archives that take long to make: made once, and kept outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.measured import start
from tests.support.processes import ROOT, manage

FORMAT = 1
"""Goes up where other ticks are made."""
STAMP = "made.json"
BYTES_A_TICK = 600
"""On the disk, at most."""


class Filling(NamedTuple):
    ticks: int
    interval: float
    """Seconds."""


STREAMS = {"simulation": Filling(10_000_000, 0.001), "host": Filling(30 * 86400, 1.0)}
"""At scale 1."""


def home(scale: float) -> Path:
    """A home whose archive and index have both streams, the newest part of each not sealed yet."""
    counts = {stream: max(1, int(filling.ticks * scale)) for stream, filling in STREAMS.items()}
    folder = root() / f"archive-{'-'.join(map(str, counts.values()))}"
    if stamp_of(folder) != stamp():
        if folder.exists():
            print(f"  {folder} is of another format", flush=True)
            shutil.rmtree(folder)
        _make(folder, counts)
    return folder


def root() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    root = Path(os.environ.get("TICKS_BENCH_DATA") or cache / "tick-monitor" / "bench")
    root.mkdir(parents=True, exist_ok=True)
    return root


def stamp() -> dict[str, object]:
    migrations = sorted(path.stem for path in (ROOT / "ticks/migrations").glob("0*.py"))
    return {"format": FORMAT, "database": migrations[-1]}


def stamp_of(folder: Path) -> object:
    try:
        return json.loads((folder / STAMP).read_text())
    except FileNotFoundError:
        return None


def _make(folder: Path, counts: Mapping[str, int]) -> None:
    """Under another name until it is complete."""
    remove_unfinished(folder.parent)
    needed = sum(counts.values()) * BYTES_A_TICK
    assert shutil.disk_usage(folder.parent).free > needed, f"{folder.parent} has no {needed / 1e9:.1f} GB left"
    unfinished = folder.parent / f"unfinished-{os.getpid()}"
    print(f"  making {folder}, once: {sum(counts.values()):,} ticks", flush=True)
    began = time.monotonic()
    try:
        unfinished.mkdir()
        manage(unfinished, "", "migrate", "-v", "0")
        for stream, count in counts.items():
            _fill(unfinished, stream, count)
        (unfinished / STAMP).write_text(json.dumps(stamp()))
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    print(f"  made in {time.monotonic() - began:,.0f} s", flush=True)


def _fill(home: Path, stream: str, count: int) -> None:
    interval = STREAMS[stream].interval
    fill(home, stream, count, interval, round(time.time() - count * interval))


def fill(home: Path, stream: str, count: int, interval: float, first_ts: float) -> None:
    """So many ticks, so many seconds apart, the first made then: closed, indexed, rolled up, and sealed where due."""
    generator = start("generate", home, stream, count, interval, first_ts, stdout=subprocess.PIPE)
    archiver = start("archiver", home, stdin=generator.stdout)
    try:
        assert archiver.wait() == 0, "the archiver failed"
        assert generator.wait(10) == 0, "the generator failed"
    finally:
        for process in (generator, archiver):
            process.kill()
            process.wait()


def remove_unfinished(root: Path) -> None:
    """What was left by those that were killed."""
    for folder in root.glob("unfinished-*"):
        if not psutil.pid_exists(int(folder.name.partition("-")[2])):
            shutil.rmtree(folder)
