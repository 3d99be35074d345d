"""The pass over a stream's subscribers: what came in goes to all who are at the tip, one after the other.

Nobody there has a task, a queue or a cursor of its own: they share a tip, and for each a pass costs one write.
Who does not keep up leaves, and catches up by itself; then it comes back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from ticks.batch import MAX_BYTES, Batch, Form
from ticks.cursor import Cursor
from ticks.direct import Tap
from ticks.live.encoding import Encoder, limit_of
from ticks.live.traffic import Traffic

logger = logging.getLogger(__name__)

LEAST_S = 0.01
"""Well below the 35 ms from batch to batch, lest each wait for the pass of the one before it."""
A_SUBSCRIBER_S = 40e-6
"""A pass over many comes more rarely, with more in it: a write costs about 10 µs whatever its size."""


class Source(Protocol):
    """Where batches come from: a `Ring`, or a `View` of one."""

    @property
    def epoch(self) -> str: ...

    @property
    def tip(self) -> int: ...

    @property
    def shown(self) -> int: ...

    def release(self) -> Sequence[Batch]: ...


class Member(Protocol):
    """A subscriber at the tip."""

    @property
    def tap(self) -> Tap:
        """Its connection's, or one of its own; which, is asked when it joins."""

    def rest(self, data: bytes, taken: int) -> bool:
        """As `Direct.rest`."""

    def dismissed(self, cursor: Cursor) -> None:
        """It is at the tip no more, and has everything up to `cursor`."""

    def failed(self, error: Exception) -> None:
        """It is at the tip no more, and what it has is not known: it has to come back with its own cursor."""


class Audience:
    """Those at the tip who get the same bytes."""

    def __init__(self, form: Form[bytes]) -> None:
        self.form = form
        self.members: dict[Member, Tap] = {}
        self.before = self.tip = Cursor("", -1)
        """What the members have; while they are written to, what they had before, and what they will have."""

    def join(self, member: Member, cursor: Cursor) -> bool:
        """Whether a member can be taken in: it stands where the others do."""
        if not self.members:
            self.tip = cursor
        if (cursor.epoch, cursor.t) != (self.tip.epoch, self.tip.t):
            return False
        self.members[member] = member.tap
        return True

    def leave(self, member: Member) -> Cursor | None:
        """Returns what it has; None where it is no member."""
        if member not in self.members:
            return None
        del self.members[member]
        return self.tip

    def is_owed(self, batch: Batch) -> bool:
        """Whether the members lack the batch. Where more than that is missing, they are dismissed."""
        if not self.members or (batch.epoch == self.tip.epoch and batch.last_t <= self.tip.t):
            return False
        if (batch.epoch, batch.prev_t) == (self.tip.epoch, self.tip.t):
            return True
        self.dismiss_all()
        return False

    def dismiss_all(self) -> None:
        for member in list(self.members):
            self._dismiss(member)

    def send(self, batch: Batch) -> None:
        data = batch.form(self.form)
        self.before, self.tip = self.tip, batch.cursor
        try:
            slow = self._write(data)
        except Exception as error:
            logger.exception("a pass over %d subscribers broke off", len(self.members))
            for member in list(self.members):
                self.members.pop(member, None)
                member.failed(error)
        else:
            for member in slow:
                self._dismiss(member)

    def _write(self, data: bytes) -> list[Member]:
        """Returns who does not keep up.

        With thousands of members it is memory that is slow: of each, two small objects are touched here.
        """
        size, slow = len(data), []
        for member, tap in self.members.items():
            try:
                taken = tap.send(data)
            except OSError:  # it takes nothing now, or never again
                taken = 0
            if taken == size:
                tap.bytes += size
            elif not member.rest(data, taken):
                slow.append(member)
        return slow

    def _dismiss(self, member: Member) -> None:
        self.members.pop(member, None)
        member.dismissed(self.tip)


class Fanout:
    """Releases what came into a ring, and brings it to those who wait for it."""

    def __init__(
        self, source: Source, encoder: Encoder, least_s: float = LEAST_S, traffic: Traffic | None = None
    ) -> None:
        """`least_s`: from the beginning of a pass to the next."""
        self.traffic = traffic or Traffic()
        self._source = source
        self._encoder = encoder
        self._least_s = least_s
        self._loop = asyncio.get_running_loop()
        self._audiences: dict[str, Audience] = {}
        self._began = -least_s
        self._planned: asyncio.TimerHandle | None = None
        self._passing: asyncio.Task[None] | None = None
        self._released: asyncio.Future[None] = self._loop.create_future()
        self.waiting = 0
        """Readers that are woken by every pass."""
        self.passed_on: list[Callable[[Sequence[Batch]], None]] = []
        """Called with what is released."""

    def wake(self) -> None:
        """Something came into the ring: pass it on now, or as soon as the last pass is long enough ago."""
        if self._planned is not None or self._passing is not None:
            return
        wait_s = self._began + self.pace_s - self._loop.time()
        if wait_s > 0:
            self._planned = self._loop.call_later(wait_s, self._begin)
        else:
            self._begin()

    def stop(self) -> None:
        """End; what came in stays in the ring."""
        if self._planned is not None:
            self._planned.cancel()
        if self._passing is not None:
            self._passing.cancel()

    @property
    def pace_s(self) -> float:
        """The least time from the beginning of a pass to the next."""
        members = sum(len(audience.members) for audience in self._audiences.values())
        return max(self._least_s, (members + self.waiting) * A_SUBSCRIBER_S)

    def join(self, form: Form[bytes], member: Member, cursor: Cursor) -> bool:
        """Take in a subscriber that has everything up to `cursor`; whether it is at the tip.

        One that found nothing more may still be behind: storage can't always be read.
        """
        audience = self.audience(form)
        if not audience.members and (cursor.epoch, cursor.t) != (self._source.epoch, self._source.shown):
            return False
        return audience.join(member, cursor)

    def leave(self, form: Form[bytes], member: Member) -> Cursor | None:
        """Returns what it has; None where it is not at the tip."""
        audience = self._audiences.get(form.name)
        if audience is None:
            return None
        cursor = audience.leave(member)
        if not audience.members and form.is_selection:
            del self._audiences[form.name]  # there may be any number of them
        return cursor

    def tapped(self, form: Form[bytes], member: Member) -> None:
        """It has another tap than when it joined, if it has."""
        audience = self._audiences.get(form.name)
        if audience is not None and member in audience.members:
            audience.members[member] = member.tap

    def tip(self, form: Form[bytes], member: Member) -> Cursor | None:
        """What a member has; None where it is not at the tip."""
        audience = self._audiences.get(form.name)
        return audience.tip if audience is not None and member in audience.members else None

    def audience(self, form: Form[bytes]) -> Audience:
        """Those who get this form."""
        return self._audiences.setdefault(form.name, Audience(form))

    def dismiss_all(self) -> None:
        """Everybody at the tip has to find out for itself what comes next."""
        for audience in list(self._audiences.values()):
            audience.dismiss_all()

    @property
    def mark(self) -> asyncio.Future[None]:
        """Stands for what is released by now; take it before reading, and wait for its change after."""
        return self._released

    async def changed(self, mark: asyncio.Future[None], timeout_s: float, *others: asyncio.Future[None]) -> None:
        """Return when something was released since `mark`, one of the others is done, or after `timeout_s`."""
        self.waiting += 1
        try:
            await asyncio.wait([mark, *others], timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.waiting -= 1

    def _begin(self) -> None:
        self._planned = None
        self._began = self._loop.time()
        batches = self._source.release()
        for pass_on in self.passed_on:
            pass_on(batches)
        if len(batches) == 1 and batches[0].raw_bytes <= self._at_once:
            self._pass(batches[0])
            self._announce()
        elif batches:
            # Not a task for each pass: that costs more than a small one takes.
            self._passing = self._loop.create_task(self._pass_all(batches))
            self._passing.add_done_callback(self._passed)

    @property
    def _at_once(self) -> int:
        """Up to so many bytes are encoded in a pass itself."""
        forms = [audience.form for audience in self._audiences.values() if audience.members]
        return MAX_BYTES // (sum(MAX_BYTES // limit_of(form, MAX_BYTES) for form in forms) or 1)

    async def _pass_all(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            for audience in list(self._audiences.values()):
                if audience.is_owed(batch):
                    with suppress(Exception):  # which is said below
                        await self._encoder.owed(batch, batch.prev_t, audience.form, MAX_BYTES)
                    self._send(audience, batch)
                    await asyncio.sleep(0)

    def _passed(self, passing: asyncio.Task[None]) -> None:
        self._passing = None
        self._announce()
        if not passing.cancelled() and self._source.shown != self._source.tip:
            self.wake()

    def _pass(self, batch: Batch) -> None:
        for audience in list(self._audiences.values()):
            if audience.is_owed(batch):
                self._send(audience, batch)

    def _send(self, audience: Audience, batch: Batch) -> None:
        try:
            data = batch.form(audience.form)
        except Exception:
            # Its members find that out for themselves: the next batch does not follow their tip.
            logger.exception("t=%d to %d could not be encoded", batch.first_t, batch.last_t)
        else:
            self.traffic.add(len(data), batch.raw_bytes, len(audience.members))
            audience.send(batch)

    def _announce(self) -> None:
        """Not before the passes: who reads what was released joins an audience that has it too."""
        released, self._released = self._released, asyncio.get_running_loop().create_future()
        released.set_result(None)
