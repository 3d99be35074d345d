"""What is read at a time. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ticks.cursor import Cursor, Gap


@dataclass(frozen=True, slots=True)
class Step:
    """Some lines of one epoch in their order, with newlines between them, perhaps none; or a gap.

    `cursor` is how far was read: behind the last of them, or, backward, before the first.
    """

    cursor: Cursor
    text: bytes = b""
    gap: Gap | None = None

    @property
    def lines(self) -> list[bytes]:
        return self.text.split(b"\n") if self.text else []
