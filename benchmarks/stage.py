"""The product's own processes, started for a measurement, and what they cost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.watcher import Watcher
from tests.support.archived import records_of, ticks_of
from tests.support.processes import Processes, Running, manage
from tests.support.valkey import Valkey

PROGRAMS = Path(__file__).parent / "programs"
SET_PUBLIC = "from ticks.models import Stream; Stream.objects.set_visibility('main', True)"


class Stage:
    """A home, a Valkey and a web worker, with the stream `main` public."""

    def __init__(self, home: Path, valkey: Valkey) -> None:
        self.home = home
        self.valkey = valkey
        self.processes = Processes(home, valkey.url)
        manage(home, valkey.url, "migrate", "-v", "0")
        manage(home, valkey.url, "shell", "-v", "0", "-c", SET_PUBLIC)
        self.web = self.processes.web()

    def watch(self) -> Watcher:
        return Watcher(self.processes.socket_url)

    def program(self, name: str, *arguments: object) -> Running:
        code = f"import sys; sys.argv = {[name, *map(str, arguments)]!r}\n{(PROGRAMS / f'{name}.py').read_text()}"
        return self.processes.program(code)

    def archived(self) -> list[tuple[str, int]]:
        """(epoch, t) of each tick in the archive, read by nothing of the product's."""
        return ticks_of(self.home / "archive" / "main")

    def ticks(self) -> list[dict[str, object]]:
        """Each tick in the archive."""
        return [tick for _, tick in records_of(self.home / "archive" / "main")]


@contextmanager
def stage() -> Iterator[Stage]:
    """All is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tickmon-bench-"))
    with Valkey() as valkey:
        made = Stage(home, valkey)
        try:
            yield made
        finally:
            made.processes.end()
            shutil.rmtree(home, ignore_errors=True)


def cpu_s(running: Running) -> float:
    """The processor time that a process has used so far, in seconds."""
    times = psutil.Process(running.process.pid).cpu_times()
    return float(times.user + times.system)


def rss_bytes(running: Running) -> int:
    return int(psutil.Process(running.process.pid).memory_info().rss)
