"""Where a file stands in its epoch: what comes before its first tick, and how many ticks that are."""

from __future__ import annotations

from collections.abc import Sequence

from ticks.archive import sealed
from ticks.archive.gaps import Hole
from ticks.archive.opened import Opened
from ticks.archive.survey import Facts, Place
from ticks.models import Segment


class Misplaced(Exception):
    """A sealed file says that it belongs elsewhere."""


def check_place(file: Opened, stream: str, epoch: str) -> None:
    """Raises `Misplaced`, and `Damaged` where the end of a sealed file can't be read."""
    told = sealed.facts(file)
    if (told.stream, told.epoch) != (stream, epoch):
        raise Misplaced(f"{file.path} belongs to {told.stream}/{told.epoch}")


def place_of(
    facts: Facts,
    before: Segment | None,
    following: Segment | None,
    old: Segment | None,
    holes: Sequence[Hole],
    *,
    begin: int,
    is_whole: bool,
) -> Place:
    """Of a closed file, by its neighbours' rows and the one that it had: none of them need be there.

    `begin`: the `t` before its epoch's first. A neighbour that follows at once knows the ordinal also where what was
    before is gone. Nor is the row before believed to be a neighbour where the old one told of ticks between.
    """
    if old is not None and (before is None or not is_whole or old.prev_t > before.last_t):
        return Place(old.prev_t, old.n - 1).beyond(holes, facts.first_t)
    start = Place(before.last_t, before.last_n) if before is not None else Place(begin, 0)
    place = start.beyond(holes, facts.first_t)
    if is_whole and following is not None and following.prev_t == facts.last_t:
        proven = following.n - 1 - facts.count
        if proven > place.last_n:
            return Place(facts.first_t - 1, proven)
    return place
