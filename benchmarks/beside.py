"""A producer at 1000 ticks/s, with an archiver beside it and without: what that costs, and whether it disturbs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.figures import Report, percentile
from benchmarks.stage import Stage, stage
from tests.support.archived import files_of, lines_of
from tests.support.processes import Running
from tests.support.waiting import until
from ticks.archive.lock import ArchiverLock

RATE = 1000
SECONDS, LEAST_S = 90.0, 15.0
LATE = re.compile(rb'\{"t":\d+,"ts":(\d+\.\d+),.*"late_ms":(\d+(?:\.\d+)?)')


class Span(NamedTuple):
    """From when to when, in UNIX seconds."""

    start: float
    end: float


def beside(report: Report, scale: float) -> None:
    """One producer: first with the archiver that it starts, then with none."""
    seconds = max(LEAST_S, SECONDS * scale)
    with stage() as on, ArchiverLock(on.home / "archive") as lock:
        producer = on.processes.producer("simulation", "--rate", str(RATE), "--stream", "main")
        archiver = until(lambda: _archivers_of(producer), "the producer starts an archiver")[0]
        with_it = _cost(report, on, archiver, seconds)
        archiver.terminate()
        until(lock.take, "no archiver works there")
        time.sleep(2)
        without = Span(time.time(), time.time() + seconds)
        time.sleep(seconds)
        assert not _archivers_of(producer), "there is an archiver again"
        producer.stop()
        _compare(report, _late(on.home, with_it), _late(on.home, without))


def _archivers_of(producer: Running) -> list[psutil.Process]:
    children = psutil.Process(producer.process.pid).children()
    return [child for child in children if child.status() != psutil.STATUS_ZOMBIE and "runarchiver" in child.cmdline()]


def _cost(report: Report, on: Stage, archiver: psutil.Process, seconds: float) -> Span:
    """From one sealing to another, so that of all that it does there is a whole number."""
    start, used, sealed = _next_sealing(on, archiver)
    time.sleep(seconds)
    end, used_then, sealed_then = _next_sealing(on, archiver)
    report.add("files that were sealed meanwhile", sealed_then - sealed, least=1)
    report.add("processor time, archiver", (used_then - used) / (end - start) * 100, "% of 1", most=8)
    return Span(start, end)


def _next_sealing(on: Stage, archiver: psutil.Process) -> tuple[float, float, int]:
    """When it was, the processor time that the archiver had used by then, and how many files were sealed."""
    before = _sealed(on)
    sealed = until(lambda: (now := _sealed(on)) > before and now, "the archiver seals a file")
    times = archiver.cpu_times()
    return time.time(), times.user + times.system, sealed


def _sealed(on: Stage) -> int:
    return len(list(on.home.glob("archive/main/*/*.jsonl.zst")))


def _compare(report: Report, with_it: list[float], without: list[float]) -> None:
    expected = percentile(without, 0.99)
    report.add(f"sampled late without an archiver, p99 of {len(without)}", expected, "ms")
    report.add("sampled late with it, p50", percentile(with_it, 0.5), "ms")
    p99 = percentile(with_it, 0.99)
    report.add(f"sampled late with it, p99 of {len(with_it)}", p99, "ms", most=1.5 * expected + 1)


def _late(home: Path, within: Span) -> list[float]:
    return [late for ts, late in _lateness(home / "archive" / "main") if within.start <= ts < within.end]


def _lateness(stream_dir: Path) -> Iterator[tuple[float, float]]:
    for path in files_of(stream_dir):
        for line in lines_of(path):
            found = LATE.match(line)
            assert found is not None, line[:60]
            yield float(found[1]), float(found[2])
