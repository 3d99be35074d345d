"""`manage.py verify`: find what is damaged or missing in the archive."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from ticks.archive.rollups.levels import is_rollup
from ticks.archive.verify.bar import Bar
from ticks.archive.verify.finding import Tally
from ticks.archive.verify.sizes import compared_bytes
from ticks.archive.verify.stream import known, stored_bytes, verify, with_rollups
from ticks.management.base import ArchiveCommand
from ticks.management.naming import chosen


class Command(ArchiveCommand):
    help = "Find what is damaged or missing in the archive; exit code 1 where anything is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("streams", nargs="*", help="default: all")
        parser.add_argument("--deep", action="store_true", help="compare rollups with the ticks they were made of")
        parser.add_argument("--json", action="store_true", help="each finding, and the summary, as a line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self._json, self._deep = options["json"], options["deep"]
        self._findings = 0
        streams = _chosen(options["streams"])
        self._bar = Bar(_terminal(), sum(map(self._to_read, streams)))
        summaries = {name: self._verify(name) for name in streams}
        if self._json:
            self._say(json.dumps({"end": True, "findings": self._findings, "streams": summaries}))
        if self._findings:
            raise CommandError(_count(self._findings), returncode=1)

    def _to_read(self, stream: str) -> int:
        return stored_bytes(settings.TICKS_ARCHIVE, stream) + (compared_bytes(stream) if self._deep else 0)

    def _verify(self, stream: str) -> dict[str, float]:
        started, before = time.monotonic(), self._findings
        tally = Tally(self._bar.step)
        try:
            for finding in verify(settings.TICKS_ARCHIVE, stream, tally, deep=self._deep):
                self._findings += 1
                self._say(json.dumps(finding.as_dict()) if self._json else str(finding))
        finally:
            self._bar.erase()
        seconds, found = time.monotonic() - started, self._findings - before
        if not self._json:
            compared = f", {tally.compared:,} rows compared" if self._deep and is_rollup(stream) else ""
            self._say(f"{_summary(stream, tally, seconds)}{compared}: {_count(found)}")
        counts = {"ticks": tally.ticks, "files": tally.files, "bytes": tally.bytes}
        if self._deep:
            counts["compared"] = tally.compared
        return {**counts, "seconds": round(seconds, 3), "findings": found}

    def _say(self, line: str) -> None:
        self._bar.erase()
        self.stdout.write(line)
        self.stdout.flush()


def _chosen(streams: list[str]) -> list[str]:
    """With their rollups. Raises `CommandError` where one is unknown."""
    archive = settings.TICKS_ARCHIVE
    return [each for name in chosen(streams, known(archive)) for each in with_rollups(archive, name)]


def _terminal() -> Any:
    """The standard error stream, where it is one that can erase a line."""
    return sys.stderr if sys.stderr and sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else None


def _summary(stream: str, tally: Tally, seconds: float) -> str:
    rate = tally.ticks / max(seconds, 1e-3)
    of = "rows" if is_rollup(stream) else "ticks"
    read = f"{tally.ticks:,} {of} in {tally.files:,} files, {tally.bytes / 1e6:,.1f} MB"
    return f"{stream}: {read}, {seconds:.1f} s ({rate:,.0f} {of}/s)"


def _count(findings: int) -> str:
    return "1 finding" if findings == 1 else f"{findings or 'no'} findings"
