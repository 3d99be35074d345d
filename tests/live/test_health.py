"""The event loop's lag: measured, and explained where it is worth a line."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import IsolatedAsyncioTestCase, TestCase, mock

from tests.support.waiting import auntil, until
from ticks.live import watchdog
from ticks.live.health import PERIOD_S, Health
from ticks.live.watchdog import Report

ROOT = Path(__file__).resolve().parents[2]
LOGGER = "ticks.live.watchdog"
BLOCK_S = 0.4
"""A block hides from the grid for a period at most, and the rest is worth a line."""
STOPPED_S = 1.0
MANY = 40
"""So many threads that compute, each for 5 ms, before it is another one's turn."""
SAMPLED = """
import asyncio
from django.conf import settings
settings.configure(TICKS_HEARTBEAT_S=15.0)
from ticks.live.health import Health

async def main():
    Health().start()
    await asyncio.sleep(0.6)
    print("sampling", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def sleep_on_the_loop() -> None:
    time.sleep(BLOCK_S)


def compute_on_the_loop(until_s: float = BLOCK_S) -> None:
    end = time.monotonic() + until_s
    while time.monotonic() < end:
        pass


def let_no_thread_run() -> None:
    """One call into C that keeps the interpreter; as much of it as takes longer than a line needs."""
    size, began = 1 << 20, time.monotonic()
    while time.monotonic() - began < BLOCK_S:
        began = time.monotonic()
        sum(range(size))
        size *= 2


def burn(over: threading.Event) -> None:
    while not over.is_set():
        sum(number * number for number in range(1000))


@contextmanager
def burning(threads: int) -> Iterator[None]:
    over = threading.Event()
    started = [threading.Thread(target=burn, args=(over,), name=f"burner-{number}") for number in range(threads)]
    for thread in started:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in started:
            thread.join()


class HealthTest(IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.health = Health()

    async def asyncTearDown(self) -> None:
        self.health.stop()
        await auntil(lambda: not self.watchdogs(), "no watchdog is left")

    def watchdogs(self) -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name == "watchdog"]

    async def line_of(self, block: Callable[[], None]) -> str:
        """What is logged of a callback."""
        with self.assertLogs(LOGGER) as logs:
            self.health.start()
            await asyncio.sleep(0)
            block()
            await auntil(lambda: logs.output, "a line")
        return logs.output[0]

    async def test_a_callback_that_blocks_is_measured_and_its_function_named(self) -> None:
        for block in (sleep_on_the_loop, compute_on_the_loop):
            with self.subTest(block.__name__):
                line = await self.line_of(block)
                self.assertRegex(line, r"stood still for \d{3,} ms")
                self.assertRegex(line, rf"it was in tests/live/test_health\.py:\d+ {block.__name__} < ")
                self.assertGreater(self.health.lag_ms, (BLOCK_S - PERIOD_S) * 1000)
                self.assertGreater(self.health.lags().max, (BLOCK_S - PERIOD_S) * 1000)
                self.health.stop()

    async def test_code_that_lets_no_other_thread_run_is_named_too(self) -> None:
        self.assertRegex(await self.line_of(let_no_thread_run), r"\d+ let_no_thread_run")

    async def test_the_loop_is_named_and_not_a_thread_that_waits_or_computes_besides(self) -> None:
        over = threading.Event()
        waiter = threading.Thread(target=over.wait, name="waiter")
        waiter.start()
        try:
            with burning(1):
                line = await self.line_of(sleep_on_the_loop)
        finally:
            over.set()
            waiter.join()
        self.assertRegex(line, r"it was in tests/live/test_health\.py:\d+ sleep_on_the_loop")
        self.assertNotIn("waiter", line)

    async def test_a_loop_that_waits_for_its_turn_is_not_blamed_but_who_computes(self) -> None:
        with burning(MANY), self.assertLogs(LOGGER) as logs:
            self.health.start()
            await auntil(lambda: any("burner" in line for line in logs.output), f"a burner is named: {logs.output}")
        line = next(line for line in logs.output if "burner" in line)
        self.assertRegex(line, r"while thread burner-\d+ computed in tests/live/test_health\.py:\d+ ")
        self.assertIn(" burn", line)

    async def test_without_a_late_sample_nothing_is_logged(self) -> None:
        with self.assertLogs(LOGGER) as logs:
            self.health.start()
            await asyncio.sleep(5 * PERIOD_S)
            watchdog.logger.warning("the end")  # as assertLogs wants a line
        lines = logs.output[:-1]
        self.assertTrue(not lines or self.health.lag_ms > watchdog.TOO_LATE_S * 1000, lines)

    async def test_a_loop_that_stands_still_for_long_owes_every_sample_of_it(self) -> None:
        self.health.start()
        with self.assertLogs(LOGGER) as logs:
            compute_on_the_loop(5.5 * PERIOD_S)
            self.assertGreater(self.health.lag_ms, 4 * PERIOD_S * 1000, "before it is sampled")
            await auntil(lambda: logs.output, "a line")
        lags = self.health._lags.read(time.monotonic())
        self.assertGreaterEqual(lags.count, 5)
        self.assertGreater(lags.percentile(50), PERIOD_S * 1000)
        self.assertGreater(lags.max, lags.percentile(1) + 3 * PERIOD_S * 1000)

    async def test_a_loop_that_does_not_go_on_is_named_while_it_stands_still(self) -> None:
        self.health.start()
        with mock.patch.object(watchdog, "STUCK_S", 0.2), self.assertLogs(LOGGER) as logs:
            until(lambda: logs.output, "a line, while this waits on the loop")
        self.assertRegex(logs.output[0], r"has stood still for \d+ s so far: it was in .*waiting\.py:\d+ until")

    async def test_starting_it_twice_starts_it_once(self) -> None:
        self.health.start()
        self.health.start()
        self.assertEqual(len(self.watchdogs()), 1)


class LoopsTest(TestCase):
    def test_on_another_loop_it_begins_anew_and_the_old_ones_watchdog_ends(self) -> None:
        health = Health()

        async def sample() -> None:
            health.start()
            await auntil(lambda: health.lags().max > 0, "a sample")

        before = threading.active_count()
        for _ in range(2):
            asyncio.run(sample())
        until(lambda: threading.active_count() <= before, "no watchdog is left")

    def test_a_process_that_was_stopped_says_so_and_blames_nobody(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", SAMPLED], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout
        assert process.stderr
        try:
            self.assertEqual(process.stdout.readline(), "sampling\n")
            process.send_signal(signal.SIGSTOP)
            time.sleep(STOPPED_S)  # for how long it is stopped is what is tested
            process.send_signal(signal.SIGCONT)
            line = next(line for line in process.stderr if "did not run" in line)
        finally:
            process.kill()
            process.communicate()
        self.assertRegex(line, r"stood still for \d{3,} ms: the process did not run for \d{3,} ms, it was stopped")


class ReportTest(TestCase):
    def test_one_line_a_second_names_the_longest_and_counts_the_others(self) -> None:
        report = Report()
        with self.assertLogs(LOGGER) as logs:
            for now, seconds in ((10.0, 0.2), (10.3, 0.2), (10.5, 0.7), (10.9, 0.3), (11.0, 0.15)):
                report.add(seconds, f"it was in {seconds}")
                report.say(now)
            report.say(13.0)
        self.assertEqual(
            [record.getMessage() for record in logs.records],
            [
                "The event loop stood still for 200 ms: it was in 0.2.",
                "The event loop stood still for 700 ms (and 3 times for less): it was in 0.7.",
            ],
        )
