"""The archiver: indexes and seals the closed files of all streams, apart from whoever writes and reads them."""

from __future__ import annotations

import threading
import time
from collections import deque
from functools import partial
from itertools import groupby
from pathlib import Path

from django.db import close_old_connections

from ticks.archive import index
from ticks.archive.layout import epochs, is_sealed
from ticks.archive.plan import ready
from ticks.archive.recovery import recover
from ticks.archive.sealer import FAST_LEVEL, LEVEL
from ticks.archive.sealing import reseal, seal
from ticks.archive.troubles import Troubles
from ticks.cursor import STREAM
from ticks.models import Segment

EVERY_S = 5.0
BEHIND_GROUPS = 8
"""While more groups than so many wait to be sealed, it is done fast."""

REST_S = 1.0
"""Two changes of a folder that are closer together may leave the same time behind."""


class Archiver:
    """Only one may work on an archive: its `ArchiverLock` must be held. It holds no lock of a writer's."""

    def __init__(self, archive: Path, stop: threading.Event) -> None:
        self._archive, self._stop = archive, stop
        self._troubles = Troubles()
        self._recovered: set[str] = set()
        self._at_rest: dict[Path, float] = {}
        self._maybe_fast: deque[Path] = deque()
        """Sealed files that may be worth it to be sealed anew."""

    def run(self) -> None:
        """Until `stop` is set."""
        while not self._stop.is_set():
            self.turn()
            close_old_connections()
            self._stop.wait(EVERY_S)

    def turn(self) -> None:
        """Do what is due now; where nothing is, seal one of the files anew that were sealed in a hurry."""
        due = []
        for stream in streams(self._archive):
            self._troubles.attempt(stream, partial(self._prepare, stream))
            due += self._troubles.attempt(f"{stream}: its plan", partial(self._due, stream)) or []
        for done, group in enumerate(due):
            if self._stop.is_set():
                return
            level = FAST_LEVEL if len(due) - done > BEHIND_GROUPS else LEVEL
            self._attempt(group, level)
        if not due:
            self._improve()

    def _prepare(self, stream: str) -> None:
        if stream not in self._recovered:
            recover(self._archive, stream)
            rows = index.segments(stream).order_by("epoch", "first_t")
            self._maybe_fast += [self._archive / row.path for row in rows if is_sealed(Path(row.path))]
            self._recovered.add(stream)
        for epoch in epochs(self._archive / stream):
            self._index(stream, epoch)

    def _index(self, stream: str, epoch: str) -> None:
        """Where the folder has changed since it was seen to be at rest."""
        folder = self._archive / stream / epoch
        changed = folder.stat().st_mtime
        if self._at_rest.get(folder) != changed:
            index.index_epoch(self._archive, stream, epoch)
            if time.time() > changed + REST_S:
                self._at_rest[folder] = changed

    def _due(self, stream: str) -> list[list[Segment]]:
        rows = index.segments(stream).exclude(path__endswith=".zst").order_by("epoch", "first_t")
        newest = max(epochs(self._archive / stream), default="")
        groups = [
            group
            for epoch, closed in groupby(rows, key=lambda row: row.epoch)
            for group in ready(list(closed), time.time(), ended=epoch < newest)
        ]
        return [group for group in groups if not self._troubles.rests(_name(group))]

    def _attempt(self, group: list[Segment], level: int) -> None:
        self._troubles.attempt(_name(group), partial(self._seal, group, level))

    def _seal(self, group: list[Segment], level: int) -> None:
        """A damaged file stays closed; its neighbours are sealed each alone."""
        try:
            path = seal(self._archive, group, level=level)
        except ValueError:
            if len(group) == 1:
                raise
            for row in group:
                self._attempt([row], level)
            return
        if level < LEVEL:
            self._maybe_fast.append(path)

    def _improve(self) -> None:
        improved = False
        while self._maybe_fast and not improved and not self._stop.is_set():
            path = self._maybe_fast.popleft()
            improved = self._troubles.attempt(str(path), partial(reseal, self._archive, path)) or False


def _name(group: list[Segment]) -> str:
    return group[0].path if len(group) == 1 else f"{group[0].path} to {group[-1].path}"


def streams(archive: Path) -> list[str]:
    """The streams that have a directory."""
    if not archive.is_dir():
        return []
    return sorted(entry.name for entry in archive.iterdir() if STREAM.fullmatch(entry.name) and entry.is_dir())
