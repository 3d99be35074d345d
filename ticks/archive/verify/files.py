"""The immutable files of an epoch, each of which is read once, also where they are sealed or pruned meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ticks.archive.layout import first_t_of, immutable_files, is_sealed
from ticks.archive.verify.content import UNKNOWN, Content, check
from ticks.archive.verify.finding import Finding, Tally


class Files:
    def __init__(self, folder: Path, say: partial[Finding], tally: Tally) -> None:
        self._folder, self._say, self._tally = folder, say, tally
        self._newest = max(map(first_t_of, listed(folder)), default=-1)
        self.contents: dict[Path, Content] = {}
        """Of those that were read."""

    def read(self) -> Iterator[Finding]:
        """Check those that were there at the beginning, or have taken the place of such, and were not read yet."""
        gone: set[Path] = set()
        before = -1
        while len(gone) > before:
            before = len(gone)
            for path in listed(self._folder):
                if first_t_of(path) <= self._newest and path not in self.contents:
                    yield from self._read(path, gone)

    def oldest(self) -> int:
        """The first `t` of those that are there now; what is older was pruned."""
        return min(map(first_t_of, listed(self._folder)), default=self._newest + 1)

    def outermost(self) -> Iterator[tuple[Path, Content]]:
        """What was read, oldest first, without closed files that a sealed one covers."""
        covered = -1
        for path in sorted(self.contents, key=lambda path: (first_t_of(path), not is_sealed(path))):
            content = self.contents[path]
            last_t = content.facts.last_t if content.facts else first_t_of(path)
            if is_sealed(path) and content.facts:
                covered = max(covered, last_t)
            elif last_t <= covered and not is_sealed(path):
                continue
            yield path, content

    def _read(self, path: Path, gone: set[Path]) -> Iterator[Finding]:
        say = partial(self._say, path=f"{self._say.keywords['path']}/{path.name}")
        try:
            self.contents[path] = yield from check(path, say, self._tally)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and path not in gone:
                gone.add(path)  # sealed or pruned since it was listed
                return
            self.contents[path] = UNKNOWN
            yield say(problem=f"it can't be read: {error.strerror}")


def listed(folder: Path) -> list[Path]:
    """Its immutable files; none where it is gone."""
    try:
        return immutable_files(folder)
    except FileNotFoundError:
        return []
