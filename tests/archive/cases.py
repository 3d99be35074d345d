"""Closed and indexed files to be sealed, in an archive of the test's own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from django.test import TestCase

from tests.support.archived import ticks_of
from tests.support.cases import EPOCH, lines
from ticks.archive import index, reader
from ticks.archive.layout import closed_name
from ticks.models import Segment


class ArchiveCase(TestCase):
    """`self.archive` has the stream main, of the epoch `EPOCH`."""

    def setUp(self) -> None:
        self.archive = Path(tempfile.mkdtemp(prefix="tickmon-archive-"))
        self.addCleanup(shutil.rmtree, self.archive)
        self.folder = self.archive / "main" / EPOCH

    def close(self, *ts: int, epoch: str = EPOCH, at: float = 1000.0, stream: str = "main") -> Path:
        """A closed file of these ticks, made at `at + t`, and closed with the last one."""
        folder = self.archive / stream / epoch
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / closed_name(ts[0])
        path.write_bytes(b"".join(line + b"\n" for line in lines(*ts, at=at)))
        os.utime(path, (at + ts[-1], at + ts[-1]))
        return path

    def closed_rows(self, *files: tuple[int, ...]) -> list[Segment]:
        """The rows of these files, which are closed."""
        for ts in files:
            self.close(*ts)
        index.index_closed(self.archive, "main")
        return list(index.segments("main"))

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def paths(self) -> list[str]:
        """Those of the rows, without their folder."""
        return [Path(row.path).name for row in Segment.objects.all()]

    def ts(self) -> list[int]:
        """Every tick that there is, after it was seen that the product reads the same."""
        found = ticks_of(self.archive / "main")
        read, t = [], -1
        while batch := reader.after(self.archive, "main", EPOCH, t):
            read += [(EPOCH, int(line.split(b":", 2)[1].split(b",")[0])) for line in batch.records]
            t = batch.last_t
        assert read == [tick for tick in found if tick[0] == EPOCH]
        return [t for _, t in found]
