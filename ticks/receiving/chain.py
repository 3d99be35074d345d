"""The client's rule: each message goes on where the one before it ended, or a gap says what is missing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ticks.cursor import Cursor
from ticks.receiving.unpacking import Broken

Tick = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gap:
    """Ticks that the server can't give, `count` of them between `after_t` and `next_t`, and why.

    `epoch` is the new one where the numbering began anew (reason `epoch`), and `next_t` counts in it; else None.
    """

    after_t: int
    next_t: int
    count: int
    reason: str
    epoch: str | None = None


class Chain:
    """Where one subscriber stands, over any number of connections: `cursor`, None before it is known.

    All methods take messages as they came, and raise `Broken`, `KeyError` or `TypeError` for what is not in order;
    the cursor is then what it was.
    """

    def __init__(self, cursor: Cursor | None = None) -> None:
        self.cursor = cursor
        self._after_gap = False
        self._in_other_epoch = False

    def hello(self, message: dict[str, Any]) -> None:
        """The cursor of the hello is taken where none is known; else the own one stands, and what comes must fit it."""
        at = message["cursor"]
        self._after_gap = self._in_other_epoch = False
        if at is None:
            return
        place = Cursor(_text(at, "epoch"), _whole(at, "t"))
        if self.cursor is None:
            self.cursor = place
        self._in_other_epoch = place.epoch != self.cursor.epoch

    def ticks(self, message: dict[str, Any]) -> list[Tick]:
        cursor = self._known()
        prev_t, last_t, ticks = _whole(message, "prev_t"), _whole(message, "last_t"), message["ticks"]
        if self._in_other_epoch:
            raise Broken(f"ticks of another epoch than {cursor.epoch} came, and no gap said so")
        # A gap knows where the next tick is, and not always where the server stands before it.
        if prev_t != cursor.t and not (self._after_gap and prev_t < cursor.t):
            raise Broken(f"at t={cursor.t} of epoch {cursor.epoch} came what follows t={prev_t}")
        t = cursor.t
        for tick in ticks:
            if not t < tick["t"] <= last_t:
                raise Broken(f"t={tick['t']} came after t={t}, in a message up to t={last_t}")
            t = tick["t"]
        if last_t < cursor.t:
            raise Broken(f"at t={cursor.t} came a message up to t={last_t}")
        self.cursor, self._after_gap = Cursor(cursor.epoch, last_t), False
        return list(ticks)

    def gap(self, message: dict[str, Any]) -> Gap:
        cursor = self._known()
        epoch = _text(message, "epoch") if message.get("epoch") is not None else None
        after_t, next_t, count = (_whole(message, name) for name in ("after_t", "next_t", "count"))
        if after_t > cursor.t:
            raise Broken(f"at t={cursor.t} of epoch {cursor.epoch} came a gap that begins after t={after_t}")
        if epoch is None and next_t <= cursor.t:
            raise Broken(f"at t={cursor.t} of epoch {cursor.epoch} came a gap that ends before t={next_t}")
        gap = Gap(after_t, next_t, count, _text(message, "reason"), epoch)
        self.cursor, self._after_gap = Cursor(epoch or cursor.epoch, next_t - 1), True
        self._in_other_epoch = self._in_other_epoch and epoch is None
        return gap

    def _known(self) -> Cursor:
        if self.cursor is None:
            raise Broken("ticks or a gap came before a hello with a cursor")
        return self.cursor


def _whole(message: dict[str, Any], name: str) -> int:
    value = message[name]
    if type(value) is not int:
        raise TypeError(f"{name}={value!r} is no whole number")
    return value


def _text(message: dict[str, Any], name: str) -> str:
    value = message[name]
    if not isinstance(value, str):
        raise TypeError(f"{name}={value!r} is no text")
    return value
