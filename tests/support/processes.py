"""The product's own processes: web workers and producers, started as `runmonitor` starts them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import IO

from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path, redis_url: str, **more: str) -> dict[str, str]:
    """Any number of connections and requests may come from one address here: all of a test's do."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TICKS_", "DJANGO_"))}
    ours = {"MONITOR_HOME": str(home), "REDIS_URL": redis_url, "PYTHONUNBUFFERED": "1"}
    limits = {"TICKS_MAX_PER_IP": "0", "TICKS_API_RATE": "0", "TICKS_EXPORT_RATE": "0"}
    return {**kept, **ours, **limits, **more}


def manage(home: Path, redis_url: str, *arguments: str) -> str:
    """Run a management command to its end; returns what it printed."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, env=environment(home, redis_url), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def remove(home: Path) -> None:
    """The archiver of a producer that was killed may still be at it."""
    until(lambda: shutil.rmtree(home, ignore_errors=True) or not home.exists(), f"{home} is gone")


class Running:
    """A child whose output goes to a file that tests can read."""

    def __init__(
        self, name: str, log: Path, command: list[str], env: dict[str, str], pass_fds: tuple[int, ...] = ()
    ) -> None:
        self.log = log
        self._file: IO[bytes] = log.open("ab")
        self.process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=self._file, stderr=subprocess.STDOUT, pass_fds=pass_fds
        )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_to_say(self, words: str) -> None:
        until(lambda: words in self.said or self.process.poll() is not None, f"it says {words!r}")
        assert words in self.said, self.said

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait() == -signal.SIGKILL
        self._file.close()

    def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        self.process.terminate()
        status = self.process.wait(60)
        self._file.close()
        return status

    def end(self) -> None:
        """However it is: it is gone afterwards."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        self._file.close()


class Processes:
    """What a test starts; `end` leaves nothing running. Web workers share one listening socket."""

    def __init__(self, home: Path, redis_url: str) -> None:
        self.home, self.redis_url = home, redis_url
        self._running: list[Running] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.socket_url = f"ws://127.0.0.1:{self.port}/ws/stream"

    def web(self, redis_url: str | None = None, **env: str) -> Running:
        """A web worker that answers."""
        fd = self._listener.fileno()
        command = [sys.executable, "-m", "monitor.server", "--fd", str(fd)]
        worker = self._start("web", command, environment(self.home, redis_url or self.redis_url, **env), (fd,))
        until(self._answers, "the web worker answers")
        return worker

    def producer(self, *arguments: str, redis_url: str | None = None, **env: str) -> Running:
        command = [sys.executable, str(ROOT / "manage.py"), "runproducer", *arguments]
        return self._start("producer", command, environment(self.home, redis_url or self.redis_url, **env))

    def program(self, code: str, **env: str) -> Running:
        """A Python program of the test's own, in the product's environment."""
        settings = {"DJANGO_SETTINGS_MODULE": "monitor.settings", "PYTHONPATH": str(ROOT)}
        return self._start(
            "program", [sys.executable, "-c", code], environment(self.home, self.redis_url, **settings, **env)
        )

    def end(self) -> None:
        for running in self._running:
            running.end()
        self._listener.close()

    def _start(self, name: str, command: list[str], env: dict[str, str], pass_fds: tuple[int, ...] = ()) -> Running:
        log = self.home / f"{name}-{len(self._running)}.log"
        running = Running(name, log, command, env, pass_fds)
        self._running.append(running)
        return running

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/", timeout=30) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
