"""All that a subscriber does, one action after the other, for whoever has a connection to perform them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from ticks.cursor import Cursor
from ticks.receiving.acks import Acks
from ticks.receiving.actions import (
    Action,
    Connect,
    Drop,
    Hand,
    Item,
    Message,
    Nothing,
    Outcome,
    Pause,
    Receive,
    Send,
    Tell,
)
from ticks.receiving.chain import Chain, Gap
from ticks.receiving.comeback import Comeback, Ended
from ticks.receiving.unpacking import Broken, unpack
from ticks.receiving.wanted import Wanted

HEARTBEAT_S = 15.0
"""Until a hello says otherwise."""
SILENT_HEARTBEATS = 2.5

Steps = Generator[Action, Outcome, None]
Connection = Generator[Action, Outcome, Ended]


class Course:
    """One subscriber, over any number of connections. `clock` gives monotonic seconds, `random` numbers from 0 to 1."""

    def __init__(
        self, wanted: Wanted, clock: Callable[[], float], random: Callable[[], float], *, acks: bool = True
    ) -> None:
        self.chain = Chain(wanted.cursor)
        self._wanted, self._clock = wanted, clock
        self._acks = Acks(acks)
        self._comeback = Comeback(random)
        self._heartbeat_s = HEARTBEAT_S
        self._empty_since: float | None = None

    def run(self) -> Steps:
        """For ever. Raises `Refused`."""
        while True:
            ended = yield from self._connection()
            yield Drop()
            delay = self._comeback.after(ended, self._clock())
            code = f" ({ended.code})" if ended.code is not None else ""
            yield Tell(f"{ended.detail}{code}: trying again in {delay:.1f} s, {self._place()}")
            yield Pause(delay)

    def _connection(self) -> Connection:
        """One, until it has ended or is to be dropped."""
        self._told, self._greeted = "", False
        outcome = yield Connect(self._wanted.query(self.chain.cursor, self._empty_since))
        if isinstance(outcome, Ended):
            return outcome
        since = self._clock()
        self._acks.begin(since)
        while True:
            silent_s = SILENT_HEARTBEATS * self._heartbeat_s
            outcome = yield Receive(min(since + silent_s, self._acks.due_at))
            if isinstance(outcome, Ended):
                return Ended(outcome.code, self._told or outcome.detail, outcome.hopeless)
            if isinstance(outcome, Message):
                try:
                    yield from self._take(outcome.data)
                except Broken as broken:
                    yield Tell(f"the server broke the protocol: {broken}", is_wrong=True)
                    return Ended(None, "the connection was dropped")
                since = self._clock()  # the caller's own time is no silence
            elif isinstance(outcome, Nothing):
                since = max(since, outcome.heard)
                yield from self._ack()
                if self._clock() >= since + silent_s:
                    return Ended(None, f"nothing was heard for {silent_s:g} s")

    def _take(self, data: str | bytes) -> Steps:
        """One message. Raises `Broken`."""
        message = unpack(data)
        try:
            items, news = self._read(message)
        except (KeyError, TypeError, AttributeError) as error:
            raise Broken(f"a message of type {message.get('type')!r} is not as it should be: {error!r}") from None
        if news:
            yield Tell(news)
        cursor = self.chain.cursor
        if cursor is None:
            return
        for item in items:
            place = cursor if isinstance(item, Gap) else Cursor(cursor.epoch, item["t"])
            yield Hand(item, place)
            self._acks.taken(place)
            yield from self._ack()
        if message["type"] == "ticks":
            self._acks.taken(cursor, len(data))
            yield from self._ack()

    def _read(self, message: dict[str, Any]) -> tuple[list[Item], str]:
        """What it brings for the caller, and for the log; what has another type brings nothing."""
        kind = message["type"]
        if kind == "ticks":
            return [*self.chain.ticks(message)], ""
        if kind == "gap":
            return [self.chain.gap(message)], ""
        if kind == "hello":
            return [], self._greet(message)
        if kind == "error":
            return [], self._complaint(message)
        return [], ""

    def _greet(self, hello: dict[str, Any]) -> str:
        self.chain.hello(hello)
        heartbeat_s = hello.get("heartbeat_s")
        if isinstance(heartbeat_s, int | float) and heartbeat_s > 0:
            self._heartbeat_s = heartbeat_s
        if self.chain.cursor is None and self._empty_since is None:
            self._empty_since = hello.get("server_time")
        self._comeback.live(self._clock())
        first, self._greeted = not self._greeted, True
        return f"connected to the stream {self._wanted.stream}, {self._place()}" if first else ""

    def _complaint(self, error: dict[str, Any]) -> str:
        """Most come right before a close."""
        code, detail = error["code"], str(error.get("detail", ""))
        if code in ("unknown_message", "bad_message"):  # nothing but acks is ever said
            self._acks.stop()
            return f"the server takes no acks: {detail}"
        self._told = detail or code
        return ""

    def _ack(self) -> Steps:
        ack = self._acks.due(self._clock())
        if ack is not None:
            yield Send(ack)

    def _place(self) -> str:
        cursor = self.chain.cursor
        return f"after t={cursor.t} of epoch {cursor.epoch}" if cursor is not None else "from the beginning asked for"
