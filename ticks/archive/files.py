"""Immutable files as frames, closed or sealed, whole or damaged. Files: call it from a thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from ticks.archive import sealed
from ticks.archive.frame import Frame
from ticks.archive.layout import is_sealed
from ticks.archive.lines import Lines
from ticks.archive.opened import Damaged, Opened, log_once
from ticks.archive.walk import walk_closed, walk_sealed
from ticks.batch import Batch
from ticks.models import Segment

KEPT = 256
"""Of so many files that were walked last it is known what was found."""


def frames(file: Opened, row: Segment) -> Sequence[Frame]:
    """All that are known, oldest first: those of a file whose end is damaged are what is left, placed by its row."""
    if is_sealed(file.path):
        try:
            return sealed.facts(file).frames
        except Damaged as damage:
            log_once(str(damage))
    return list(_placed(readable(file), row))


def lines(file: Opened, frame: Frame) -> Lines | None:
    """Those of a frame; None where it is damaged."""
    try:
        if is_sealed(file.path):
            return Lines(sealed.lines(file, frame))
        return Lines(file.read(frame.offset, frame.offset + frame.size))
    except Damaged as damage:
        log_once(str(damage))
        return None


def whole(epoch: str, frame: Frame, lines: Lines) -> Batch:
    """All of a frame as a batch."""
    text = lines.text
    return Batch(epoch, frame.prev_t, frame.n, frame.first_t, frame.last_t, frame.count, text=text)


def batch(epoch: str, frame: Frame, lines: Lines, start: int, records: Sequence[bytes]) -> Batch:
    """Those lines of a frame as a batch; the first of them begins at `start`."""
    prev_t = lines.t_before(start) if start else frame.prev_t
    return Batch.of(epoch, prev_t, frame.n + lines.count(start), records)


def readable(file: Opened) -> tuple[Frame, ...]:
    """What is found by walking through a file; `n` and `prev_t` as `walk` gives them."""
    try:
        return _walked(file)
    except Damaged as damage:
        log_once(str(damage))
        return ()


@lru_cache(KEPT)
def _walked(file: Opened) -> tuple[Frame, ...]:
    walk = walk_sealed if is_sealed(file.path) else walk_closed
    return tuple(walk(file.read(0, file.size)))


def _placed(found: Sequence[Frame], row: Segment) -> Iterator[Frame]:
    """With ordinals, from a row that counts more ticks where some are damaged.

    The first place where any are missing is held to lack them all: with one such place that is true.
    """
    missing = row.count - sum(frame.count for frame in found)
    last_t, n = row.prev_t, row.n
    for frame in found:
        if frame.prev_t != last_t and frame.first_t != row.first_t:
            n, missing = n + missing, 0
        prev_t = row.prev_t if frame.first_t == row.first_t else frame.prev_t
        yield replace(frame, prev_t=prev_t, n=n)
        last_t, n = frame.last_t, n + frame.count
