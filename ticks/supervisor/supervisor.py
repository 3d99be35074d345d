"""runmonitor's work: starts the parts in order, keeps them running, stops them in the opposite order."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from monitor import lifeline
from monitor.home import HomeLock, runtime_dir
from ticks.embedded import EmbeddedValkey
from ticks.supervisor.addresses import allowed_hosts, listen
from ticks.supervisor.part import Part, Process, Say, StartError, keep
from ticks.supervisor.startup import check_redis, prepare_database
from ticks.supervisor.status import Running, status_lines

ROOT: Path = settings.BASE_DIR
PRODUCER_GRACE_S, WEB_GRACE_S = 10.0, 8.0
BUSY_RETRY_S = 10.0
ORPHANS_LEAVE_S = 15.0


@dataclass(frozen=True)
class Plan:
    """The options of runmonitor. `source`: None for no producer. `public`: None leaves stream main as it is."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    source: str | None = "host"
    public: bool | None = None
    allow_hosts: tuple[str, ...] = ()


class Supervisor:
    def __init__(self, plan: Plan, say: Say) -> None:
        self.plan = plan
        self.home: Path = settings.MONITOR_HOME
        self._say = say
        self._started: list[list[Part]] = []
        self._keepers: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Runs the monitor until SIGINT, SIGTERM or SIGHUP. Raises StartError or HomeError."""
        self._stop_on_signals()
        with (
            suppress(asyncio.CancelledError),
            HomeLock(self.home) as lock,
            await self._listen(patient=lock.after_kill) as listener,
            lifeline.held() as line,
        ):
            try:
                await self._start_all(listener, line)
                await asyncio.gather(*self._keepers)
            finally:
                await self._stop_all()

    def _stop_on_signals(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task

        def stop() -> None:
            if task.cancelling():
                self._kill_all()
            else:
                self._say("Stopping. Once more kills what does not stop by itself.")
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                loop.add_signal_handler(number, stop)

    async def _listen(self, patient: bool) -> socket.socket:
        """`patient`: the last runmonitor was killed, and its web workers may hold the port for some seconds."""
        deadline = asyncio.get_running_loop().time() + ORPHANS_LEAVE_S
        while True:
            try:
                return listen(self.plan.host, self.plan.port)
            except StartError:
                if not patient or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(0.1)

    async def _start_all(self, listener: socket.socket, line: int) -> None:
        redis_url: str = settings.REDIS_URL
        valkey = EmbeddedValkey(runtime_dir(self.home), self._say) if settings.REDIS_EMBEDDED else None
        if valkey:
            await self._start(valkey)
        else:
            await check_redis(redis_url)
        prepared = await asyncio.to_thread(prepare_database, self.plan.public)
        bound, port = listener.getsockname()[:2]
        hosts = allowed_hosts(bound, self.plan.host, self.plan.allow_hosts)
        env = self._environment(redis_url, hosts, line)
        await self._start(*self._web(listener, env, line))
        await self._start(self._archiver(env, line))
        if self.plan.source:
            await self._start(self._producer(self.plan.source, env, line))
        running = Running(
            redis_url=redis_url,
            embedded=valkey is not None,
            bound=bound,
            port=port,
            workers=self.plan.workers,
            source=self.plan.source,
            home=self.home,
            hosts=hosts,
        )
        for text in status_lines(running, prepared):
            self._say(text)

    def _environment(self, redis_url: str, hosts: list[str], line: int) -> dict[str, str]:
        return {
            **os.environ,
            "REDIS_URL": redis_url,
            "MONITOR_HOME": str(self.home),
            "ALLOWED_HOSTS": ",".join(hosts),
            lifeline.VARIABLE: str(line),
            "PYTHONUNBUFFERED": "1",
        }

    def _web(self, listener: socket.socket, env: dict[str, str], line: int) -> list[Process]:
        fd = listener.fileno()
        command = [sys.executable, "-m", "monitor.server", "--fd", str(fd)]
        return [
            Process(
                f"web {number}",
                command,
                self._say,
                env=env,
                cwd=ROOT,
                pass_fds=(fd, line),
                grace_s=WEB_GRACE_S,
            )
            for number in range(1, self.plan.workers + 1)
        ]

    def _archiver(self, env: dict[str, str], line: int) -> Process:
        command = [sys.executable, str(ROOT / "manage.py"), "runarchiver"]
        return Process("archiver", command, self._say, env=env, cwd=ROOT, pass_fds=(line,))

    def _producer(self, source: str, env: dict[str, str], line: int) -> Process:
        return Process(
            "producer",
            [sys.executable, str(ROOT / "manage.py"), "runproducer", source, "--stream", "main", "--yield"],
            self._say,
            env=env,
            cwd=ROOT,
            pass_fds=(line,),
            grace_s=PRODUCER_GRACE_S,
            busy_retry_s=BUSY_RETRY_S,
        )

    async def _start(self, *parts: Part) -> None:
        self._started.append(list(parts))
        for part in parts:
            await part.start()
            self._keepers.append(asyncio.create_task(keep(part, self._say)))

    async def _stop_all(self) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for parts in reversed(self._started):
            await asyncio.gather(*(part.stop() for part in parts))

    def _kill_all(self) -> None:
        for part in (part for parts in self._started for part in parts):
            part.kill()
