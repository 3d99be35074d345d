"""The rollups of an epoch against what they were made of.

What differs is a doubt at first (see `Epoch`): archiver and pruning may be at it, and rollups be made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ticks.archive.rollups.levels import name
from ticks.archive.verify.finding import Finding, Tally
from ticks.archive.verify.made_of import Doubt, MadeOf
from ticks.archive.verify.stored import WHOLE, finding

MAX_FINDINGS = 20
"""Of a step of an epoch; of others it is told how many they are."""
MAX_DOUBTS = 10_000
"""Behind so many of them the rest of the step is not looked at."""


class Deep:
    """One step of it."""

    def __init__(self, archive: Path, stream: str, step: int, epoch: str, tally: Tally) -> None:
        self._archive, self._stream, self._step, self._epoch, self._tally = archive, stream, step, epoch, tally
        self._name = name(stream, step)
        self._said: set[Doubt] = set()
        self._told = 0
        self.doubts: list[Doubt] = []

    def look(self, after_t: int = -1) -> None:
        """Compare the rows behind this `t`."""
        found: list[Doubt] = []
        try:
            compared = MadeOf(self._archive, self._stream, self._epoch, self._step, self._tally).doubts(after_t)
            found += islice((doubt for doubt in compared if doubt not in self._said), MAX_DOUBTS)
        except OSError as error:
            found.insert(0, (WHOLE, f"not all of it was compared: {error.strerror}"))
        self.doubts = found

    def look_again(self) -> Iterator[Finding]:
        """What was a doubt, and still is; `doubts` is then what is new."""
        before = set(self.doubts)
        self.look(min(place.prev_t for place, _ in before))
        certain = [doubt for doubt in self.doubts if doubt in before]
        self.doubts = [doubt for doubt in self.doubts if doubt not in before]
        self._said.update(certain)
        yield from self._findings(certain, is_all=len(before) < MAX_DOUBTS)

    def _findings(self, certain: list[Doubt], *, is_all: bool) -> Iterator[Finding]:
        few = certain[: MAX_FINDINGS - self._told]
        self._told += len(few)
        for place, problem in few:
            yield finding(self._archive, self._name, self._epoch, place, problem)
        if len(certain) > len(few):
            path, untold = f"{self._name}/{self._epoch}", certain[len(few) :]
            problem = f"and {len(untold)} more rows{'' if is_all else ', behind which none was compared'}"
            ts = {"first_t": untold[0][0].prev_t + 1, "last_t": untold[-1][0].t}
            yield Finding(stream=self._name, epoch=self._epoch, path=path, problem=problem, **ts)
