"""The archiver: indexes, rolls up and seals the closed files of all streams, apart from who writes and reads them."""

from __future__ import annotations

import threading
import time
from collections import deque
from functools import partial
from itertools import groupby
from pathlib import Path

from django.db import close_old_connections

from ticks.archive import deletion, index
from ticks.archive.layout import epochs, is_sealed
from ticks.archive.plan import ready, spans
from ticks.archive.recovery import recover
from ticks.archive.retention import retain, were_taken
from ticks.archive.rollups.kept import Removed
from ticks.archive.rollups.rollups import Rollups
from ticks.archive.sealer import FAST_LEVEL, LEVEL
from ticks.archive.sealing import reseal, seal
from ticks.archive.troubles import Troubles
from ticks.cursor import STREAM
from ticks.models import Segment

EVERY_S = 5.0
RETAIN_S = 3600.0
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
        self._retain_at = 0.0
        self._rollups: dict[str, Rollups] = {}
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
        found = streams(self._archive)
        for stream in set(self._rollups).difference(found):
            self._rollups.pop(stream).suspend()
        for stream in found:
            self._troubles.attempt(stream, partial(self._prepare, stream))
            self._troubles.attempt(f"{stream}: its rollups", partial(self._roll_up, stream))
            for name, span_s in spans(stream):
                due += self._troubles.attempt(f"{name}: its plan", partial(self._due, stream, name, span_s)) or []
        for done, group in enumerate(due):
            if self._stop.is_set():
                return
            level = FAST_LEVEL if len(due) - done > BEHIND_GROUPS else LEVEL
            self._attempt(group, level)
        if not due:
            self._improve()
        if time.monotonic() >= self._retain_at:
            self._retain()

    def _retain(self) -> None:
        self._retain_at = time.monotonic() + RETAIN_S
        for stream in streams(self._archive):
            self._troubles.attempt(f"{stream}: what is kept of it", partial(retain, self._archive, stream))
        self._troubles.attempt("what was deleted", partial(deletion.sweep, self._archive))

    def _prepare(self, stream: str) -> None:
        if stream not in self._recovered:
            for name, _ in spans(stream):
                recover(self._archive, name)
                rows = index.segments(name).order_by("epoch", "first_t")
                self._maybe_fast += [self._archive / row.path for row in rows if is_sealed(Path(row.path))]
            self._recovered.add(stream)
        for epoch in epochs(self._archive / stream):
            self._index(stream, epoch)

    def _index(self, stream: str, epoch: str) -> None:
        """Where the folder has changed since it was seen to be at rest."""
        folder = self._archive / stream / epoch
        try:
            changed = folder.stat().st_mtime
        except FileNotFoundError:
            return  # it was pruned, or its stream deleted
        if self._at_rest.get(folder) != changed:
            index.index_epoch(self._archive, stream, epoch)
            if time.time() > changed + REST_S:
                self._at_rest[folder] = changed

    def _roll_up(self, stream: str) -> None:
        """After an error another one goes on from what is kept."""
        rollups = self._rollups.pop(stream, None) or Rollups(self._archive, stream, self._stop)
        try:
            rollups.turn()
        except Removed:
            rollups.suspend()
        except BaseException:
            rollups.suspend()
            raise
        else:
            self._rollups[stream] = rollups

    def _due(self, stream: str, name: str, span_s: float) -> list[list[Segment]]:
        rows = index.segments(name).exclude(path__endswith=".zst").order_by("epoch", "first_t")
        newest = max(epochs(self._archive / stream), default="")
        groups = [
            group
            for epoch, closed in groupby(rows, key=lambda row: row.epoch)
            for group in ready(list(closed), partial(self._is_old, span_s), ended=epoch < newest, span_s=span_s)
        ]
        return [group for group in groups if not self._troubles.rests(_name(group))]

    def _is_old(self, span_s: float, row: Segment) -> bool:
        """Whether it was closed so long ago. Its ticks may be older: they may be a recording's."""
        try:
            return (self._archive / row.path).stat().st_mtime < time.time() - span_s
        except FileNotFoundError:
            return False  # it was pruned, or its stream deleted

    def _attempt(self, group: list[Segment], level: int) -> None:
        self._troubles.attempt(_name(group), partial(self._seal, group, level))

    def _seal(self, group: list[Segment], level: int) -> None:
        """A damaged file stays closed; its neighbours are sealed each alone."""
        try:
            path = seal(self._archive, group, level=level)
        except FileNotFoundError:
            if were_taken(self._archive, group):
                return
            raise
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
            if not path.exists():
                continue  # it was pruned, or its stream deleted
            improved = self._troubles.attempt(str(path), partial(reseal, self._archive, path)) or False


def _name(group: list[Segment]) -> str:
    return group[0].path if len(group) == 1 else f"{group[0].path} to {group[-1].path}"


def streams(archive: Path) -> list[str]:
    """The streams that have a directory."""
    if not archive.is_dir():
        return []
    return sorted(entry.name for entry in archive.iterdir() if STREAM.fullmatch(entry.name) and entry.is_dir())
