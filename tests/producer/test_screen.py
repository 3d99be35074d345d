"""A terminal's last line is live, the log stands above it, and nobody waits for the terminal."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import pytest

from tests.support.waiting import until
from ticks.producer import screen as module
from ticks.producer.screen import ERASE, Screen

logger = logging.getLogger("tests.screen")


class Terminal(io.StringIO):
    """What is written, and what is seen of it: lines, the last of which may be erased."""

    def __init__(self) -> None:
        super().__init__()
        self.going = threading.Event()
        self.going.set()

    def write(self, text: str) -> int:
        assert self.going.wait(60)
        return super().write(text)

    @property
    def seen(self) -> list[str]:
        return [line.split(ERASE)[-1] for line in self.getvalue().split("\n")]


@contextmanager
def logging_to_stderr() -> Iterator[io.StringIO]:
    """As the settings have it."""
    with redirect_stderr(io.StringIO()) as stderr:
        handler = logging.StreamHandler(stderr)
        logging.getLogger().addHandler(handler)
        yield stderr
        logging.getLogger().removeHandler(handler)


def test_the_last_line_takes_the_place_of_the_one_before() -> None:
    terminal = Terminal()
    screen = Screen(terminal)
    for text in ("1 tick", "2 ticks"):
        screen.show(text)
        until(lambda text=text: terminal.seen == [text], "it is shown")
    screen.close()
    assert terminal.seen == [""]


def test_what_is_logged_stands_above_the_last_line_which_is_drawn_again() -> None:
    terminal = Terminal()
    with logging_to_stderr() as stderr:
        screen = Screen(terminal)
        screen.show("1 tick")
        until(lambda: terminal.seen == ["1 tick"], "it is shown")
        logger.warning("Redis can't be reached")
        until(lambda: terminal.seen == ["Redis can't be reached", "1 tick"], "it is drawn again")
        screen.close()
        assert terminal.seen == ["Redis can't be reached", ""]
        logger.warning("afterwards")
        assert stderr.getvalue() == "afterwards\n"


def test_a_paused_terminal_makes_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    terminal = Terminal()
    with logging_to_stderr():
        screen = Screen(terminal)
        terminal.going.clear()
        for number in range(100):
            logger.warning("%d", number)
            screen.show(f"{number} ticks")
        terminal.going.set()
        until(screen._waiting.empty, "it goes on")
        screen.show("100 ticks")
        until(lambda: terminal.seen[-1] == "100 ticks", "it is shown")
        screen.close()
    said = [int(line) for line in terminal.seen if line]
    assert said == sorted(said)
    assert 10 <= len(said) < 100


def test_the_end_does_not_wait_for_ever_for_a_paused_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAST_LINES_S", 0.01)
    terminal = Terminal()
    screen = Screen(terminal)
    terminal.going.clear()
    screen.show("1 tick")
    screen.close()
    assert terminal.seen == [""]
    terminal.going.set()
    screen._thread.join(60)


def test_a_terminal_that_is_gone_does_not_matter() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError("Input/output error")

    with logging_to_stderr():
        screen = Screen(Gone())
        screen.show("1 tick")
        logger.warning("said to nobody")
        screen.close()
    assert not screen._thread.is_alive()
