"""A batch: consecutive ticks of one epoch that travel together, and the forms they are sent in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar

from ticks.cursor import Cursor
from ticks.gzipped import Segment
from ticks.pack import bytes_of, pack, text_of, unpack
from ticks.tick import head

F = TypeVar("F", bound=bytes | str | Sequence[bytes | str])

MAX_TICKS = 500
MAX_BYTES = 256 << 10
"""A batch is closed at so many ticks or bytes of records; one larger tick is a batch of its own."""

MAX_SELECTIONS = 8
"""Subscribers may ask for any number of them."""


@dataclass(frozen=True, slots=True)
class Form(Generic[F]):
    """A way to encode a batch. Forms of one name are the same, and kept under it; `make` touches nothing else."""

    name: str
    make: Callable[[Batch], F]
    is_selection: bool = False
    """Of these a batch keeps the `MAX_SELECTIONS` that were made last."""
    is_parsed: bool = False
    """Whether the records are parsed for it, which takes several times as long."""


class Batch:
    """Consecutive ticks, immutable; unpacked, and encoded, when first asked for.

    `prev_t` is the `t` of the tick before the first (0 before an epoch's first), `n` the ordinal of the
    first in its epoch, from 1. Ordinals have no holes, so the last one's is `last_n`.
    """

    __slots__ = (
        "_forms",
        "_packs",
        "_raw_bytes",
        "_records",
        "_selections",
        "_text",
        "before_t",
        "count",
        "epoch",
        "first_t",
        "grown",
        "last_t",
        "n",
        "prev_t",
        "received_ts",
    )

    def __init__(
        self,
        epoch: str,
        prev_t: int,
        n: int,
        first_t: int,
        last_t: int,
        count: int,
        *,
        records: Sequence[bytes] | None = None,
        packs: Sequence[bytes] = (),
        text: bytes | None = None,
        before_t: int | None = None,
        received_ts: float | None = None,
    ) -> None:
        """Of `records`, or of their `text`, or of `packs`: see ticks/pack.py, one after the other.

        `before_t` is the tick before the first, where `prev_t` is a reader's cursor instead. `received_ts`: see there.
        """
        self.epoch, self.prev_t, self.n = epoch, prev_t, n
        self.before_t = prev_t if before_t is None else before_t
        self.first_t, self.last_t, self.count = first_t, last_t, count
        self._records = records
        self._packs = packs
        self._text = text
        self._raw_bytes: int | None = None
        self._forms: dict[str, Any] = {}
        self._selections: Sequence[str] = ()
        self.grown: Callable[[int], None] | None = None
        self.received_ts = received_ts
        """When the last of it came into this process, live: UNIX seconds. Whoever receives it sets it, before any form
        is made: it stands in them. None of what is read from storage."""

    @classmethod
    def of(cls, epoch: str, prev_t: int, n: int, records: Sequence[bytes]) -> Batch:
        """A batch of the lines of consecutive ticks, at least one."""
        first_t, last_t = head(records[0]).t, head(records[-1]).t
        return cls(epoch, prev_t, n, first_t, last_t, len(records), records=records)

    @property
    def last_n(self) -> int:
        return self.n + self.count - 1

    @property
    def cursor(self) -> Cursor:
        """Where a reader stands who has this batch."""
        return Cursor(self.epoch, self.last_t, self.last_n)

    @property
    def records(self) -> Sequence[bytes]:
        """The lines of the ticks, without newlines."""
        if self._records is None and self._text is not None:
            self._records, self._text = self._text.split(b"\n"), None
        elif self._records is None:
            self._records = list(chain.from_iterable(map(unpack, self._packs)))
            self._tell(sum(map(len, self._records)))
        return self._records

    @property
    def text(self) -> bytes:
        """The lines of the ticks, with newlines between them; nothing is kept that was not."""
        text, records = self._text, self._records
        if text is not None:
            return text
        return b"\n".join(records if records is not None else map(text_of, self._packs))

    @property
    def packed(self) -> bytes:
        """The records as they travel."""
        if len(self._packs) != 1:
            self._packs = (pack(self.records),)
            self._tell(len(self._packs[0]))
        return self._packs[0]

    @property
    def segments(self) -> Sequence[Segment]:
        """The records deflated, with `pack.SEPARATOR` between them; nothing where they did not travel."""
        return [Segment.within(packed) for packed in self._packs]

    @property
    def raw_bytes(self) -> int:
        """Bytes of the records, line ends included; nothing is unpacked for that."""
        if self._raw_bytes is None:
            if self._records is not None:
                self._raw_bytes = sum(map(len, self._records)) + self.count
            elif self._text is not None:
                self._raw_bytes = len(self._text) + 1
            else:
                self._raw_bytes = bytes_of(self._packs, self.count)
        return self._raw_bytes

    @property
    def size(self) -> int:
        """Bytes held in memory, all forms included."""
        held = sum(map(len, self._records or ())) + sum(map(len, self._packs)) + len(self._text or b"")
        return held + sum(map(_length, self._forms.values()))

    def has(self, form: Form[Any]) -> bool:
        return form.name in self._forms

    def form(self, form: Form[F]) -> F:
        """The batch in that form, made once and kept."""
        made: F | None = self._forms.get(form.name)
        return made if made is not None else self.keep(form, form.make(self))

    def keep(self, form: Form[F], made: F) -> F:
        """Keep what was made elsewhere, such as of a `copy` in a thread; returns what is kept."""
        if form.name not in self._forms:
            if form.is_selection:
                self._forget_selection()
                self._selections = (*self._selections, form.name)
            self._forms[form.name] = made
            self._tell(_length(made))
        kept: F = self._forms[form.name]
        return kept

    def _forget_selection(self) -> None:
        """The one that was made first, where there is no room for another."""
        if len(self._selections) == MAX_SELECTIONS:
            oldest, *self._selections = self._selections
            self._tell(-_length(self._forms.pop(oldest)))

    def copy(self) -> Batch:
        """The same ticks, without forms: what a thread does with it, nobody else sees."""
        return self.at(self.prev_t)

    def bare(self) -> Batch:
        """The same ticks, packed, and nothing else."""
        packs = self._packs or (pack(self.records),)
        return Batch(
            self.epoch,
            self.prev_t,
            self.n,
            self.first_t,
            self.last_t,
            self.count,
            packs=packs,
            received_ts=self.received_ts,
        )

    def after(self, t: int) -> Batch:
        """The part of this batch that comes after `t`, which is less than `last_t`."""
        if t < self.first_t:
            return self
        return self.part(bisect_right(self.records, t, key=lambda line: head(line).t), self.count)

    def at(self, t: int) -> Batch:
        """The same ticks for a reader whose cursor is `t`, where none of its own stands; without forms."""
        return Batch(
            self.epoch,
            t,
            self.n,
            self.first_t,
            self.last_t,
            self.count,
            records=self._records,
            packs=self._packs,
            text=self._text,
            before_t=self.before_t,
            received_ts=self.received_ts,
        )

    def part(self, start: int, stop: int) -> Batch:
        """Some of the ticks, at least one, by their index."""
        if start == 0 and stop >= self.count:
            return self
        before_t = head(self.records[start - 1]).t if start else self.prev_t
        part = Batch.of(self.epoch, before_t, self.n + start, self.records[start:stop])
        part.received_ts = self.received_ts
        return part

    def newest(self) -> Batch:
        """The last tick, as a batch of one."""
        return self if self.count == 1 else self.after(head(self.records[-2]).t)

    def before_ts(self, ts: float) -> Cursor | None:
        """The cursor before the first tick made at `ts` (UNIX seconds) or later; None where there is none."""
        prev_t = self.prev_t
        for i, line in enumerate(self.records):
            tick = head(line)
            if tick.ts >= ts:
                return Cursor(self.epoch, prev_t, self.n + i - 1)
            prev_t = tick.t
        return None

    def _tell(self, grown_bytes: int) -> None:
        if self.grown is not None:
            self.grown(grown_bytes)


def merged(batches: Sequence[Batch]) -> Batch:
    """Neighbours as one batch, packed as they are; at least one."""
    first, last = batches[0], batches[-1]
    if first is last:
        return first
    packs = tuple(chain.from_iterable(batch.bare()._packs for batch in batches))
    count = last.last_n - first.n + 1
    return Batch(
        first.epoch,
        first.prev_t,
        first.n,
        first.first_t,
        last.last_t,
        count,
        packs=packs,
        received_ts=last.received_ts,
    )


def _length(form: bytes | str | Sequence[bytes | str]) -> int:
    """As good as bytes: text is counted in characters."""
    return len(form) if isinstance(form, bytes | str) else sum(map(len, form))
