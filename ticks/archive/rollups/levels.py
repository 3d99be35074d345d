"""The levels of a stream's rollups, and where they are kept. Pure.

A rollup is a coarser copy of a stream. It is kept as a stream is, beside it: that of `main` with rows of 60 s has
the name `main@60`, which no stream of ticks can have, with a folder an epoch, closed and sealed files, and an index.
"""

from __future__ import annotations

STEPS = (1, 10, 60, 600, 3600)
"""Seconds that a row covers. Each step is a multiple of the one before."""


def name(stream: str, step: int) -> str:
    """Of the rollup with rows of so many seconds."""
    return f"{stream}@{step}"


def names(stream: str) -> list[str]:
    """Of all rollups that a stream may have, finest first."""
    return [name(stream, step) for step in STEPS]


def parted(name: str) -> tuple[str, int]:
    """The stream of a rollup, and the step; of a stream itself, that and 0."""
    stream, _, step = name.partition("@")
    return stream, int(step or 0)


def is_rollup(name: str) -> bool:
    """Whether it is no stream's own."""
    return parted(name)[1] > 0


def finer(step: int) -> int:
    """The step before; 0, which stands for ticks, before the first."""
    return (0, *STEPS)[STEPS.index(step)]


def coarser(step: int) -> int | None:
    """The step behind; None behind the last."""
    at = STEPS.index(step) + 1
    return STEPS[at] if at < len(STEPS) else None
