"""Whether an immutable file is whole, and what it holds."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ticks.archive.layout import first_t_of, is_sealed
from ticks.archive.opened import Damaged, Opened, opened
from ticks.archive.survey import Facts, Place, facts_of
from ticks.archive.verify.closed import check_closed
from ticks.archive.verify.finding import Finding, Tally
from ticks.archive.verify.sealed import check_sealed, reason


class Content(NamedTuple):
    """What a file holds, None where that can't be known; and its place, which only a sealed one says."""

    facts: Facts | None
    place: Place | None


UNKNOWN = Content(None, None)


def check(path: Path, say: partial[Finding], tally: Tally) -> Generator[Finding, None, Content]:
    """Raises `OSError` where it can't be opened."""
    with opened(path) as file:
        tally.files += 1
        try:
            content = yield from _check(file, say, tally)
        except Damaged as damage:
            yield say(problem=reason(file, damage))
            return UNKNOWN
    if content.facts is not None and content.facts.first_t != first_t_of(path):
        yield say(first_t=content.facts.first_t, last_t=content.facts.last_t, problem="its name is another tick's")
    return content


def _check(file: Opened, say: partial[Finding], tally: Tally) -> Generator[Finding, None, Content]:
    if is_sealed(file.path):
        frames = yield from check_sealed(file, say, tally)
        return Content(facts_of(frames), Place(frames[0].prev_t, frames[0].n - 1)) if frames else UNKNOWN
    held = yield from check_closed(file, say, tally)
    return Content(facts_of(held), None) if held else UNKNOWN
