"""What is sealed together: closed neighbours, once all that fit together stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ticks.models import Segment

SEGMENT_BYTES = 16 << 20
SEGMENT_S = 3600.0
"""A sealed segment has so many bytes of lines at most, made within so many seconds, or it was one closed file."""


def ready(rows: Sequence[Segment], now: float, *, ended: bool) -> list[list[Segment]]:
    """The groups of an epoch's closed files that are to be sealed by `now` (UNIX seconds), oldest first.

    `rows`: those of all its closed files, in order. The last group waits for what the writer closes next,
    unless the epoch has `ended` or the group's oldest tick is as old as a segment may become.
    """
    groups = list(together(rows))
    if groups and not ended and min(row.min_ts for row in groups[-1]) >= now - SEGMENT_S:
        groups.pop()
    return groups


def together(rows: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Each closed file is in one group, with the neighbours that it has no hole to, as many as fit."""
    group: list[Segment] = []
    for row in rows:
        if group and not _fits(group, row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _fits(group: Sequence[Segment], row: Segment) -> bool:
    size = sum(member.bytes for member in group) + row.bytes
    start = min(member.min_ts for member in [*group, row])
    end = max(member.max_ts for member in [*group, row])
    return row.prev_t == group[-1].last_t and size <= SEGMENT_BYTES and end - start <= SEGMENT_S
