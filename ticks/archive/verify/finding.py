"""What is wrong with an archive, and how much of it was looked at. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a file, or with its row in the index."""

    stream: str
    epoch: str
    path: str
    """Below the archive."""
    frame: int | None = None
    """Of a sealed file, from 0."""
    offset: int | None = None
    end: int | None = None
    """The bytes that it is about."""
    first_t: int | None = None
    last_t: int | None = None
    """The ticks that it is about, as far as is known."""
    problem: str

    def __str__(self) -> str:
        frame = "" if self.frame is None else f", frame {self.frame}"
        at = "" if self.offset is None else f"bytes {self.offset} to {self.end}"
        about = ", ".join(part for part in (at, self._ts()) if part)
        return f"{self.path}{frame}{f' ({about})' if about else ''}: {self.problem}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def _ts(self) -> str:
        if self.first_t is None:
            return ""
        if self.last_t is None or self.last_t == self.first_t:
            return f"t={self.first_t}{'…' if self.last_t is None else ''}"
        return f"t={self.first_t}…{self.last_t}" if self.last_t > self.first_t else ""


@dataclass(slots=True)
class Tally:
    """What was read of a stream. `step` is told of each few bytes of a file."""

    step: Callable[[int], None] = lambda _: None
    ticks: int = 0
    files: int = 0
    bytes: int = 0
    compared: int = 0
    """Rows with what they were made of."""

    def read(self, size: int, ticks: int = 0) -> None:
        self.ticks += ticks
        self.bytes += size
        self.step(size)


def differences(told: Mapping[str, object], found: Mapping[str, object]) -> str:
    """Those of the values that were found to be others than was told; empty where there is none."""
    return ", ".join(f"{key}={told[key]}, where it is {is_}" for key, is_ in found.items() if told[key] != is_)
