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


SCHEDULE_FIELDS: dict[str, dict[str, str]] = {
    "monitor.late_ms": {"unit": "ms", "label": "Sampled late"},
    "monitor.sample_ms": {"unit": "ms", "label": "Sampling took"},
    "monitor.missed": {"unit": "", "label": "Deadlines missed"},
    "monitor.published_ms": {"unit": "ms", "label": "Published, the tick before"},
}
"""What each tick of a scheduled source carries besides."""

SOURCES: dict[str, Callable[[], Source]] = {"host": HostSource}
