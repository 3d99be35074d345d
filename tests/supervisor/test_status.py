from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ticks.supervisor.part import StartError
from ticks.supervisor.startup import Prepared, check_redis, without_password
from ticks.supervisor.status import Running, status_lines


class TestStatus:
    RUNNING = {
        "redis_url": "unix:///run/x/valkey.sock",
        "embedded": True,
        "bound": "127.0.0.1",
        "port": 8000,
        "workers": 1,
        "source": "host",
        "home": Path("/home/me/var"),
        "hosts": ["localhost"],
    }

    def test_one_line_for_each_part(self) -> None:
        lines = status_lines(Running(**self.RUNNING), Prepared("TOKEN", []), {})  # type: ignore[arg-type]
        assert lines == [
            "Valkey     embedded, unix:///run/x/valkey.sock",
            "Web        http://127.0.0.1:8000/  (1 worker)",
            "Producer   host → stream main",
            "Archive    /home/me/var/archive",
            "Public     nothing (staff only)",
            "Sign in    http://127.0.0.1:8000/link/TOKEN/  (once, within 15 minutes)",
        ]

    def test_what_is_public_is_said(self) -> None:
        lines = status_lines(Running(**self.RUNNING), Prepared("TOKEN", ["main", "rig"]), {})  # type: ignore[arg-type]
        assert [line.split(" — ")[0] for line in lines if line.startswith("Public")] == [
            "Public     main: http://127.0.0.1:8000/s/main/",
            "Public     rig: http://127.0.0.1:8000/s/rig/",
        ]

    def test_a_remote_machine_says_how_to_get_there(self) -> None:
        environ = {"SSH_CONNECTION": "10.0.0.9 55555 10.0.0.1 2222", "USER": "me"}
        lines = status_lines(Running(**self.RUNNING), Prepared("TOKEN", []), environ)  # type: ignore[arg-type]
        assert "ssh -p 2222 -L 8000:127.0.0.1:8000 " in lines[-1]
        assert lines[-1].endswith(" me@10.0.0.1")

    def test_a_password_is_never_shown(self) -> None:
        running = Running(**{**self.RUNNING, "embedded": False, "redis_url": "redis://me:secret@db:6379/1"})  # type: ignore[arg-type]
        assert status_lines(running, Prepared("TOKEN", []), {})[0] == "Redis      redis://me@db:6379/1"
        assert without_password("redis://:secret@db/1?password=secret") == "redis://db/1"
        assert without_password("redis://[") == "REDIS_URL"

    @pytest.mark.parametrize(
        "url", ["redis://me:secret@127.0.0.1:1/0", "nonsense", "redis://[", "unix:///nowhere/redis.sock"]
    )
    def test_a_redis_that_does_not_answer_is_said(self, url: str) -> None:
        with pytest.raises(StartError, match="cannot be reached") as caught:
            asyncio.run(check_redis(url))
        assert "secret" not in str(caught.value)
