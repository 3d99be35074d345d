"""A conversation in `ticks.v1`: what the client says goes in, what is to be done comes out. Pure.

The states are where ticks come from (`live` or a replay) and whether they are held (`paused`). Whoever moves the
bytes does what `hear` returns, in that order, and tells with `joined` that a replay has caught up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ticks import asked
from ticks.asked import Ack, BadMessage, Pause, Ping, Place, Replay, Resume, Subscribe, UnknownMessage
from ticks.packing import JSON, Frame, Packing, Unreadable
from ticks.selection import ALL, Selection
from ticks.window import Window


@dataclass(frozen=True, slots=True)
class Say:
    """Answer at once."""

    type: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Go:
    """Say hello, and send what comes after a place (None: where it is), as the session has it now."""

    place: Place | None


@dataclass(frozen=True, slots=True)
class Hold:
    """Send no ticks."""


@dataclass(frozen=True, slots=True)
class Open:
    """There may be room in the window again."""


Deed = Say | Go | Hold | Open


class Session:
    """What is in force: `selection`, `speed` (None: live), `is_paused`, and from the first ack on the `window`."""

    __slots__ = ("_max_bytes", "_packing", "is_paused", "selection", "speed", "window")

    def __init__(self, max_bytes: int, selection: Selection = ALL, packing: Packing = JSON) -> None:
        """`max_bytes`: how much a client that acknowledges may have on its way."""
        self._max_bytes = max_bytes
        self._packing = packing
        self.selection = selection
        self.speed: float | None = None
        self.is_paused = False
        self.window: Window | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What a hello says is in force."""
        return in_force(self.selection, self.speed)

    def hear(self, said: Frame, now: float) -> list[Deed]:
        """What follows of a message that came in at `now` (UNIX seconds)."""
        try:
            return self._do(asked.read(self._packing.read(said)), now)
        except UnknownMessage as error:
            return [Say("error", {"code": "unknown_message", "detail": str(error)})]
        except (BadMessage, Unreadable) as error:
            return [Say("error", {"code": "bad_message", "detail": str(error)})]

    def joined(self) -> None:
        """The replay has caught up with what is live."""
        self.speed = None

    def _do(self, message: asked.Asked, now: float) -> list[Deed]:
        match message:
            case Ping(t0):
                return [Say("pong", {"t0": t0, "t1": now})]
            case Ack(t, epoch):
                return self._acknowledge(t, epoch)
            case Pause():
                self.is_paused = True
                return [Hold()]
            case Resume():
                return self._go(None)
            case Subscribe(selection, place):
                self.selection = selection
                if place is not None:
                    self.speed = None
                return self._go(place)
            case Replay(place, speed):
                self.speed = speed
                return self._go(place)

    def _go(self, place: Place | None) -> list[Deed]:
        self.is_paused = False
        if place is not None and self.window is not None:
            self.window.clear()
        return [Go(place)]

    def _acknowledge(self, t: int, epoch: str | None) -> list[Deed]:
        if self.window is None:
            self.window = Window(self._max_bytes)
        self.window.acknowledged(t, epoch)
        return [Open()]


def in_force(selection: Selection, speed: float | None = None) -> dict[str, Any]:
    """What a hello says of what is sent; `speed` is that of a replay."""
    fields = selection.fields
    told = {"fields": None if fields is None else list(fields), "downsample": selection.downsample}
    return {"mode": "live", **told} if speed is None else {"mode": "replay", "speed": speed, **told}
