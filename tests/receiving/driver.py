"""Takes the place of the socket and the clock of a course."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from tests.receiving.messages import hello, text
from ticks.receiving.actions import Action, Connect, Drop, Hand, Message, Opened, Outcome, Pause, Receive, Send, Tell
from ticks.receiving.comeback import Ended
from ticks.receiving.course import Course
from ticks.receiving.wanted import Wanted

LOST = Ended(None, "lost")


class Driver:
    """Performs a course, step by step, on a clock of its own."""

    def __init__(self, wanted: Wanted | None = None, acks: bool = True) -> None:
        self.now = 1000.0
        self.course = Course(wanted or Wanted(), lambda: self.now, lambda: 1.0, acks=acks)
        self.steps = self.course.run()
        self.news: list[Tell] = []
        self.action: Action = Drop()
        self.go(None)

    def go(self, outcome: Outcome) -> Action:
        """What it asks for next, when it has put its news away."""
        self.action = self.steps.send(outcome)
        while isinstance(self.action, Tell):
            self.news.append(self.action)
            self.action = self.steps.send(None)
        return self.action

    def hear(self, message: dict[str, Any]) -> list[Any]:
        """All items of a message."""
        assert isinstance(self.action, Receive)
        self.go(Message(text(message)))
        items = []
        while isinstance(self.action, Hand | Send):
            if isinstance(self.action, Hand):
                items.append(self.action.item)
            self.go(None)
        return items

    def query(self) -> dict[str, str]:
        assert isinstance(self.action, Connect), self.action
        return dict(parse_qsl(self.action.query))

    def lose(self, ended: Ended = LOST) -> dict[str, str]:
        """The connection ends; the query of the next one."""
        assert isinstance(self.go(ended), Drop)
        self.come_back()
        return self.query()

    def come_back(self) -> None:
        assert isinstance(self.action, Drop)
        assert isinstance(self.go(None), Pause)
        self.go(None)

    def live(self, t: int | None = 4, **more: Any) -> None:
        self.go(Opened())
        assert self.hear(hello(t, **more)) == []
