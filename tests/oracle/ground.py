"""What a test or a measurement of live delivery stands on: a home, a Valkey, a producer's log, a crowd."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.oracle.crowd import Crowd
from tests.oracle.log import Log, producing
from tests.support.processes import Processes, Running, manage
from tests.support.valkey import Valkey

DATABASE = "db.sqlite3"
SET_PUBLIC = (
    "from ticks.models import Stream; [Stream.objects.set_visibility(name, True) for name in ('main', 'quiet')]"
)


@dataclass
class Ground:
    """The streams `main` and `quiet` are public; nobody writes to the second."""

    home: Path
    valkey: Valkey
    processes: Processes
    log: Log
    crowd: Crowd

    def produce(self, rate: float, size: int, most: int = 0) -> Running:
        """A producer of so many ticks a second, of about so many bytes each; see `producing`."""
        return self.processes.program(producing(self.log.path, rate, size, most))


@contextmanager
def ground() -> Iterator[Ground]:
    """All is gone afterwards."""
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="tickmon-home-"))
        stack.callback(shutil.rmtree, home)
        valkey = stack.enter_context(Valkey())
        (home / DATABASE).write_bytes(_migrated())
        processes = Processes(home, valkey.url)
        stack.callback(processes.end)
        yield Ground(home, valkey, processes, Log(home / "producer.log"), stack.enter_context(Crowd()))


@cache
def _migrated() -> bytes:
    """A database with the streams in it; made once, for it takes seconds."""
    home = Path(tempfile.mkdtemp(prefix="tickmon-home-"))
    with Valkey() as valkey:
        try:
            manage(home, valkey.url, "migrate", "-v", "0")
            manage(home, valkey.url, "shell", "-v", "0", "-c", SET_PUBLIC)
            return (home / DATABASE).read_bytes()
        finally:
            shutil.rmtree(home)
