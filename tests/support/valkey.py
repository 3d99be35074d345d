"""A real Valkey of a test's own, on a unix socket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import redis

from monitor.home import SOCKET
from tests.support.waiting import until
from ticks.embedded import find_server, server_command

SLOW_S = (0.045, 0.005)
"""Of a slow one: how long it is stopped, and how long it runs then."""


class Valkey:
    """Running between `start` and `stop`, or as a context manager; it forgets everything when it ends."""

    def __init__(self) -> None:
        # Short, and not pytest's: a socket's path has at most 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="tickmon-valkey-"))
        self.url = f"unix://{self.folder / SOCKET}"
        self.client = redis.Redis.from_url(self.url, decode_responses=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(server_command(find_server(), self.folder))
        until(self._answers, "Valkey answers")

    def url_of(self, user: str, *rules: str) -> str:
        """The URL of a user of that name whose rights are narrowed by ACL rules, such as `-xrange`."""
        self.client.execute_command("ACL", "SETUSER", user, "reset", "on", ">secret", "~*", "&*", "+@all", *rules)
        return f"{self.url}?username={user}&password=secret"

    def denied(self, user: str) -> int:
        """How often that user's rights were found wanting."""
        return sum(int(entry["count"]) for entry in self.client.acl_log() if entry["username"] == user)

    def kill(self) -> None:
        assert self._process
        self._process.kill()
        assert self._process.wait() == -signal.SIGKILL

    def freeze(self) -> None:
        """It does nothing any more when this returns."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def cut_subscriptions(self) -> int:
        """Close the pub/sub connections alone; returns how many."""
        return int(cast(int, self.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")))

    def loaded(self) -> int:
        """How many keys it had when it started."""
        facts = cast(dict[str, int], self.client.info("persistence"))
        return facts["rdb_last_load_keys_loaded"]

    @contextmanager
    def slowed(self) -> Iterator[Callable[[], int]]:
        """It gets to run for 5 ms in 50; gives how often it was stopped."""
        over, stops = threading.Event(), 0

        def stop_and_go() -> None:
            nonlocal stops
            while not over.is_set():
                self.freeze()
                stops += 1
                over.wait(SLOW_S[0])
                self.thaw()
                over.wait(SLOW_S[1])

        thread = threading.Thread(target=stop_and_go)
        thread.start()
        try:
            yield lambda: stops
        finally:
            over.set()
            thread.join()

    def stop(self) -> None:
        self.client.close()
        if self._process:
            self._process.send_signal(signal.SIGCONT)
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Valkey:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False
