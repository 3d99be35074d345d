"""How servers are spoken to, and how they speak."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from benchmarks.load import answers, sockets, texts, wire
from benchmarks.load.messages import Read


class Dialect(NamedTuple):
    read: Read
    head: Callable[[bytes, int], wire.Head | None]
    """Of the frame that begins there; None where it is not complete."""
    request: Callable[[wire.Where, str], bytes]
    """For a path."""
    opens: bytes = answers.OK
    """How the answer begins that goes before all frames; empty where none does, and each frame is asked for."""
    greets: bool = False
    """Whether its first message is to be waited for."""
    resume: str = "from_t"
    """The parameter for the cursor."""

    @property
    def asks(self) -> bool:
        return not self.opens


EVENTS = partial(answers.get, headers=("Accept: text/event-stream",))
LINES = partial(answers.get, headers=("Accept: application/x-ndjson",))
PACKED = partial(answers.get, headers=("Accept: application/x-ndjson", "Accept-Encoding: gzip"))
SWITCHED = b"HTTP/1.1 101"
DIALECTS = {
    "plain": Dialect(sockets.read_plain, wire.head, partial(wire.upgrade, subprotocol=""), SWITCHED),
    "v1": Dialect(sockets.read_v1, wire.head, partial(wire.upgrade, subprotocol="ticks.v1"), SWITCHED, greets=True),
    "sse": Dialect(texts.read_sse, answers.chunk, EVENTS, greets=True),
    "nchan": Dialect(texts.read_event, answers.event, EVENTS),
    "ndjson": Dialect(texts.read_lines, answers.chunk, LINES),
    "gzip": Dialect(texts.read_gzip, answers.chunk, PACKED),
    "poll": Dialect(texts.read_poll, answers.whole, answers.get, opens=b"", greets=True, resume="last_t"),
}
