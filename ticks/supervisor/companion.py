"""A producer's companion: sees to it that an archiver runs as long as the producer does."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from django.conf import settings

from monitor import lifeline
from ticks.archive import lock

LOOK_S = 5.0
"""It looks so often, and after so long for the first time: who is only there for a moment starts nothing."""
GRACE_S = 5.0
ROOT: Path = settings.BASE_DIR


class Companion(threading.Thread):
    """Starts `runarchiver` where none runs, and ends it with itself. Use it as a context manager."""

    def __init__(self, archive: Path) -> None:
        super().__init__(name="companion", daemon=True)
        self._archive = archive
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        with lifeline.held() as line:
            while not self._stopping.wait(LOOK_S):
                with suppress(OSError):  # it looks again
                    self._look(line)
            if self._child is not None:
                _end(self._child)

    def _look(self, line: int) -> None:
        if (self._child is None or self._child.poll() is not None) and lock.is_free(self._archive):
            self._child = _start(line)

    def __enter__(self) -> Companion:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self.join()


def _start(line: int) -> subprocess.Popen[bytes]:
    """The standard input and output are the producer's own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "runarchiver"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, lifeline.VARIABLE: str(line)},
        pass_fds=(line,),
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """What it is sealing goes on where it was, the next time."""
    child.terminate()
    try:
        child.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
