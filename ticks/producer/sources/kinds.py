"""The two kinds of source: what is sampled at planned times, and what gives records by itself."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping
from typing import Any, NamedTuple, Protocol, runtime_checkable

Fields = Mapping[str, Mapping[str, str]]
"""Unit and label by dotted path; `*` stands for any one key."""


class SourceError(Exception):
    """A source can't go on, and starting it again would not help; the message says why."""


class Item(NamedTuple):
    """A record that a source gives."""

    record: Mapping[str, Any]
    where: str
    """How it is named in a report: "line 17", "a.jsonl line 3", "record 12"."""
    due: float | None = None
    """It is to be written so many seconds after the start; None: at once."""
    ts: float | None = None
    """UNIX seconds, in place of the record's own `ts`."""


class Bad(NamedTuple):
    """Something that a source was given and that is no record."""

    where: str
    reason: str


@runtime_checkable
class Sampled(Protocol):
    """Says how things stand whenever it is asked."""

    @property
    def fields(self) -> Fields: ...

    def sample(self) -> dict[str, Any]: ...


@runtime_checkable
class Streamed(Protocol):
    """Gives records as they come."""

    @property
    def fields(self) -> Fields: ...

    @property
    def restarts(self) -> bool:
        """Whether to start it again when it has raised; after a `SourceError` nothing is."""

    @property
    def drains(self) -> bool:
        """Whether what comes after `stop` is set is written too: it was taken from where it can't be had again."""

    @property
    def progress(self) -> float | None:
        """How much of it was read, from 0 to 1; None where nobody knows."""

    def records(self, stop: threading.Event) -> Generator[Item | Bad, None, None]:
        """From the start, and soon at an end once `stop` is set."""
