"""The archive: how fast any of it is found, what it costs to keep, and how small it is."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.beside import beside
from benchmarks.figures import Report, percentile
from benchmarks.measured import run
from tests.support.processes import ROOT, environment, manage

LOOKUPS, QUERIES = 1000, 100
HOUR, DAY = 3600, 86400
RANGES = {"simulation": {"an hour": HOUR}, "host": {"an hour": HOUR, "4700 s": 4700, "a day": DAY, "10 days": 10 * DAY}}
SEALED_TICKS, LEAST_SEALED = 200_000, 50_000
PACKED_BYTES = 200e6
SAMPLES, SAMPLES_S = 600, 0.1
SMALLER = {"simulation": 4, "host": 6}
"""So many times must a stream become."""


def lookup(report: Report, scale: float) -> None:
    """One tick, and a page, anywhere in the long archive."""
    took = run("lookups", data.home(scale), "simulation", LOOKUPS)
    for kind, what, most in (
        ("by_t", "a tick by t", 20),
        ("by_ts", "a tick by ts", 20),
        ("forward", "a page of 100 forward", 30),
        ("backward", "a page of 100 backward", 30),
    ):
        each = [ms for ms, _ in took[kind]]
        report.add(f"{what}, p50", percentile(each, 0.5), "ms")
        report.add(f"{what}, p99 of {len(each)}", percentile(each, 0.99), "ms", most=most)
    single = took["by_t"] + took["by_ts"]
    oldest = [ms for ms, where in single if where < 0.1]
    newest = [ms for ms, where in single if where >= 0.9]
    ratio = percentile(oldest, 0.5) / percentile(newest, 0.5)
    report.add("a tick in the oldest tenth against the newest, p50", ratio, most=1.5)


def series(report: Report, scale: float) -> None:
    """4 fields in 800 points, anywhere, over several ranges of time that are not longer than the archive."""
    home = data.home(scale)
    for stream, ranges in RANGES.items():
        ticks, interval = data.STREAMS[stream]
        lasts = ticks * scale * interval
        asked = {**{name: seconds for name, seconds in ranges.items() if seconds < lasts}, "all of it": 0}
        told = run("series", home, stream, QUERIES, *asked.values())
        report.add(f"{stream}: fields that are numbers", told["fields"])
        for name, took in zip(asked, told["took"], strict=True):
            each = [ms for ms, _ in took]
            report.add(f"{stream}, {name}, p50", percentile(each, 0.5), "ms")
            report.add(f"{stream}, {name}, p99 of {len(each)}", percentile(each, 0.99), "ms", most=100)
            report.add(f"{stream}, {name}: rows and ticks read a point", max(read for _, read in took), most=10)


def sealing(report: Report, scale: float) -> None:
    """Index, roll up and seal on one core."""
    with tempfile.TemporaryDirectory(prefix="tickmon-bench-") as folder:
        home = Path(folder)
        manage(home, "", "migrate", "-v", "0")
        told = run("sealing", home, max(LEAST_SEALED, int(SEALED_TICKS * scale)))
    ticks = told["ticks"]
    report.add("ticks", ticks)
    report.add("ticks that were not sealed, or in a hurry", told["unsealed"] + told["hurried"], most=0)
    report.add("fields that are numbers", told["fields"], least=20)
    report.add("bytes a tick", told["bytes"] / ticks, "B", least=1350)
    report.add("bytes of lines in a sealed file", told["bytes"] / told["files"] / 1e6, "MB")
    report.add("ticks a second of processor time", ticks / told["cpu"], "1/s", least=20_000)
    report.add("ticks a second", ticks / told["wall"], "1/s", least=20_000)


def size(report: Report, scale: float) -> None:
    """Stored against raw, and sealed against zstd -12 on the whole."""
    home = data.home(scale)
    for stream, least in SMALLER.items():
        told = run("sizes", home, stream, PACKED_BYTES)
        report.add(f"{stream}: bytes a tick", told["raw"] / told["ticks"], "B")
        report.add(f"{stream}: raw against stored", told["raw"] / told["stored"], "times", least=least)
        report.add(f"{stream}: rollups beside the ticks", told["rollups"] / told["stored"] * 100, "%")
        alone = told["alone"]
        report.add(f"{stream}: against zstd -12, worst of {len(alone)} sealed files", max(alone), most=1.1)
        report.add(f"{stream}: against zstd -12 on {told['bytes'] / 1e6:.0f} MB", told["together"], most=1.1)
    told = run("hostsize", home, SAMPLES * min(1.0, scale * 10), SAMPLES_S)
    report.add("host, real samples: raw against stored", told["raw"] / told["stored"], "times", least=SMALLER["host"])


def verify(report: Report, scale: float) -> None:
    """`manage.py verify` on the long archive."""
    command = [sys.executable, str(ROOT / "manage.py"), "verify", "simulation", "--json"]
    done = subprocess.run(command, env=environment(data.home(scale), ""), stdout=subprocess.PIPE, check=False)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    of_stream = told["streams"]["simulation"]
    report.add("ticks", of_stream["ticks"], least=int(data.STREAMS["simulation"].ticks * scale))
    report.add("findings", told["findings"], most=0)
    report.add("ticks a second", of_stream["ticks"] / of_stream["seconds"], "1/s", least=100_000)


PARTS = {
    "lookup": lookup,
    "series": series,
    "size": size,
    "verify": verify,
    "sealing": sealing,
    "beside": beside,
}
