"""The rollups of a stream: made from its indexed files, as far as these go."""

from __future__ import annotations

import threading
from pathlib import Path

from django.db.models import Max

from ticks.archive import index
from ticks.archive.layout import epochs
from ticks.archive.rollups import levels
from ticks.archive.rollups.cascade import Seen
from ticks.archive.rollups.fields import Fields
from ticks.archive.rollups.roller import NEXT, Roller


class Rollups:
    """Only one process may make them: the archiver."""

    def __init__(self, archive: Path, stream: str, stop: threading.Event) -> None:
        self._archive, self._stream, self._stop = archive, stream, stop
        self._rollers: dict[str, Roller] = {}
        self._fields: Fields | None = None
        self._finished: dict[str, int] = {}
        """By epoch, its last `t`."""

    def turn(self) -> None:
        """Take up what was indexed since the last time.

        Raises `OSError`, `Removed`, and what the database raises: then another one is to go on from what is kept.
        """
        newest = max(epochs(self._archive / self._stream), default="")
        rolled = {**_last_ts(levels.name(self._stream, NEXT)), **self._finished}
        for epoch, last_t in sorted(_last_ts(self._stream).items()):
            if last_t > rolled.get(epoch, -1) and not self._stop.is_set():
                self._epoch(epoch, ended=epoch < newest)

    def suspend(self) -> None:
        """Let go of the files: another one may go on where this was."""
        for roller in self._rollers.values():
            roller.suspend()
        self._rollers.clear()

    def _epoch(self, epoch: str, *, ended: bool) -> None:
        if epoch not in self._rollers:
            self._rollers[epoch] = Roller(self._archive, self._stream, epoch)
        roller = self._rollers[epoch]
        if self._take_up(epoch, roller) and ended:
            self._note(roller.finish())
            self._finished[epoch] = self._rollers.pop(epoch).through_t

    def _take_up(self, epoch: str, roller: Roller) -> bool:
        """Whether that was all."""
        for row in index.segments(self._stream, epoch).filter(last_t__gt=roller.through_t).order_by("last_t"):
            if self._stop.is_set():
                return False
            self._note(roller.roll(row))
        return True

    def _note(self, seen: dict[str, Seen]) -> None:
        self._fields = self._fields or Fields(self._stream)
        self._fields.note(seen)


def _last_ts(name: str) -> dict[str, int]:
    """Of the indexed files of a stream or a rollup, by epoch, the last `t`."""
    rows = index.segments(name).order_by().values("epoch").annotate(last_t=Max("last_t"))
    return {row["epoch"]: row["last_t"] for row in rows}
