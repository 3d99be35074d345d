"""The product's own processes, started for many subscribers, each with the processor time that it takes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.support.processes import Processes, Running, manage
from tests.support.valkey import Valkey
from tests.support.waiting import until


class Live:
    """A home, a Valkey and a web worker once it is started; `env` is that of the worker."""

    def __init__(self, home: Path, valkey: Valkey, **env: str) -> None:
        self.home, self._env = home, env
        self.processes = Processes(home, valkey.url)
        manage(home, valkey.url, "migrate", "-v", "0")
        self.url = self.processes.socket_url
        self.producer: Running | None = None
        self.costs: Mapping[str, psutil.Process] = {}
        """What counts: all but the producer, which samples and writes whether somebody watches or not."""
        self._valkey = next(
            child for child in psutil.Process().children() if str(valkey.folder) in " ".join(child.cmdline())
        )

    def at(self, dialect: str) -> str:
        """Where a load generator of that dialect connects to."""
        if dialect in ("plain", "v1"):
            return self.url
        return f"{self.processes.url}/{'poll' if dialect == 'poll' else 'stream'}"

    def start_web(self) -> None:
        """Returns once it answers."""
        self.web = self.processes.web(**self._env)

    def produce(self, rate: float, *options: str) -> Running:
        """A simulation whose stream is public; returns once it has begun and has its archiver."""
        asked = ("simulation", "--rate", f"{rate:g}", "--public", *options)
        self.producer = self.processes.producer(*asked)
        self.producer.wait_to_say("→ stream ")
        producer, web = (psutil.Process(one.process.pid) for one in (self.producer, self.web))
        archiver = until(lambda: _archivers_of(producer), "it has an archiver")[0]
        self.costs = {"web worker": web, "Valkey": self._valkey, "archiver": archiver}
        return self.producer

    def stop_producing(self) -> None:
        assert self.producer is not None
        self.producer.stop()

    def web_bytes(self) -> int:
        """The memory of the web worker."""
        return int(psutil.Process(self.web.process.pid).memory_info().rss)


def _archivers_of(producer: psutil.Process) -> list[psutil.Process]:
    return [child for child in producer.children() if "runarchiver" in child.cmdline()]


@contextmanager
def live(fill: Callable[[Path], object] = lambda _: None, **env: str) -> Iterator[Live]:
    """All is gone afterwards. `fill` is given the home before anything works there."""
    home = Path(tempfile.mkdtemp(prefix="tickmon-bench-"))
    try:
        fill(home)
        with Valkey() as valkey:
            made = Live(home, valkey, **env)
            try:
                made.start_web()
                yield made
            finally:
                made.processes.end()
    finally:
        shutil.rmtree(home, ignore_errors=True)
