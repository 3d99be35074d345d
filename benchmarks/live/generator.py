"""A load generator at work, and what the servers cost in its window."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import psutil

from tests.support.processes import ROOT

FULL = 0.9
"""A generator that needs more of a core than so is the limit itself."""

LATE_S = 0.5
"""Who notices the window's beginning so late has measured something else."""


class Outcome(NamedTuple):
    told: Mapping[str, Any]
    """See `benchmarks.load.results`, with `share` of a core that the generator itself took."""
    seconds: float
    used: Mapping[str, float]
    """Seconds of processor time of each process that counts, with its children."""

    def without(self, name: str) -> Outcome:
        return self._replace(used={other: used for other, used in self.used.items() if other != name})

    @property
    def cost(self) -> float:
        """The share of a core of all of them."""
        return sum(self.used.values()) / self.seconds

    @property
    def a_tick(self) -> float:
        """Seconds of processor time for a tick to all: who made fewer ticks is not the cheaper for it."""
        return sum(self.used.values()) / float(self.told["ticks"])

    @property
    def a_frame(self) -> float:
        """µs of processor time for a frame to one."""
        return sum(self.used.values()) / float(self.told["frames"]) * 1e6

    @property
    def p99(self) -> float:
        return float(self.told["latency"].get("p99", float("inf")))


class Generator:
    """`python -m benchmarks.load`, with what it says."""

    def __init__(self, url: str, *options: object) -> None:
        command = [sys.executable, "-m", "benchmarks.load", url, *map(str, options)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def wait(self, event: str) -> dict[str, Any]:
        """What it says with that event."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said: dict[str, Any] = json.loads(line)
            if said["event"] == event:
                return said
        raise AssertionError(f"the load generator ended before {event!r}")

    def begin(self, processes: Mapping[str, psutil.Process]) -> None:
        """Wait until its window begins; from now on it is counted what these processes take."""
        self._costs = dict(processes)
        began = float(self.wait("begin")["at"])
        late = time.time() - began
        assert late < LATE_S, f"it was noticed {late:.1f} s late that the window had begun"
        self._began, self._before = time.monotonic(), self._used()

    def end(self) -> Outcome:
        """Wait until the window is over, and for what was got in it."""
        self.wait("end")
        seconds, after = time.monotonic() - self._began, self._used()
        return Outcome(self.wait("result"), seconds, {name: after[name] - self._before[name] for name in after})

    def measure(self, processes: Mapping[str, psutil.Process]) -> Outcome:
        """The whole of its window."""
        self.begin(processes)
        return self.end()

    def stop(self) -> None:
        """Its window is over."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _used(self) -> dict[str, float]:
        return {name: used(process) for name, process in self._costs.items()}


@contextmanager
def generator(url: str, dialect: str, subscribers: int, *options: object) -> Iterator[Generator]:
    made = Generator(url, "--dialect", dialect, "--subscribers", subscribers, *options)
    try:
        yield made
    finally:
        made.kill()


def used(process: psutil.Process) -> float:
    """The processor time of a process and its children, also of those that have ended, in seconds."""
    times = process.cpu_times()
    own = times.user + times.system + times.children_user + times.children_system
    return float(own) + sum(used(child) for child in process.children())
