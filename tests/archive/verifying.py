"""An archive of closed and sealed files whose every trouble is to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.archive.cases import ArchiveCase
from tests.archive.making import small_frames
from tests.support.cases import EPOCH
from ticks.archive import index
from ticks.archive.sealing import seal
from ticks.archive.verify import content
from ticks.archive.verify.finding import Finding, Tally
from ticks.archive.verify.stream import verify
from ticks.models import Segment

FILES = ((1, 2, 3), (4, 6), (7, 9), (10, 12), (13, 14), (15, 16))


class VerifyCase(ArchiveCase):
    """No pause is made, and a file that has no row is never too young for one."""

    def setUp(self) -> None:
        super().setUp()
        self.set("stream.PAUSE_S", 0)
        self.set("rows.YOUNG_S", -1e9)

    def set(self, name: str, value: float) -> None:
        patched = patch(f"ticks.archive.verify.{name}", value)
        patched.start()
        self.addCleanup(patched.stop)

    def found(self, stream: str = "main") -> list[Finding]:
        return list(verify(self.archive, stream, Tally()))

    def one(self) -> Finding:
        (finding,) = self.found()
        return finding

    def problems(self) -> list[tuple[str, str]]:
        """The names of the files, and what is wrong with each."""
        return [(Path(finding.path).name, finding.problem) for finding in self.found()]

    def half_sealed(self) -> list[Segment]:
        """Two sealed files, each of two closed ones and with a few frames; then two closed ones."""
        rows = self.closed_rows(*FILES)
        with small_frames(60):
            for start in (0, 2):
                seal(self.archive, rows[start : start + 2])
        return list(index.segments("main"))

    def check(self, path: Path) -> list[Finding]:
        """What is wrong with a file by itself."""
        name = path.relative_to(self.archive).as_posix()
        say = partial(Finding, stream="main", epoch=EPOCH, path=name)
        return list(content.check(path, say, Tally()))


@contextmanager
def before_call(name: str, number: int, work: Callable[[], object]) -> Iterator[None]:
    """Let something happen just before the so-many-th call of a function."""
    module, _, attribute = name.rpartition(".")
    original = getattr(__import__(module, fromlist=[attribute]), attribute)
    calls = iter(range(1, 1 << 30))

    def call(*args: Any, **options: Any) -> Any:
        if next(calls) == number:
            work()
        return original(*args, **options)

    with patch(name, call):
        yield
