"""The peers in Python, each one process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.peers.peer import Peer, free_port, listens, temporary
from tests.support.processes import ROOT
from tests.support.valkey import Valkey
from tests.support.waiting import until


@contextmanager
def broadcast() -> Iterator[Peer]:
    """`websockets.broadcast`; `where` is its unix socket."""
    port = free_port()
    with temporary() as folder:
        where = folder / "feed"
        command = ["-m", "benchmarks.peers.broadcast", str(port), str(where)]
        with _serving(command, port, folder) as process:
            until(where.exists, "it can be fed")
            yield Peer(f"ws://127.0.0.1:{port}/", str(where), folder, {"websockets": process})


@contextmanager
def naive() -> Iterator[Peer]:
    """Stock Daphne and a group of all subscribers; `where` is the URL of its Valkey."""
    port = free_port()
    with temporary() as folder, Valkey() as valkey:
        command = ["-m", "daphne", "-v", "0", "-p", str(port), "benchmarks.peers.naive:application"]
        with _serving(command, port, folder, REDIS_URL=valkey.url) as process:
            yield Peer(f"ws://127.0.0.1:{port}/", valkey.url, folder, {"daphne": process})


@contextmanager
def _serving(command: list[str], port: int, folder: Path, **env: str) -> Iterator[psutil.Process]:
    # They complain of every message to a subscriber that has left, and those all leave at once.
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env={**os.environ, **env}, stdout=log, stderr=log
        )
    try:
        until(lambda: listens(port), "the peer listens")
        yield psutil.Process(running.pid)
    finally:
        running.kill()
        running.wait()
