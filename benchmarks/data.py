"""Archives that take long to make: made once, and kept outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.measured import start
from tests.support.processes import ROOT, manage

FORMAT = 1
"""Goes up where other ticks are made, or where to migrate the database of older ones is not enough."""
STAMP = "made.json"
SEALED = ".zst"
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

    def make(folder: Path) -> None:
        for stream, count in counts.items():
            _fill(folder, stream, count)

    return kept(root() / f"archive-{'-'.join(map(str, counts.values()))}", sum(counts.values()), make)


def copy(folder: Path, home: Path) -> None:
    """For somebody who writes there. What is sealed nobody writes to: it is shared, where both are on one disk."""
    shutil.copytree(folder, home, copy_function=_share, dirs_exist_ok=True)


def root() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    root = Path(os.environ.get("TICKS_BENCH_DATA") or cache / "tick-monitor" / "bench")
    root.mkdir(parents=True, exist_ok=True)
    return root


def kept(folder: Path, ticks: int, make: Callable[[Path], None]) -> Path:
    """A home that is there from now on: as it is, with its database migrated, or made, with so many ticks."""
    found = _stamp_of(folder)
    if found == _stamp():
        return folder
    if found is not None and _can_migrate(found):
        print(f"  migrating {folder} from {found['database']}", flush=True)
        _migrate(folder)
        return folder
    if folder.exists():
        print(f"  {folder} is of another format", flush=True)
        shutil.rmtree(folder)
    _make(folder, ticks, make)
    return folder


def _stamp() -> dict[str, object]:
    return {"format": FORMAT, "database": _migrations()[-1]}


def _migrations() -> list[str]:
    return sorted(path.stem for path in (ROOT / "ticks/migrations").glob("0*.py"))


def _stamp_of(folder: Path) -> dict[str, object] | None:
    try:
        found: dict[str, object] = json.loads((folder / STAMP).read_text())
    except FileNotFoundError:
        return None
    return found


def _can_migrate(found: Mapping[str, object]) -> bool:
    """Whether the ticks are the same, and only the database is older."""
    return found == {"format": FORMAT, "database": found.get("database")} and found["database"] in _migrations()


def _migrate(folder: Path) -> None:
    """Stamped at last: who is killed before does it again."""
    manage(folder, "", "migrate", "-v", "0")
    (folder / STAMP).write_text(json.dumps(_stamp()))


def _make(folder: Path, ticks: int, make: Callable[[Path], None]) -> None:
    """Under another name until it is complete."""
    _remove_unfinished(folder.parent)
    needed = ticks * BYTES_A_TICK
    assert shutil.disk_usage(folder.parent).free > needed, f"{folder.parent} has no {needed / 1e9:.1f} GB left"
    unfinished = folder.parent / f"unfinished-{os.getpid()}"
    print(f"  making {folder}, once: {ticks:,} ticks", flush=True)
    began = time.monotonic()
    try:
        unfinished.mkdir()
        _migrate(unfinished)
        make(unfinished)
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


def _remove_unfinished(root: Path) -> None:
    """What was left by those that were killed."""
    for folder in root.glob("unfinished-*"):
        if not psutil.pid_exists(int(folder.name.partition("-")[2])):
            shutil.rmtree(folder)


def _share(source: str, target: str) -> None:
    if source.endswith(SEALED):
        with suppress(OSError):  # another disk
            os.link(source, target)
            return
    shutil.copy2(source, target)
