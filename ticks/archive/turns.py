"""Indexed files, one after the other, while the archiver seals and removes some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from django.db.models import Q, QuerySet

from ticks.archive.opened import Opened, opened
from ticks.models import Segment

MOST = 64
"""So many rows are asked for at a time; most readers need but one."""


def in_turn(archive: Path, rows: QuerySet[Segment], beyond: Callable[[Segment], Q]) -> Iterator[tuple[Segment, Opened]]:
    """The files of these rows, one after the other; those that come `beyond` a row follow it.

    Where one is gone the index is asked again: it may have been sealed meanwhile, with some that came before it.
    """
    ahead, gone, many = rows, "", 1
    while found := list(ahead[:many]):
        for row in found:
            try:
                with opened(archive / row.path) as file:
                    yield row, file
            except FileNotFoundError:
                if row.path != gone:
                    gone = row.path
                    break
            ahead = rows.filter(beyond(row))
        many = min(2 * many, MOST)


def in_order(row: Segment, which: str) -> Q:
    """Of the rows before (`lt`) or behind (`gt`) this one."""
    return Q(**{f"epoch__{which}": row.epoch}) | Q(epoch=row.epoch, **{f"first_t__{which}": row.first_t})
