"""What a course asks for, and what it is answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ticks.cursor import Cursor
from ticks.receiving.chain import Gap, Tick
from ticks.receiving.comeback import Ended

Item = Tick | Gap


@dataclass(frozen=True, slots=True)
class Connect:
    """Open a WebSocket with this query. Answer: `Opened` or `Ended`."""

    query: str


@dataclass(frozen=True, slots=True)
class Receive:
    """Wait for a message until then, in monotonic seconds. Answer: `Message`, `Nothing` or `Ended`."""

    until: float


@dataclass(frozen=True, slots=True)
class Send:
    """A text message; whether it arrives shows when receiving. Answer: None."""

    text: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection, if there is one. Answer: None."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for so many seconds. Answer: None."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hand:
    """Give this to the caller, who then stands at `cursor`. Answer: None, when it asks for the next."""

    item: Item
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Tell:
    """News for the log. Answer: None."""

    words: str
    is_wrong: bool = False


Performed = Connect | Receive | Send | Drop | Pause
"""By whoever has the connection."""
Action = Performed | Hand | Tell


@dataclass(frozen=True, slots=True)
class Opened:
    pass


@dataclass(frozen=True, slots=True)
class Message:
    data: str | bytes


@dataclass(frozen=True, slots=True)
class Nothing:
    """No message came; `heard` is when the last bytes of one did, in monotonic seconds."""

    heard: float


Outcome = Opened | Message | Nothing | Ended | None
