"""What an immutable file holds, as its row in the index says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ticks.archive import sealed
from ticks.archive.files import readable
from ticks.archive.frame import Frame
from ticks.archive.gaps import Hole
from ticks.archive.layout import first_t_of, is_sealed
from ticks.archive.opened import Damaged, Opened, log_once


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file of lines says of itself."""

    first_t: int
    last_t: int
    count: int
    min_ts: float
    max_ts: float
    bytes: int

    def and_then(self, more: Facts) -> Facts:
        """With the lines that follow."""
        return Facts(
            self.first_t,
            more.last_t,
            self.count + more.count,
            min(self.min_ts, more.min_ts),
            max(self.max_ts, more.max_ts),
            self.bytes + more.bytes,
        )


class Place(NamedTuple):
    """The `t` and the ordinal that come before a file's first tick."""

    prev_t: int
    last_n: int

    def beyond(self, holes: Sequence[Hole], first_t: int) -> Place:
        """Behind those holes that begin here and end before `first_t`."""
        place = self
        for hole in holes:
            if (place.prev_t <= hole.after_t or not place.last_n) and hole.through_t < first_t:
                place = Place(hole.through_t, place.last_n + hole.missing)
        return place


def survey(file: Opened) -> tuple[Facts, bool]:
    """Read a closed file once, or a sealed one whose end is damaged; and whether all of it can be read.

    Raises `Damaged` where nothing can.
    """
    found = readable(file)
    if not found:
        raise Damaged(f"{file.path} has nothing that can be read")
    facts = facts_of(found)
    if not is_sealed(file.path) and facts.bytes == file.size:
        return facts, True
    log_once(f"{file.path} is damaged: {facts.count} ticks of it can be read")
    # What is no tick any more was one.
    count = facts.count if is_sealed(file.path) else file.read(0, file.size).count(b"\n")
    return replace(facts, first_t=min(first_t_of(file.path), facts.first_t), count=count), False


def survey_sealed(file: Opened) -> tuple[Facts, Place]:
    """What a sealed file says of itself. Raises `Damaged` where its end can't be read."""
    found = sealed.facts(file).frames
    return facts_of(found), Place(found[0].prev_t, found[0].n - 1)


def facts_of(found: Sequence[Frame]) -> Facts:
    """Of the lines of these frames, at least one."""
    return Facts(
        found[0].first_t,
        found[-1].last_t,
        sum(frame.count for frame in found),
        min(frame.min_ts for frame in found),
        max(frame.max_ts for frame in found),
        sum(frame.raw for frame in found),
    )
