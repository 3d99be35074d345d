"""A batch: consecutive ticks of one epoch that travel together, and the forms they are sent in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import zstandard

from ticks.cursor import Cursor
from ticks.tick import head

Form = str | bytes | list[str]
F = TypeVar("F", bound=Form)

MAX_TICKS = 500
MAX_BYTES = 256 << 10
"""A batch is closed at so many ticks or bytes of records; one larger tick is a batch of its own."""

_zstd = threading.local()


class Batch:
    """Consecutive ticks, immutable; unpacked, and encoded, when first asked for.

    `prev_t` is the `t` of the tick before the first (0 before an epoch's first), `n` the ordinal of the
    first in its epoch, from 1. Ordinals have no holes, so the last one's is `last_n`.
    """

    __slots__ = (
        "_forms",
        "_packed",
        "_records",
        "count",
        "epoch",
        "first_t",
        "grown",
        "last_t",
        "n",
        "prev_t",
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
        packed: bytes | None = None,
    ) -> None:
        self.epoch, self.prev_t, self.n = epoch, prev_t, n
        self.first_t, self.last_t, self.count = first_t, last_t, count
        self._records = records
        self._packed = packed
        self._forms: dict[str, Form] = {}
        self.grown: Callable[[int], None] | None = None

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
        if self._records is None:
            self._records = unpack(self.packed)
            self._tell(sum(map(len, self._records)))
        return self._records

    @property
    def packed(self) -> bytes:
        """The records as they travel: one zstd frame of lines."""
        if self._packed is None:
            self._packed = pack(self._records or ())
            self._tell(len(self._packed))
        return self._packed

    @property
    def size(self) -> int:
        """Bytes held in memory, all forms included."""
        held = sum(map(len, self._records or ())) + len(self._packed or b"")
        return held + sum(map(_length, self._forms.values()))

    def form(self, name: str, make: Callable[[Batch], F]) -> F:
        """The form of that name, made once and kept."""
        form = self._forms.get(name)
        if form is None:
            form = self._forms[name] = make(self)
            self._tell(_length(form))
        return cast(F, form)

    def after(self, t: int) -> Batch:
        """The part of this batch that comes after `t`, which is less than `last_t`."""
        if t < self.first_t:
            return self
        kept = [line for line in self.records if head(line).t > t]
        skipped = self.count - len(kept)
        return Batch.of(self.epoch, head(self.records[skipped - 1]).t, self.n + skipped, kept)

    def at(self, t: int) -> Batch:
        """The same ticks for a reader whose cursor is `t`, where none of its own stands."""
        if t == self.prev_t:
            return self
        return Batch(
            self.epoch, t, self.n, self.first_t, self.last_t, self.count, records=self._records, packed=self._packed
        )

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


def pack(records: Sequence[bytes]) -> bytes:
    if not hasattr(_zstd, "compressor"):
        _zstd.compressor = zstandard.ZstdCompressor(level=1)
    packed: bytes = _zstd.compressor.compress(b"\n".join(records))
    return packed


def unpack(packed: bytes) -> list[bytes]:
    if not hasattr(_zstd, "decompressor"):
        _zstd.decompressor = zstandard.ZstdDecompressor()
    lines: bytes = _zstd.decompressor.decompress(packed)
    return lines.split(b"\n")


def _length(form: Form) -> int:
    """As good as bytes: text is counted in characters."""
    return sum(map(len, form)) if isinstance(form, list) else len(form)
