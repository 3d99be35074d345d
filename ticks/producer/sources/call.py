"""The source `package.module:callable`: records from a program's own function."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterable, Generator, Iterable, Mapping
from typing import Any

from ticks.producer.sources import named
from ticks.producer.sources.handover import END, Handover
from ticks.producer.sources.kinds import Bad, Fields, Item, SourceError


class Call:
    """Calls the function, and takes what it gives one by one."""

    fields: Fields = {}
    restarts = True
    drains = False
    progress = None

    def __init__(self, name: str) -> None:
        """Imports the function. Raises `ValueError` where there is none of that name to be called so."""
        self._name = name
        self._function = named.function(name)

    def records(self, stop: threading.Event) -> Generator[Item | Bad, None, None]:
        """Raises what the function raises, and `SourceError` where it gives nothing to iterate over."""
        handover = Handover(self._made)
        number = 0
        try:
            while (record := handover.take(stop)) is not END:
                number += 1
                yield Item(record, f"record {number}")
        finally:
            handover.leave()

    def _made(self) -> Iterable[Any] | AsyncIterable[Any]:
        made = self._function()
        if isinstance(made, AsyncIterable):
            return made
        if isinstance(made, Iterable) and not isinstance(made, Mapping | str | bytes):
            return made
        if hasattr(made, "close"):
            made.close()  # a coroutine that nobody awaits complains otherwise
        kind = type(made).__name__
        raise SourceError(f"what {self._name} gives is of type {kind}: use an iterator or async iterator of dicts")
