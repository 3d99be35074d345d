"""Whether the files of an epoch follow one another, but for what is known to be missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from ticks.archive.gaps import Hole
from ticks.archive.survey import Facts, Place
from ticks.archive.verify.finding import Finding


class Link(NamedTuple):
    """A file. Nothing is known of a damaged one without a row, and no place of one that has no row yet."""

    say: partial[Finding]
    facts: Facts | None
    place: Place | None


def broken(links: Iterable[Link], holes: Sequence[Hole]) -> Iterator[Finding]:
    """Where they do not follow; the first may begin anywhere, as files go when they are old."""
    end: Place | None = None
    for link in links:
        if link.facts is None:
            end = None
            continue
        expected = link.place if end is None else end.beyond(holes, link.facts.first_t)
        place = link.place or expected
        if expected is not None and place is not None:
            yield from _compare(expected, place, link.facts, link.say)
        end = place and Place(link.facts.last_t, place.last_n + link.facts.count)


def _compare(expected: Place, place: Place, facts: Facts, say: partial[Finding]) -> Iterator[Finding]:
    missing = place.last_n - expected.last_n
    if max(expected.prev_t, place.prev_t) >= facts.first_t:
        problem = f"it begins with t={facts.first_t}, and there are ticks up to t={expected.prev_t} before it"
        yield say(first_t=facts.first_t, last_t=facts.last_t, problem=problem)
    elif missing > 0 and place.prev_t > expected.prev_t:
        problem = f"ticks that are missing before it, of which gaps.jsonl does not tell: {missing}"
        yield say(first_t=expected.prev_t + 1, last_t=place.prev_t, problem=problem)
    elif place != expected:
        told = f"it follows t={place.prev_t} as number {place.last_n + 1}"
        yield say(problem=f"{told}, where it should t={expected.prev_t} as number {expected.last_n + 1}")
