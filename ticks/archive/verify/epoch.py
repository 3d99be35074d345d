"""The files of an epoch: each by itself, against the index, and one behind the other.

Producer, archiver and pruning may be at it meanwhile. What a file holds is certain once it was read. What is between
files and rows is a doubt at first, and a finding where another look shows the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ticks.archive.gaps import unarchived
from ticks.archive.index import segments
from ticks.archive.layout import closed_name, first_t_of, sealed_name
from ticks.archive.survey import Facts, Place
from ticks.archive.verify.chain import Link, broken
from ticks.archive.verify.files import Files
from ticks.archive.verify.finding import Finding, Tally
from ticks.archive.verify.rows import Rows, wrong


class Epoch:
    def __init__(self, archive: Path, stream: str, epoch: str, tally: Tally) -> None:
        self._archive, self._stream, self._epoch = archive, stream, epoch
        self._folder = archive / stream / epoch
        self._say = partial(Finding, stream=stream, epoch=epoch, path=f"{stream}/{epoch}")
        self._files = Files(self._folder, self._say, tally)
        self._said: set[Finding] = set()
        self.doubts: list[Finding] = []

    def read(self) -> Iterator[Finding]:
        """Check what the files hold."""
        yield from self._files.read()

    def look(self) -> None:
        """Compare what they hold with the index and the gaps of now."""
        rows = Rows(self._archive, list(segments(self._stream, self._epoch)))
        found = [*self._rows(rows), *self._without_row(rows), *self._chain(rows)]
        self.doubts = [doubt for doubt in found if doubt not in self._said]

    def look_again(self) -> Iterator[Finding]:
        """What was a doubt, and still is; `doubts` is then what is new."""
        before = self.doubts
        yield from self.read()
        self.look()
        certain = [doubt for doubt in self.doubts if doubt in before]
        self.doubts = [doubt for doubt in self.doubts if doubt not in before]
        self._said.update(certain)
        yield from certain

    def _rows(self, rows: Rows) -> Iterator[Finding]:
        for row in rows.all:
            path = self._archive / row.path
            say = partial(self._say, path=row.path, first_t=row.first_t, last_t=row.last_t)
            names = self._folder / closed_name(row.first_t), self._folder / sealed_name(row.first_t)
            try:
                stored = path.stat().st_size
            except FileNotFoundError:
                yield say(problem="the index has it, and there is no such file")
                continue
            content = self._files.contents.get(path)
            if content is not None and (faults := wrong(row, content, stored)):
                yield say(problem=f"the index says {faults}")
            elif content is None and path not in names:
                yield say(problem=f"the index has it as t={row.first_t} of {self._stream}, epoch {self._epoch}")

    def _without_row(self, rows: Rows) -> Iterator[Finding]:
        for path, (facts, _) in self._files.outermost():
            if self._name(path) not in rows.paths and not rows.may_lack(path, first_t_of(path), facts):
                say = partial(self._say, path=self._name(path), problem="the index does not have it")
                yield say(first_t=facts.first_t, last_t=facts.last_t) if facts else say()

    def _chain(self, rows: Rows) -> Iterator[Finding]:
        oldest = self._files.oldest()
        kept = (link for path, link in self._links(rows) if first_t_of(path) >= oldest)
        return broken(kept, unarchived(self._folder))

    def _links(self, rows: Rows) -> Iterator[tuple[Path, Link]]:
        for path, (facts, place) in self._files.outermost():
            row = rows.starting(first_t_of(path))
            if row is not None:
                place = place or Place(row.prev_t, row.n - 1)
                if facts is None and row.path == self._name(path):
                    facts = Facts(row.first_t, row.last_t, row.count, row.min_ts, row.max_ts, row.bytes)
            yield path, Link(partial(self._say, path=self._name(path)), facts, place)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._archive).as_posix()
