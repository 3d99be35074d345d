"""Files of an age in days, to be pruned."""

from __future__ import annotations

import time
from pathlib import Path

from tests.archive.cases import ArchiveCase
from tests.support.cases import EPOCH
from ticks.archive import index, retention
from ticks.archive.amount import Amount
from ticks.archive.retention import Keep
from ticks.models import Segment

DAY = 86400.0


class RetentionCase(ArchiveCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = time.time()

    def keep(self, *ts: int, days: float, epoch: str = EPOCH, stream: str = "main") -> Path:
        """A closed and indexed file whose ticks are so many days old, less some seconds."""
        path = self.close(*ts, epoch=epoch, stream=stream, at=self.now - days * DAY)
        index.index_closed(self.archive, stream)
        return path

    def prune(self, days: float = 0.0, stored: int = 0, rollups: float = 0.0) -> dict[str, Amount]:
        return dict(retention.prune(self.archive, "main", Keep(days, stored, rollups)))

    def left(self) -> list[str]:
        """Every file of main, after it was seen that each there is has a row, and each row a file."""
        found = sorted(path.relative_to(self.archive).as_posix() for path in self.archive.rglob("0*.jsonl*"))
        self.assertEqual(sorted(Segment.objects.values_list("path", flat=True)), found)
        parts = [path.split("/") for path in found]
        return [f"{epoch}/{int(name[:20])}" for stream, epoch, name in parts if stream == "main"]

    def row(self, path: Path) -> Segment:
        return Segment.objects.get(path=path.relative_to(self.archive).as_posix())
