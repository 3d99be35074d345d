"""A part of runmonitor: a child process that is watched, restarted and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol

Say = Callable[[str], None]

LONGEST_LINE = 64 << 10
FIRST_DELAY_S, LONGEST_DELAY_S = 0.2, 30.0
STEADY_S = 30.0


class StartError(Exception):
    """The monitor cannot start, or a part of it; one sentence that says why and what to do."""


class Part(Protocol):
    """Something that `keep` can keep running."""

    name: str

    async def start(self) -> None:
        """Raises StartError or OSError."""

    async def wait(self) -> str:
        """Returns when it has ended, with how it ended."""

    def delay_s(self, lived_s: float) -> float:
        """Seconds to wait before it is started again."""

    async def stop(self) -> None: ...

    def kill(self) -> None: ...


class Backoff:
    """0.2 s, doubled with every start up to 30 s; from the beginning again after 30 s of life."""

    def __init__(self) -> None:
        self._next = FIRST_DELAY_S

    def delay_s(self, lived_s: float) -> float:
        if lived_s >= STEADY_S:
            self._next = FIRST_DELAY_S
        delay, self._next = self._next, min(2 * self._next, LONGEST_DELAY_S)
        return delay


class Process:
    """A child in a session of its own: Ctrl-C in the terminal does not reach it, `stop` ends its whole group.

    What it prints is passed on to `say`, a line at a time, after its name. `busy_retry_s`: how long to wait
    after it ended with status 2, by which it says that somebody else does its work.
    """

    def __init__(
        self,
        name: str,
        command: Iterable[str],
        say: Say,
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        pass_fds: tuple[int, ...] = (),
        grace_s: float = 5.0,
        busy_retry_s: float | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.env = env
        self.cwd = cwd
        self.pass_fds = pass_fds
        self.grace_s = grace_s
        self.busy_retry_s = busy_retry_s
        self._say = say
        self._backoff = Backoff()
        self._process: asyncio.subprocess.Process | None = None
        self._group: int | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        reading, writing = os.pipe()
        try:
            # With asyncio's own pipe, its death would go unnoticed while a child of it holds the pipe open.
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                env=self.env,
                cwd=self.cwd,
                pass_fds=self.pass_fds,
                start_new_session=True,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._group = self._process.pid
        self._reading = asyncio.create_task(self._pass_on(reading))

    async def wait(self) -> str:
        """Returns when it has ended and what it printed is passed on."""
        assert self._process
        status = await self._process.wait()
        self.kill()
        if self._reading:
            await asyncio.wait([self._reading], timeout=1.0)
        return how_it_ended(status)

    def delay_s(self, lived_s: float) -> float:
        if self.busy_retry_s is not None and self._process and self._process.returncode == 2:
            return self.busy_retry_s
        return self._backoff.delay_s(lived_s)

    async def stop(self) -> None:
        """SIGTERM, and `grace_s` seconds later SIGKILL to all that is left of its group."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), self.grace_s)
        self.kill()
        await self.wait()
        if self._reading:
            self._reading.cancel()

    def kill(self) -> None:
        """SIGKILL to it and to what it left behind; once, since its number may go to somebody else."""
        group, self._group = self._group, None
        if group is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)

    async def _pass_on(self, pipe: int) -> None:
        output = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(output), os.fdopen(pipe, "rb")
        )
        with closing(transport):
            rest = b""
            while chunk := await output.read(LONGEST_LINE):
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > LONGEST_LINE:
                    lines, rest = [*lines, rest], b""
                for line in lines:
                    self._say_line(line)
            if rest:
                self._say_line(rest)

    def _say_line(self, line: bytes) -> None:
        self._say(f"{self.name} | {line.decode(errors='replace').rstrip()}")


async def keep(part: Part, say: Say) -> None:
    """Starts a started part again whenever it ends, until this is cancelled."""
    clock = asyncio.get_running_loop().time
    began = clock()
    ending = await part.wait()
    while True:
        delay = part.delay_s(clock() - began)
        say(f"{part.name}: {ending}; starting it again in {delay:g} s")
        await asyncio.sleep(delay)
        began = clock()
        try:
            await part.start()
            ending = await part.wait()
        except (StartError, OSError) as error:
            ending = f"cannot start: {error}"


def how_it_ended(status: int) -> str:
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"
