"""A peer at work, and the programs that feed it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.support.processes import ROOT, environment


class Peer(NamedTuple):
    url: str
    """Where subscribers connect."""
    where: str
    """Where messages go to, as `feed` wants it."""
    folder: Path
    processes: Mapping[str, psutil.Process]
    """Whose processor time counts."""


class Fed(NamedTuple):
    """What a program that feeds says at its end."""

    sent: int
    refused: int


class Feeder:
    """One of this package's programs that send; it is no part of the peer."""

    def __init__(self, program: str, folder: Path, redis_url: str, *arguments: object) -> None:
        command = [sys.executable, "-m", f"benchmarks.peers.{program}", *map(str, arguments)]
        env = environment(folder, redis_url, DJANGO_SETTINGS_MODULE="monitor.settings")
        self._process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._fed: Fed | None = None

    def end(self) -> Fed:
        """However it is: it is gone afterwards."""
        if self._fed is None:
            self._process.terminate()
            said, _ = self._process.communicate(timeout=60)
            self._fed = Fed(*map(int, said.split() or "00"))
            assert self._process.returncode == 0, "what feeds the peer failed"
        return self._fed


@contextmanager
def fed(program: str, folder: Path, *arguments: object, redis_url: str = "") -> Iterator[Feeder]:
    feeder = Feeder(program, folder, redis_url, *arguments)
    try:
        yield feeder
    finally:
        feeder.end()


@contextmanager
def temporary() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tickmon-peer-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True
