"""The source `replay`: recordings, played as they were made, faster or slower, or as fast as can be."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from ticks.producer.sources import lines
from ticks.producer.sources.kinds import Bad, Fields, Item, SourceError
from ticks.producer.sources.packed import Packed

LOOK_LINES = 100
"""A file is no recording if none of its first lines is a record."""


class Replay:
    """Plays files in the order given, as one recording."""

    fields: Fields = {}
    restarts = False
    drains = False

    def __init__(self, files: Iterable[str], *, speed: float = 1.0, shift: bool = False) -> None:
        """`speed`: so many times as fast as recorded, `inf` for at once. `shift`: each record gets the time
        at which it is played, in place of the recorded one.

        Raises `ValueError` for a file that can't be opened, or is none with records.
        """
        self._speed, self._shift = speed, shift
        self._files = [Packed(Path(file)) for file in files]
        for file in self._files:
            _check(file)

    @property
    def progress(self) -> float:
        return sum(file.read for file in self._files) / sum(file.size for file in self._files)

    def records(self, stop: threading.Event) -> Generator[Item | Bad, None, None]:
        """Raises `SourceError` where a file is damaged, after what comes before the damage."""
        timeline = Timeline(self._speed, time.time() if self._shift else None)
        for file in self._files:
            pieces = takewhile(lambda _: not stop.is_set(), file.pieces())
            for found in lines.records(pieces, str(file.path)):
                yield timeline.place(found) if isinstance(found, Item) else found


class Timeline:
    """When each record of a recording is due: as long after the one before it as it was recorded."""

    def __init__(self, speed: float, start: float | None) -> None:
        """`start`: UNIX seconds to which the beginning is shifted; None keeps the recorded times."""
        self._speed, self._start = speed, start
        self._last: float | None = None
        self._elapsed = 0.0

    def place(self, item: Item) -> Item:
        """The same with its due time; where the recorded clock steps back no time passes."""
        ts = _time_of(item.record)
        if ts is not None:
            self._elapsed += max(0.0, ts - (ts if self._last is None else self._last))
            self._last = ts
        at_once = self._speed == math.inf
        passed = self._elapsed if at_once else self._elapsed / self._speed
        return item._replace(due=None if at_once else passed, ts=None if self._start is None else self._start + passed)


def _time_of(record: Mapping[str, Any]) -> float | None:
    ts = record.get("ts")
    if not isinstance(ts, int | float) or isinstance(ts, bool):
        return None
    try:
        return float(ts) if math.isfinite(ts) else None
    except OverflowError:
        return None


def _check(file: Packed) -> None:
    first: Iterator[Item | Bad] = islice(lines.records(file.pieces()), LOOK_LINES)
    reason = "it is empty"
    try:
        for found in first:
            if isinstance(found, Item):
                return
            reason = f"{found.where}: {found.reason}"
    except SourceError as error:
        raise ValueError(str(error)) from None
    finally:
        file.read = 0
    raise ValueError(f"{file.path} is no recording, which has a JSON object on each line ({reason})")
