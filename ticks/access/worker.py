"""What a web worker is called where all workers are counted, and which ones of this host are dead."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

import psutil


class Worker(NamedTuple):
    """One process, ever: a process id that is given out again has another start time."""

    place: str
    """Names the process ids among which its own counts: the host, its present boot, the container."""
    pid: int
    started: str
    host: str

    @classmethod
    def parse(cls, key: str) -> Self:
        """Raises `ValueError`."""
        place, pid, started, host = key.split(":", 3)
        return cls(place, int(pid), started, host)

    @property
    def key(self) -> str:
        return f"{self.place}:{self.pid}:{self.started}:{self.host}"

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.host}:{self.pid}"

    def is_dead(self) -> bool:
        """Whether that is known: of workers elsewhere it never is."""
        return self.place == place() and _started(self.pid) != self.started


def this_worker() -> Worker:
    return Worker(place(), os.getpid(), _started(os.getpid()) or "", socket.gethostname())


@cache
def place() -> str:
    named = [socket.gethostname()]
    with suppress(OSError):  # not Linux
        named += [Path("/proc/sys/kernel/random/boot_id").read_text(), os.readlink("/proc/self/ns/pid")]
    return hashlib.sha256("\n".join(named).encode()).hexdigest()[:12]


def _started(pid: int) -> str | None:
    """When a process was started, in a unit of the platform's; None where it has ended."""
    try:
        _, _, after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
        fields = after_name.split()
        return None if fields[0] in "ZX" else fields[19]
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    except (OSError, IndexError):
        return None
    try:
        return f"{psutil.Process(pid).create_time():.0f}"
    except psutil.Error:
        return None
