"""A `runmonitor`, as a user starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import psutil

from tests.support.waiting import until


class Monitor:
    """The whole product from one command; `end` leaves nothing of it running."""

    def __init__(self, command: list[str], log: Path, cwd: Path, **env: str) -> None:
        dropped = ("TICKS_", "MONITOR_", "DJANGO_", "REDIS_URL", "ALLOWED_HOSTS", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        self.log = log
        self._file = log.open("wb")
        self.process = subprocess.Popen(
            command, cwd=cwd, env={**kept, **env}, stdin=subprocess.DEVNULL, stdout=self._file, stderr=self._file
        )
        self.started: float | None = None

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_to_say(self, pattern: str, limit_s: float = 60.0) -> re.Match[str]:
        def look() -> re.Match[str] | None:
            assert self.process.poll() is None, self.said
            return re.search(pattern, self.said)

        return until(look, f"it says {pattern!r}", limit_s)

    def link(self, limit_s: float = 60.0) -> str:
        return self.wait_to_say(r"Sign in +(http\S+)", limit_s)[1]

    def pids(self, *words: str) -> list[int]:
        """The children whose command line has these words."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child.pid for child in children if all(word in _command(child) for word in words)]

    def kill_web_worker(self) -> int:
        """SIGKILL to the one web worker; returns its pid, proven dead."""
        (pid,) = self.pids("monitor.server")
        os.kill(pid, signal.SIGKILL)
        until(lambda: pid not in self.pids("monitor.server"), "the worker is dead")
        return pid

    def stop(self) -> int:
        """SIGTERM; returns the exit status. Whoever is left over is an orphan."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        status = self.process.wait(60)
        _, alive = psutil.wait_procs(family, timeout=5)
        assert not alive, f"orphans: {alive}"
        return status

    def end(self) -> None:
        if self.process.poll() is None:
            family = psutil.Process(self.process.pid).children(recursive=True)
            self.process.terminate()
            deadline = time.monotonic() + 20
            while self.process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            for process in [*family, self.process]:
                try:
                    process.kill()
                except psutil.NoSuchProcess:
                    continue
            self.process.wait()
        self._file.close()


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""
