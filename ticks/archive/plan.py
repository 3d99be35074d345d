"""What is sealed together: closed neighbours, once all that fit together stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ticks.archive.rollups import levels
from ticks.models import Segment

SEGMENT_BYTES = 16 << 20
SEGMENT_S = 3600.0
"""A sealed segment has so many bytes of lines at most, made within so many seconds, or it was one closed file.

Of a rollup: within the time of so many rows.
"""


def spans(stream: str) -> list[tuple[str, float]]:
    """A stream and its rollups by their names, with the seconds that one of their segments may hold."""
    return [(stream, SEGMENT_S), *((levels.name(stream, step), SEGMENT_S * step) for step in levels.STEPS)]


def ready(
    rows: Sequence[Segment], is_old: Callable[[Segment], bool], *, ended: bool, span_s: float = SEGMENT_S
) -> list[list[Segment]]:
    """The groups of an epoch's closed files that are to be sealed, oldest first.

    `rows`: those of all its closed files, in order. The last group waits for what the writer closes next,
    unless the epoch has `ended` or the group's first file `is_old`.
    """
    groups = list(together(rows, span_s))
    if groups and not ended and not is_old(groups[-1][0]):
        groups.pop()
    return groups


def together(rows: Iterable[Segment], span_s: float = SEGMENT_S) -> Iterator[list[Segment]]:
    """Each closed file is in one group, with the neighbours that it has no hole to, as many as fit."""
    group: list[Segment] = []
    for row in rows:
        if group and not _fits(group, row, span_s):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _fits(group: Sequence[Segment], row: Segment, span_s: float) -> bool:
    size = sum(member.bytes for member in group) + row.bytes
    start = min(member.min_ts for member in [*group, row])
    end = max(member.max_ts for member in [*group, row])
    return row.prev_t == group[-1].last_t and size <= SEGMENT_BYTES and end - start <= span_s
