"""The judge: a producer's log against what a subscriber received. Pure; what it finds is said in words."""

from __future__ import annotations

from collections.abc import Iterable

from tests.oracle.history import Broken, Cursor, Event, Gap, Hello, Opened, Tick
from tests.oracle.log import Log

REASONS = frozenset({"expired", "slow", "lost", "damaged", "unarchived", "epoch"})
FINE_CODES = frozenset({None, 1000, 1001, 1012})
MOST = 20
"""So many findings say enough."""


def judge(
    log: Log,
    history: Iterable[Event],
    *,
    start: int | None = None,
    reasons: Iterable[str] = (),
    codes: Iterable[int] = (),
    until: int | None = None,
) -> list[str]:
    """What is wrong with what a subscriber received; nothing, if all is well.

    `start`: the index in the log of the first tick that it asked for; None where the server was to choose.
    `reasons`: those of gaps that what was done to it excuses; `codes`: the close codes likewise. `until`: the
    index in the log up to which it must have been told all.
    """
    judging = _Judging(log, start, frozenset(reasons), FINE_CODES | frozenset(codes))
    for event in history:
        judging.take(event)
        if len(judging.findings) >= MOST:
            return judging.findings
    if until is not None:
        judging.must_reach(until)
    return judging.findings


class _Judging:
    """How far one subscriber has come in the log."""

    def __init__(self, log: Log, start: int | None, reasons: frozenset[str], codes: frozenset[int | None]) -> None:
        self._log, self._start, self._reasons, self._codes = log, start, reasons, codes
        self.findings: list[str] = []
        self.next = start
        """The index of the tick that it is owed; None before its start is known."""
        self._epoch: str | None = None
        """The one in which it is, as far as it was told."""
        self._declared: list[range] = []
        """The indexes that gaps have named as missing."""
        self._asked: Cursor | None = None

    def take(self, event: Event) -> None:
        if isinstance(event, Tick):
            self._tick(event)
        elif isinstance(event, Gap):
            self._gap(event)
        elif isinstance(event, Hello):
            self._hello(event)
        elif isinstance(event, Opened):
            self._opened(event)
        elif isinstance(event, Broken):
            self._find(event.what)
        elif event.code not in self._codes:
            self._find(f"closed with {event.code}: {event.error}")

    def must_reach(self, until: int) -> None:
        if self.next is None:
            self._find("it received nothing at all")
        elif self.next < until:
            self._find(f"{until - self.next} ticks from {self._log.named(self.next)} on did not come")

    def _find(self, what: str) -> None:
        self.findings.append(what)

    def _opened(self, opened: Opened) -> None:
        self._asked = opened.cursor
        if opened.cursor is None and self._epoch is None:
            self.next = self._start  # it begins once more: it had no cursor to come back with

    def _hello(self, hello: Hello) -> None:
        asked, self._asked = self._asked, None
        if asked is not None and asked.epoch is not None and hello.cursor != asked:
            self._find(f"asked for {_named(asked)}, hello says {_named(hello.cursor)}")
        if hello.cursor is None or hello.cursor.epoch is None:
            if self.next is None:
                self.next = 0  # who came before the first tick gets all
            return
        if self.next is None:
            self.next = self._after(hello.cursor.epoch, hello.cursor.t)
        elif self._epoch is None and self._after(hello.cursor.epoch, hello.cursor.t) != self.next:
            self._find(f"it is to begin with {self._log.named(self.next)}, hello says {_named(hello.cursor)}")
        self._epoch = self._epoch or hello.cursor.epoch

    def _tick(self, tick: Tick) -> None:
        index = self._log.find(tick.epoch, tick.t, tick.crc) if tick.epoch in {None, *self._log.epochs} else None
        if index is None:
            self._find(f"{tick.epoch}:{tick.t} was never written like that")
            return
        if self.next is None:
            self.next = index
        self._order(index, self.next)
        epoch = self._log.epoch_of(index)
        if self._epoch not in (None, epoch):
            self._find(f"{self._log.named(index)} is of another epoch than {self._epoch}, and no gap said so")
        self._epoch = epoch
        self.next = max(self.next, index + 1)

    def _order(self, index: int, owed: int) -> None:
        name = self._log.named(index)
        if index < owed:
            was_declared = any(index in declared for declared in self._declared)
            self._find(f"{name} came although a gap had named it" if was_declared else f"{name} came again, or late")
        elif index > owed:
            self._find(f"{name} came, {index - owed} ticks from {self._log.named(owed)} on are left out in silence")

    def _gap(self, gap: Gap) -> None:
        if gap.reason not in REASONS:
            self._find(f"{gap} has a reason that is not documented")
        elif gap.reason not in self._reasons:
            self._find(f"{gap}: nothing was done that would excuse it")
        if (gap.reason == "epoch") != (gap.epoch is not None):
            self._find(f"{gap}: it names a new epoch where its reason is 'epoch', and only there")
        if gap.epoch is None and gap.next_t <= gap.after_t + 1:
            self._find(f"{gap} has no room for a tick")
        self._skip(gap)

    def _skip(self, gap: Gap) -> None:
        """Go on behind the gap, if its borders are right."""
        epoch = self._epoch or (self._log.epoch_of(self.next) if self.next is not None and len(self._log) else None)
        if epoch is None:
            self._find(f"{gap}: it was told a gap before anything else")
            return
        before = self._after(epoch, gap.after_t)
        begin = before if self.next is None else self.next
        end = self._after(gap.epoch or epoch, gap.next_t - 1)
        if before != begin:
            self._find(f"{gap}: it stood before {self._log.named(begin)}, not {self._log.named(before)}")
        if end < begin:
            self._find(f"{gap} goes back to {self._log.named(end)}, from {self._log.named(begin)}")
            return
        if gap.count != end - begin:
            self._find(f"{gap}: {end - begin} were written from {self._log.named(begin)} on")
        if gap.count == 0 and gap.reason != "epoch":
            self._find(f"{gap} names no tick")
        if gap.reason == "lost" and not self._log.lost.issuperset(range(begin, end)):
            self._find(f"{gap}: they can be had")
        self._declared.append(range(begin, end))
        self.next, self._epoch = end, gap.epoch or epoch

    def _after(self, epoch: str, t: int) -> int:
        try:
            return self._log.after(epoch, t)
        except KeyError:
            self._find(f"nothing was ever written to an epoch {epoch}")
            return len(self._log)


def _named(cursor: Cursor | None) -> str:
    return "nothing" if cursor is None else f"{cursor.epoch}:{cursor.t}"
