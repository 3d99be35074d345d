"""What a test or a measurement of live delivery stands on: a home, a Valkey, a producer's log, a crowd."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.oracle.crowd import Crowd
from tests.oracle.log import Log, producing
from tests.support.database import make_database
from tests.support.processes import Processes, Running, remove
from tests.support.valkey import Valkey


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
        stack.callback(remove, home)
        valkey = stack.enter_context(Valkey())
        make_database(home, "main", "quiet")
        processes = Processes(home, valkey.url)
        stack.callback(processes.end)
        yield Ground(home, valkey, processes, Log(home / "producer.log"), stack.enter_context(Crowd()))
