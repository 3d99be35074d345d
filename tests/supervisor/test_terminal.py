from __future__ import annotations

import io
import os
import threading

import pytest

from ticks.supervisor.terminal import Terminal

PATIENCE_S = 60


class PausedScreen(io.StringIO):
    """A terminal on which Ctrl-S was pressed, until `going` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.going = threading.Event(), threading.Event()
        self._written = threading.Semaphore(0)

    def write(self, text: str) -> int:
        self.reached.set()
        self.going.wait(PATIENCE_S)
        return super().write(text)

    def flush(self) -> None:
        self._written.release()

    def until(self, lines: int) -> None:
        for _ in range(lines):
            assert self._written.acquire(timeout=PATIENCE_S)


class TestTerminal:
    def test_lines_come_in_order(self) -> None:
        out = io.StringIO()
        terminal = Terminal(out)
        for number in range(100):
            terminal(str(number))
        terminal.close()
        assert out.getvalue().split() == [str(number) for number in range(100)]

    def test_a_paused_terminal_stops_nobody_and_says_what_it_missed(self) -> None:
        screen = PausedScreen()
        terminal = Terminal(screen, capacity=3)
        terminal("taken")
        screen.reached.wait(PATIENCE_S)
        for number in range(10):
            terminal(str(number))
        screen.going.set()
        screen.until(4)
        terminal("on")
        terminal.close()
        assert screen.getvalue().splitlines() == ["taken", "0", "1", "2", "(7 lines left out)", "on"]

    def test_a_terminal_that_is_gone_does_not_matter(self) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        out = open(writing, "w")  # noqa: SIM115
        terminal = Terminal(out)
        terminal("into the void")
        terminal.close()
        with pytest.raises(BrokenPipeError):
            out.close()
