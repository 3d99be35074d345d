from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

import psutil

from tests.support.waiting import auntil
from ticks.supervisor.part import Backoff, Process, StartError, how_it_ended, keep

PATIENCE_S = 60


class Heard:
    """Takes lines and lets a test wait for one."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._more = asyncio.Event()

    def __call__(self, line: str) -> None:
        self.lines.append(line)
        self._more.set()

    async def until(self, wanted: Callable[[list[str]], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not wanted(self.lines):
                await self._more.wait()
                self._more.clear()


def python(code: str, say: Callable[[str], None], **options: float) -> Process:
    return Process("part", [sys.executable, "-c", code], say, **options)  # type: ignore[arg-type]


class TestProcess:
    def test_what_it_prints_is_passed_on_line_by_line_after_its_name(self) -> None:
        async def run() -> None:
            heard = Heard()
            part = python(
                "import os; os.write(1, b'one\\n\\xfftwo\\n'); os.write(2, b'x' * 100_000 + b'\\nlast')", heard
            )
            await part.start()
            assert await part.wait() == "ended with exit status 0"
            assert heard.lines[:2] == ["part | one", "part | \ufffdtwo"]
            assert heard.lines[-1] == "part | last"
            assert sum(line.count("x") for line in heard.lines) == 100_000

        asyncio.run(run())

    def test_ctrl_c_does_not_reach_it(self) -> None:
        async def run() -> None:
            part = python("import signal; signal.pause()", Heard())
            await part.start()
            assert part.pid
            assert os.getsid(part.pid) == part.pid
            await part.stop()

        asyncio.run(run())

    def test_it_is_stopped_by_sigterm(self) -> None:
        async def run() -> None:
            heard = Heard()
            part = python(
                "import signal, sys; signal.signal(15, lambda *_: sys.exit(print('bye')))\n"
                "print('ready', flush=True); signal.pause()",
                heard,
                grace_s=PATIENCE_S,
            )
            await part.start()
            await heard.until(lambda lines: "part | ready" in lines)
            await part.stop()
            assert heard.lines[-1] == "part | bye"

        asyncio.run(run())

    def test_the_deaf_one_and_its_children_are_killed(self) -> None:
        async def run() -> None:
            heard = Heard()
            part = python(
                "import signal, subprocess; signal.signal(15, signal.SIG_IGN)\n"
                "print(subprocess.Popen(['sleep', '600']).pid, flush=True); signal.pause()",
                heard,
                grace_s=0.1,
            )
            await part.start()
            await heard.until(lambda lines: bool(lines))
            child = psutil.Process(int(heard.lines[0].removeprefix("part | ")))
            await part.stop()
            assert await part.wait() == "was killed by SIGKILL"
            child.wait(PATIENCE_S)

        asyncio.run(run())

    def test_what_it_leaves_behind_is_killed(self) -> None:
        async def run() -> None:
            heard = Heard()
            part = python("import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True)", heard)
            await part.start()
            await part.wait()
            left_behind = int(heard.lines[0].removeprefix("part | "))
            await auntil(lambda: not _runs(left_behind), "it is dead")

        asyncio.run(run())

    def test_status_2_waits_for_whoever_does_its_work(self) -> None:
        async def run() -> None:
            part = python("raise SystemExit(2)", Heard(), busy_retry_s=10.0)
            await part.start()
            await part.wait()
            assert part.delay_s(0) == 10.0

        asyncio.run(run())


class TestKeep:
    def test_a_part_that_dies_is_started_again_and_it_is_said(self) -> None:
        async def run() -> None:
            heard = Heard()
            part = python("print('alive'); raise SystemExit(3)", heard)
            await part.start()
            keeper = asyncio.create_task(keep(part, heard))
            await heard.until(lambda lines: lines.count("part | alive") == 3)
            keeper.cancel()
            await part.stop()
            said = [line for line in heard.lines if "again" in line]
            assert said[:2] == [
                "part: ended with exit status 3; starting it again in 0.2 s",
                "part: ended with exit status 3; starting it again in 0.4 s",
            ]

        asyncio.run(run())

    def test_a_part_that_cannot_start_is_tried_again(self) -> None:
        class Stubborn(Process):
            starts = 0

            async def start(self) -> None:
                self.starts += 1
                if self.starts == 2:
                    raise StartError("not now")
                await super().start()

        async def run() -> None:
            heard = Heard()
            part = Stubborn("part", [sys.executable, "-c", "print('alive')"], heard)
            await part.start()
            keeper = asyncio.create_task(keep(part, heard))
            await heard.until(lambda lines: lines.count("part | alive") == 2)
            keeper.cancel()
            await part.stop()
            assert "part: cannot start: not now; starting it again in 0.4 s" in heard.lines

        asyncio.run(run())

    def test_the_delay_doubles_up_to_half_a_minute(self) -> None:
        backoff = Backoff()
        assert [backoff.delay_s(1) for _ in range(10)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]
        assert backoff.delay_s(30) == 0.2
        assert backoff.delay_s(1) == 0.4

    def test_an_ending_is_named(self) -> None:
        assert how_it_ended(0) == "ended with exit status 0"
        assert how_it_ended(-9) == "was killed by SIGKILL"
        assert how_it_ended(-99) == "was killed by signal 99"


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
