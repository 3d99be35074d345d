"""Ticks as lines and as rows, piece by piece. Blocking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from ticks.csv import Columns
from ticks.history.bounds import Bounds
from ticks.history.step import Step
from ticks.history.whole import Whole
from ticks.live.store import Store
from ticks.packing import dump
from ticks.protocol import gap_fields
from ticks.selection import ALL, Selection

PIECE_BYTES = 512 << 10
PARSED_BYTES = 128 << 10
"""A piece has about so much of records, and less where each of them is parsed: that holds up all other threads."""


class Pieces(Protocol):
    """What is made in a thread, while it is sent."""

    @property
    def is_over(self) -> bool: ...

    def piece(self) -> bytes:
        """What comes next; perhaps nothing, also where it is not over."""


class Ticks:
    """Those of a range, in some form."""

    def __init__(self, store: Store, bounds: Bounds) -> None:
        self._whole = Whole(store, bounds)

    @property
    def is_over(self) -> bool:
        return self._whole.is_over

    @property
    def epoch(self) -> str | None:
        """Of the first one, once it was read."""
        return self._whole.epoch

    def piece(self) -> bytes:
        """See `Pieces`. Raises `redis.RedisError`."""
        raise NotImplementedError


class AsLines(Ticks):
    """A line a tick, the record as it is stored or what is selected of it; `{"gap": …}` as in plain mode."""

    def __init__(self, store: Store, bounds: Bounds, selection: Selection = ALL) -> None:
        super().__init__(store, bounds)
        self._selection = selection

    def piece(self) -> bytes:
        most = PIECE_BYTES if self._selection == ALL else PARSED_BYTES
        return b"".join(b"%b\n" % text for step in _some(self._whole, most) for text in self._texts(step))

    def _texts(self, step: Step) -> Iterable[bytes]:
        if step.gap is not None:
            return (dump({"gap": gap_fields(step.gap)}),)
        if self._selection == ALL:
            return (step.text,) if step.text else ()
        return map(self._selection.line, step.lines)


class AsRows(Ticks):
    """A line with the names of the columns, then one a tick. Gaps are not told of."""

    def __init__(self, store: Store, bounds: Bounds, columns: Columns) -> None:
        super().__init__(store, bounds)
        self._columns = columns
        self._ahead: list[Sequence[bytes]] = []
        self._begin = columns.header

    @property
    def is_over(self) -> bool:
        return self._whole.is_over and not self._ahead

    def piece(self) -> bytes:
        if not self._ahead:
            self._ahead = [part for step in _some(self._whole, PARSED_BYTES) for part in _parts(step.lines)]
        begin, self._begin = self._begin, b""
        return begin + (self._columns.rows(self._ahead.pop(0)) if self._ahead else b"")


def _some(whole: Whole, most_bytes: int) -> Iterable[Step]:
    size = 0
    for step in whole.steps():
        yield step
        size += len(step.text)
        if size >= most_bytes:
            return


def _parts(lines: Sequence[bytes]) -> Iterable[Sequence[bytes]]:
    """Each of about as much as is parsed in one go."""
    part, size = list[bytes](), 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size >= PARSED_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
