"""Sources: where a scheduled producer's records come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ticks.producer.sources.host import HostSource


class Source(Protocol):
    """Something that can be sampled."""

    fields: Mapping[str, Mapping[str, str]]
    """Unit and label by dotted path; `*` stands for any one key."""

    def sample(self) -> dict[str, Any]: ...


SOURCES: dict[str, Callable[[], Source]] = {"host": HostSource}
