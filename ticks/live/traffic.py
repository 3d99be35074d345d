"""What the subscribers of a stream were sent, counted by the batch. Pure."""

from __future__ import annotations


class Traffic:
    """Bytes of ticks that were handed to subscribers since this process began to follow the stream."""

    __slots__ = ("sent_bytes", "unpacked_bytes")

    def __init__(self) -> None:
        self.sent_bytes = 0
        """As they went out: selected, framed, compressed."""
        self.unpacked_bytes = 0
        """Of the records that these were made of, as they came."""

    def add(self, size: int, raw_bytes: int, receivers: int = 1) -> None:
        """A batch of so many bytes of records went out to each of these, in so many bytes."""
        self.sent_bytes += size * receivers
        self.unpacked_bytes += raw_bytes * receivers
