"""A web worker over the long archive, both of whose streams are public."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks import data
from benchmarks.live.generator import used
from benchmarks.live.stage import Live, live
from benchmarks.measured import run
from tests.support.processes import manage

STREAM = "simulation"
SET_PUBLIC = "from ticks.models import Stream; Stream.objects.set_visibility({!r}, True)"


@contextmanager
def archived(scale: float) -> Iterator[Live]:
    """A copy of it, which is gone afterwards."""
    kept = data.home(scale)

    def fill(home: Path) -> None:
        data.copy(kept, home)
        for stream in data.STREAMS:
            manage(home, "", "shell", "-v", "0", "-c", SET_PUBLIC.format(stream))

    with live(fill) as on:
        yield on


def url_of(on: Live, stream: str = STREAM) -> str:
    return f"{on.processes.url}/api/streams/{stream}/"


def export_of(on: Live, form: str, ticks: int | None = None) -> str:
    """Of all, or of the first so many."""
    end = f"&before={ticks + 1}" if ticks is not None else ""
    return f"{url_of(on)}export/?format={form}{end}"


def ticks_of(scale: float, most: int | None = None) -> int:
    """How many the archive has of the stream, or as many as are wanted of it."""
    there = max(1, int(data.STREAMS[STREAM].ticks * scale))
    return there if most is None else min(there, most)


def taken(on: Live, how: str, *urls: str, least_s: float = 0) -> dict[str, Any]:
    """What `benchmarks.programs.taking` tells, with the share of a core that the web worker took."""
    web = psutil.Process(on.web.process.pid)
    before = used(web)
    told: dict[str, Any] = run("taking", on.home, how, least_s, *urls)
    return {**told, "web": (used(web) - before) / told["seconds"]}
