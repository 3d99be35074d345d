"""What is taken as a whole: exports in each form, and the files themselves."""

from __future__ import annotations

from typing import Any

from benchmarks.client import Client
from benchmarks.figures import Report
from benchmarks.history.site import STREAM, archived, export_of, taken, ticks_of
from benchmarks.live.memory import largest
from benchmarks.live.stage import Live

LINES, ROWS, UNPACKED = 3_000_000, 500_000, 1_000_000
"""So many ticks in these forms, which take longer."""
FILES = 100
MANY = 1_000_000
WARM, WARM_TIMES = 10_000, 5
FORMS = ("jsonl.zst", "jsonl", "csv")


def export(report: Report, scale: float) -> None:
    """As stored, all of 10,000,000; as lines and as rows some of them; and sealed files one after the other."""
    with archived(scale) as on:
        _warm(on)
        stored = taken(on, "bytes", export_of(on, "jsonl.zst"))
        _speed(report, "as stored", stored, ticks_of(scale), least=100)
        _lines(report, on, "as stored, unpacked", "jsonl.zst", ticks_of(scale, UNPACKED), "zstd")
        _lines(report, on, "lines", "jsonl", ticks_of(scale, LINES))
        _lines(report, on, "CSV", "csv", ticks_of(scale, ROWS), more=1, least=20_000)
        files = _files(on)
        told = taken(on, "bytes", *[file["download"] for file in files])
    _speed(report, f"{len(files)} files", told, sum(file["count"] for file in files))
    report.add("files: bytes that are not those of the index", told["bytes"] - sum(f["stored"] for f in files), most=0)


def memory(report: Report, scale: float) -> None:
    """Each form of a million ticks, and as stored of all."""
    with archived(scale) as on:
        _warm(on)
        before = on.web_bytes()
        report.add("web worker before", before / 1e6, "MB")
        for form in FORMS:
            ticks = ticks_of(scale) if form == "jsonl.zst" else ticks_of(scale, MANY)
            with largest(on) as seen:
                told = taken(on, "bytes", export_of(on, form, ticks))
            report.add(f"{form}: ticks", ticks)
            report.add(f"{form}: sent", told["bytes"] / 1e6, "MB")
            report.add(f"{form}: growth of the web worker", (max(seen) - before) / 1e6, "MB", most=20)


def _warm(on: Live) -> None:
    for form in FORMS:
        taken(on, "bytes", *[export_of(on, form, WARM)] * WARM_TIMES)


def _files(on: Live) -> list[Any]:
    """The oldest ones."""
    asked = f"{on.processes.url}/api/segments/?stream={STREAM}&limit={FILES}"
    return [file for file in Client(asked).json("")["segments"] if file["sealed"]]


def _lines(
    report: Report,
    on: Live,
    who: str,
    form: str,
    ticks: int,
    how: str = "lines",
    *,
    more: int = 0,
    least: float | None = None,
) -> None:
    """Of which each is counted; there are so many more than ticks. `least` is a limit in ticks a second."""
    told = taken(on, how, export_of(on, form, ticks))
    report.add(f"{who}: ticks a second", ticks / told["seconds"], "1/s", least=least)
    _speed(report, who, told, ticks)
    report.add(f"{who}: lines too many or too few", abs(told["lines"] - ticks - more), most=0)


def _speed(report: Report, who: str, told: dict[str, Any], ticks: int, least: float | None = None) -> None:
    report.add(f"{who}: ticks", ticks)
    report.add(f"{who}: bytes a second", told["bytes"] / told["seconds"] / 1e6, "MB/s", least=least)
    report.add(f"{who}: processor time, web worker", told["web"] * 100, "% of 1")
    report.add(f"{who}: processor time, who takes it", told["share"] * 100, "% of 1")
